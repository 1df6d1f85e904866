package world

func (s *setup) terraform(f File, n *node) error { return nil }
func (s *setup) template(f File, n *node) error  { return nil }

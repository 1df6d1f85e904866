package world

func (s *setup) template(f File, n *node) error { return nil }

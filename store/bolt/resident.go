package bolt

// The file is read through a mapping, and a page that was read once stays in
// the process's memory, with its neighbours, for as long as the system is not
// short of it. Readers all over a large file would so come to hold the whole of
// it. Every so many reads the store looks at how much that is, and gives back
// what is too much: the system goes on caching it, and reading it again costs a
// microsecond.
const (
	mostResident = 96 << 20 // bytes of files, the program's own among them
	lookEvery    = 1 << 9   // keys that are read
)

// count notes one read of a snapshot. Reads are counted here first, so that
// readers do not meet at one counter for each.
func (s *snapshot) count() {
	if s.reads++; s.reads%lookEvery == 0 {
		s.store.trim(s.store.mapped)
	}
}

// noteReads adds those that a snapshot was closed with.
func (s *Store) noteReads(n uint32) {
	if now := s.reads.Add(n); now/lookEvery != (now-n)/lookEvery {
		s.trim(s.mapped)
	}
}

// trim gives mapped pages back where there are more than most bytes of them. It
// waits for nobody: where a write is under way, it is left for the next time.
func (s *Store) trim(most int64) {
	if !s.onDisk || residentFiles() <= most || !s.writing.TryLock() {
		return
	}
	defer s.writing.Unlock() // a write may map the file elsewhere
	if s.unmapped || s.broken {
		return
	}
	if info, err := s.os.Stat(); err == nil {
		giveBack(s.db.Info().Data, info.Size())
	}
}

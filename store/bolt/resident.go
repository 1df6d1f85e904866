package bolt

// The file is read through a mapping, and a page that was read once stays in
// the process's memory, with its neighbours, for as long as the system is not
// short of it. Readers all over a large file would so come to hold the whole of
// it. Every so many reads the store looks at how much that is, and gives back
// what is too much: the system goes on caching it, and reading it again costs a
// microsecond.
const (
	mostResident = 96 << 20 // bytes of files, the program's own among them
	lookEvery    = 1 << 7   // keys that are read
	parts        = 64       // of the file, for giving back
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

// trim gives mapped pages back where there are more than most bytes of them: of
// one part of the file after the other, the more parts the further it is over,
// so that no reader is held up for long. It waits for nobody: where a write is
// under way, it is left for the next time.
func (s *Store) trim(most int64) {
	if !s.onDisk {
		return
	}
	if !s.writing.TryLock() {
		return
	}
	defer s.writing.Unlock() // a write may map the file elsewhere
	if s.unmapped || s.broken {
		return
	}
	info, err := s.os.Stat()
	if err != nil || info.Size() <= most/2 { // which is not over, with the program
		return
	}
	over := residentFiles() - most
	if over <= 0 {
		return
	}
	length := (info.Size()/parts + s.page - 1) / s.page * s.page
	for range min(parts, 1+parts*over/max(most, 1)) {
		giveBack(s.db.Info().Data+uintptr(length*s.part), length)
		s.part = (s.part + 1) % parts
	}
}

// A file that the system has not read yet answers its first readers at the pace
// of the disk, a page at a time. Up to mostWarm bytes of it are therefore read
// once after the store has opened, for the system to keep; one step after the
// other, so that who waits for a page does not wait for all of it.
const (
	mostWarm = 4 << 30
	warmStep = 256 << 10
)

// warm reads the file until that is done or the store is closed.
func (s *Store) warm() {
	step := make([]byte, warmStep)
	for from := int64(0); from < mostWarm; from += warmStep {
		select {
		case <-s.committed:
			return
		default:
		}
		if _, err := s.os.ReadAt(step, from); err != nil {
			return // the end; what cannot be read, somebody else will be told of
		}
	}
}

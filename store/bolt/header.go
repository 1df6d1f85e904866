package bolt

import (
	"encoding/binary"
	"hash/fnv"
	"io"
	"os"
)

// bbolt's header pages: 16 bytes of page header, then what header has.
const (
	headerOffset = 16
	headerLength = 64
	headerMagic  = 0xED0CDAED
	largestPage  = 16 << 20
)

// header is the part of a bbolt header page that is checked before bbolt maps
// the file: it would believe the page count and read beyond the end.
type header struct {
	pageSize uint32
	pages    uint64 // all pages of the file are below this number
	txid     uint64
}

// checkHeader returns an error for a file that bbolt could not open safely.
// There are two header pages, written in turn, so one of them may be damaged:
// it was being written when the machine stopped, and was never acknowledged.
func checkHeader(f *os.File) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() == 0 {
		return nil // a new file
	}
	newest, ours := header{}, false
	for at := int64(0); at < info.Size() && at <= largestPage; at = nextHeader(at) {
		h, magic, valid := readHeader(f, at)
		ours = ours || magic
		if valid && (newest.pageSize == 0 || h.txid > newest.txid) {
			newest = h
		}
		if at > 0 && valid {
			break
		}
	}
	switch {
	case newest.pageSize == 0 && ours:
		return damaged("the head of the file cannot be read")
	case newest.pageSize == 0:
		return ErrForeign
	case newest.pages > uint64(info.Size())/uint64(newest.pageSize):
		return damaged("the file is truncated, it has %d bytes of at least %d",
			info.Size(), newest.pages*uint64(newest.pageSize))
	}
	return nil
}

// nextHeader is where the second header page may be: its place depends on the
// page size, which only a header tells.
func nextHeader(at int64) int64 {
	if at == 0 {
		return 1 << 10
	}
	return at * 2
}

func readHeader(r io.ReaderAt, at int64) (h header, magic, valid bool) {
	var b [headerLength]byte
	if _, err := r.ReadAt(b[:], at+headerOffset); err != nil {
		return header{}, false, false
	}
	order := binary.NativeEndian // bbolt writes its structs as they are
	if order.Uint32(b[0:]) != headerMagic {
		return header{}, false, false
	}
	sum := fnv.New64a()
	sum.Write(b[:56])
	h = header{pageSize: order.Uint32(b[8:]), pages: order.Uint64(b[40:]), txid: order.Uint64(b[48:])}
	sane := h.pageSize >= 1<<10 && h.pageSize <= largestPage && h.pages < 1<<48/uint64(h.pageSize)
	return h, true, sane && order.Uint32(b[4:]) == 2 && sum.Sum64() == order.Uint64(b[56:])
}

package reference

import (
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/zstd"
)

//go:embed reference.bin
var file string

// shelf reads the list of services at the first call. The file is part of the
// program and its digest is tested, so a damaged one is a broken build: it
// panics rather than answer from half a reference.
var shelf = sync.OnceValue(func() *opened {
	o, err := open(file)
	if err != nil {
		panic("reference: the embedded file is damaged: " + err.Error())
	}
	return o
})

// heading is the file's first line, layout included. The comment of package
// gen describes the layout.
const heading = "rolecall service reference 1\n"

// maxPart bounds what a service's part may claim to hold.
const maxPart = 1 << 24

// opened is a file whose list of services has been read.
type opened struct {
	services []service // by prefix

	mu     sync.Mutex
	next   int
	recent [8]*ServiceEntry
}

// service is what the list says of a service.
type service struct {
	prefix, name string
	rcp          bool
	data         string // compressed
	size         int    // once decompressed
}

// open reads the list of services and none of their parts.
func open(file string) (*opened, error) {
	rest, ok := strings.CutPrefix(file, heading)
	if !ok {
		return nil, fmt.Errorf("it does not begin with %q", heading)
	}
	list, data, ok := strings.Cut(rest, "\n\n")
	if !ok {
		return nil, errors.New("no empty line ends the list of services")
	}
	o := &opened{}
	for line := range strings.SplitSeq(list, "\n") {
		s, length, err := parseService(line)
		if err != nil {
			return nil, err
		}
		if length > len(data) {
			return nil, fmt.Errorf("the part of %s is cut off", s.prefix)
		}
		s.data, data = data[:length], data[length:]
		o.services = append(o.services, s)
	}
	if data != "" {
		return nil, fmt.Errorf("%d bytes follow the last part", len(data))
	}
	if !slices.IsSortedFunc(o.services, func(a, b service) int { return strings.Compare(a.prefix, b.prefix) }) {
		return nil, errors.New("services are out of order")
	}
	return o, nil
}

// parseService reads a line of the list and answers how many bytes the
// service's part has.
func parseService(line string) (service, int, error) {
	f := strings.Split(line, "\t")
	if len(f) != 5 || f[0] == "" || f[2] != "" && f[2] != "rcp" {
		return service{}, 0, fmt.Errorf("%q is no line of a service", line)
	}
	length, err := strconv.ParseUint(f[3], 10, 31)
	if err != nil {
		return service{}, 0, fmt.Errorf("length of %s: %w", f[0], err)
	}
	size, err := strconv.ParseUint(f[4], 10, 31)
	if err != nil || size > maxPart {
		return service{}, 0, fmt.Errorf("size of %s: %q", f[0], f[4])
	}
	return service{prefix: f[0], name: f[1], rcp: f[2] != "", size: int(size)}, int(length), nil
}

func (o *opened) find(prefix string) (int, bool) {
	return slices.BinarySearchFunc(o.services, strings.ToLower(prefix), func(s service, prefix string) int {
		return strings.Compare(s.prefix, prefix)
	})
}

// service answers a service's entry: one of the last few, or a fresh one that
// takes the place of the oldest of them.
func (o *opened) service(prefix string) (*ServiceEntry, bool) {
	i, ok := o.find(prefix)
	if !ok {
		return nil, false
	}
	s := o.services[i]
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, e := range o.recent {
		if e != nil && e.Prefix == s.prefix {
			return e, true
		}
	}
	e, err := s.entry()
	if err != nil {
		panic(fmt.Sprintf("reference: the embedded part of %s is damaged: %v", s.prefix, err))
	}
	o.recent[o.next] = e
	o.next = (o.next + 1) % len(o.recent)
	return e, true
}

// entry decompresses a service's part and takes it apart.
func (s service) entry() (*ServiceEntry, error) {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxMemory(maxPart))
	if err != nil {
		return nil, err
	}
	defer d.Close()
	text, err := d.DecodeAll([]byte(s.data), make([]byte, 0, s.size))
	if err != nil {
		return nil, err
	}
	if len(text) != s.size {
		return nil, fmt.Errorf("it holds %d bytes, not %d", len(text), s.size)
	}
	return parse(s, string(text))
}

package reference

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

func TestTheEmbeddedFileIsTheOneThatTheGeneratorWrote(t *testing.T) {
	want, err := os.ReadFile("reference.sha256")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x  reference.bin\n", sha256.Sum256([]byte(file))); got != string(want) {
		t.Errorf("reference.bin is %swhile reference.sha256 says %srun: make data", got, want)
	}
}

func TestADamagedFileIsRefused(t *testing.T) {
	tests := []struct{ name, file string }{
		{"empty", ""},
		{"another file", "PK\x03\x04 and so on"},
		{"the next layout", strings.Replace(file, "reference 1", "reference 2", 1)},
		{"nothing after the heading", heading},
		{"a list without an end", heading + "a\tA\t\t0\t0\n"},
		{"cut off", file[:len(file)-1]},
		{"something behind the parts", file + "x"},
		{"a line with a field too few", heading + "a\tA\t0\t0\n\n"},
		{"a line without a prefix", heading + "\tA\t\t0\t0\n\n"},
		{"an unknown mark", heading + "a\tA\tscp\t0\t0\n\n"},
		{"a negative length", heading + "a\tA\t\t-1\t0\n\n"},
		{"a length that is no number", heading + "a\tA\t\tx\t0\n\n"},
		{"a part that claims a gigabyte", heading + "a\tA\t\t0\t1000000000\n\n"},
		{"services out of order", heading + "b\tB\t\t0\t0\na\tA\t\t0\t0\n\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if o, err := open(tt.file); err == nil {
				t.Errorf("it was opened, with %d services", len(o.services))
			}
		})
	}
}

func TestADamagedPartIsRefused(t *testing.T) {
	good := shelf().services[0]
	for name, s := range map[string]service{
		"cut off":    {data: good.data[:len(good.data)/2], size: good.size},
		"not zstd":   {data: strings.Repeat("x", 100), size: good.size},
		"wrong size": {data: good.data, size: good.size + 1},
	} {
		if _, err := s.entry(); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	for name, text := range map[string]string{
		"an unknown line":           "verb\ta\n",
		"an empty line":             "\n",
		"a field too many":          "key\ta:b\tString\t\t\n",
		"a type without its action": "takes\trole\t\t\n",
	} {
		if _, err := parse(service{}, text); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestManyReadersMayAskAtOnce(t *testing.T) {
	prefixes := ServicePrefixes()
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			if s, ok := Service(prefixes[i%12]); !ok || s.Prefix != prefixes[i%12] {
				t.Errorf("Service(%s) = %+v, %v", prefixes[i%12], s, ok)
			}
		})
	}
	wg.Wait()
}

func FuzzOpen(f *testing.F) {
	f.Add(heading + "a\tA\trcp\t0\t0\n\n")
	f.Add(heading + "a\tA\t\t3\t0\nb\tB\t\t0\t9\n\nabc")
	f.Add(file[:2000])
	f.Fuzz(func(t *testing.T, file string) {
		o, err := open(file)
		if err != nil {
			return
		}
		for _, s := range o.services {
			if e, err := s.entry(); err == nil && e.Prefix != s.prefix {
				t.Errorf("the entry of %q calls itself %q", s.prefix, e.Prefix)
			}
		}
	})
}

func FuzzParse(f *testing.F) {
	f.Add("action\tA\tRead\ta:b,c:d\ntakes\trole\trequired\tc:d\n", "x")
	f.Add("key\taws:ResourceTag/${TagKey}\tString\tmultivalued\n", "aws:resourcetag/x")
	f.Add("key\ta${b}c${d\tString\t\nkey\t<>${}\tString\t\n", "azc")
	f.Add("resource\trole\tarn:\t\n", "")
	f.Fuzz(func(t *testing.T, text, name string) {
		e, err := parse(service{prefix: "a"}, text)
		if err != nil {
			return
		}
		e.ConditionKey(name)
		for k := range e.ConditionKeys() {
			if _, ok := e.ConditionKey(k.Name); !ok {
				t.Errorf("%q is listed and not found", k.Name)
			}
		}
	})
}

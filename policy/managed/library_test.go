package managed

import (
	"crypto/sha256"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
)

func TestTheEmbeddedFileIsTheOneThatTheGeneratorWrote(t *testing.T) {
	want, err := os.ReadFile("policies.sha256")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprintf("%x  policies.bin\n", sha256.Sum256([]byte(file))); got != string(want) {
		t.Errorf("policies.bin is %swhile policies.sha256 says %srun: make data", got, want)
	}
}

func TestADamagedFileIsRefused(t *testing.T) {
	tests := []struct{ name, file string }{
		{"empty", ""},
		{"another file", "PK\x03\x04 and so on"},
		{"the next layout", "RCMP\x02" + file[5:]},
		{"nothing after the first bytes", file[:5]},
		{"cut off in the index", file[:5000]},
		{"cut off in the blocks", file[:len(file)-1]},
		{"something behind the blocks", file + "x"},
		{"more blocks than bytes", "RCMP\x01\xff\xff\xff\xff\x0f"},
		{"a number beyond 32 bits", "RCMP\x01\xff\xff\xff\xff\x1f"},
		{"a policy without versions", "RCMP\x01\x00\x01\x01A\x01/\x01I\x01\x00\x00"},
		{"a version outside the blocks", "RCMP\x01\x00\x01\x01A\x01/\x01I\x01\x00\x01\x01\x00\x00\x00\x00"},
		{"a block that claims a gigabyte", "RCMP\x01\x01\x00\x80\x80\x80\x80\x04\x00"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if s, err := open(tt.file); err == nil {
				t.Errorf("it was opened, with %d policies", len(s.policies))
			}
		})
	}
}

func TestADamagedBlockIsAnErrorNotAWrongDocument(t *testing.T) {
	s := library()
	good := s.blocks[0]
	for name, b := range map[string]block{
		"cut off":    {good.data[:len(good.data)/2], good.size},
		"not zstd":   {strings.Repeat("x", 100), good.size},
		"wrong size": {good.data, good.size - 1},
		"empty":      {"", good.size},
	} {
		if text, err := b.decompress(); err == nil {
			t.Errorf("%s: decompressed to %d bytes", name, len(text))
		}
	}
}

func TestManyReadersMayAskAtOnce(t *testing.T) {
	names := []string{"AdministratorAccess", "ReadOnlyAccess", "SecurityAudit", "job-function/ViewOnlyAccess", "PowerUserAccess"}
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			p, ok := Lookup("arn:aws:iam::aws:policy/" + names[i%len(names)])
			if !ok {
				t.Errorf("AWS's policy %s is missing", names[i%len(names)])
				return
			}
			for v := range p.Versions() {
				if !strings.HasPrefix(v.Document(), "{\n") {
					t.Errorf("%s %s does not begin like a document", p.Name, v.ID)
				}
			}
		})
	}
	wg.Wait()
}

func FuzzOpen(f *testing.F) {
	f.Add("RCMP\x01\x00\x00")
	f.Add("RCMP\x01\x01\x01\x01\x01\x01A\x01/\x01I\x01\x00\x01\x01\x00\x00\x00\x00x")
	f.Add("RCMP\x01\xff\xff\xff\xff\x0f")
	f.Add(file[:4000])
	f.Fuzz(func(t *testing.T, file string) {
		s, err := open(file)
		if err != nil {
			return
		}
		for i, b := range s.blocks {
			if text, err := b.decompress(); err == nil && len(text) != b.size {
				t.Errorf("block %d holds %d bytes and claims %d", i, len(text), b.size)
			}
		}
	})
}

func BenchmarkFirstUse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := open(file); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLookup(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := Lookup("arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"); !ok {
			b.Fatal("missing")
		}
	}
}

func BenchmarkAll(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		for range All() {
		}
	}
}

func BenchmarkDocument(b *testing.B) {
	p := mustLookup(b, "PowerUserAccess")
	old, _ := p.Version("v5")
	for name, v := range map[string]Version{"newest": p.Default(), "older": old} {
		b.Run(name+"/beside the last", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				v.Document()
			}
		})
		b.Run(name+"/block decompressed", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := library().blocks[v.text.block].decompress(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

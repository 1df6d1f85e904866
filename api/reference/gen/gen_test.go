package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
)

func TestTheSameInputGivesTheSameBytes(t *testing.T) {
	var files [2][]byte
	for i := range files {
		to := t.TempDir()
		if err := run("testdata/data", to); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"reference.bin", "reference.sha256"} {
			b, err := os.ReadFile(filepath.Join(to, name))
			if err != nil {
				t.Fatal(err)
			}
			files[i] = append(files[i], b...)
		}
	}
	if !bytes.Equal(files[0], files[1]) || len(files[0]) == 0 {
		t.Errorf("two runs differ:\n%q\n%q", files[0], files[1])
	}
}

func TestRead(t *testing.T) {
	services, err := read(os.DirFS("testdata/data"))
	if err != nil {
		t.Fatal(err)
	}
	if len(services) != 2 || services[0].name != "The ABC" || services[0].rcp || services[1].prefix != "zed" || !services[1].rcp {
		t.Errorf("services are %+v, want abc and zed in order, rcp for zed alone", services)
	}
	want := strings.Join([]string{
		"key\tabc:Colour\tString\tmultivalued",
		"key\tabc:Size\tNumeric\t",
		"resource\tBox\tarn:${Partition}:abc:::box/*\tabc:Size",
		"resource\tthing\tarn:${Partition}:abc:::thing\t",
		"action\tGetThing\tRead\t",
		"action\tPutThing\tTagging\tabc:Colour,aws:RequestTag/${TagKey}",
		"takes\tthing\trequired\tabc:Size",
		"takes\tBox\t\t",
	}, "\n") + "\n"
	if got := string(services[0].part); got != want {
		t.Errorf("the part of abc is\n%s\nwant\n%s", got, want)
	}
}

func TestReadRefusesWhatItDoesNotUnderstand(t *testing.T) {
	tests := []struct{ name, file, old, new string }{
		{"an unknown access level", "actions/abc.json", "Tagging, Write", "Boring"},
		{"a comma in a list's value", "actions/abc.json", "abc:Colour", "abc:Col,our"},
		{"a tab in a name", "actions/abc.json", "PutThing", `Put\tThing`},
		{"a nameless action", "actions/abc.json", `"PutThing"`, `""`},
		{"a type without an ARN", "resourceTypes/abc.json", "arn:${Partition}:abc:::thing", ""},
		{"a key without a type", "conditionKeys/abc.json", "Numeric", ""},
		{"no JSON", "services.json", "[", "("},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			data := fixture(t)
			text := string(data[tt.file].Data)
			if !strings.Contains(text, tt.old) {
				t.Fatalf("%s has no %q in it", tt.file, tt.old)
			}
			data[tt.file].Data = []byte(strings.ReplaceAll(text, tt.old, tt.new))
			if s, err := read(data); err == nil {
				t.Errorf("accepted as %+v", s)
			}
		})
	}
	for name := range fixture(t) {
		t.Run("without "+name, func(t *testing.T) {
			data := fixture(t)
			delete(data, name)
			if _, err := read(data); err == nil {
				t.Error("accepted")
			}
		})
	}
}

func TestEncodeRefusesAPrefixInUpperCase(t *testing.T) {
	if _, err := encode([]service{{prefix: "IAM", name: "x"}}); err == nil {
		t.Error("accepted")
	}
}

// fixture is testdata/data in memory.
func fixture(t *testing.T) fstest.MapFS {
	t.Helper()
	data := fstest.MapFS{}
	dir := os.DirFS("testdata/data")
	err := fs.WalkDir(dir, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		b, err := fs.ReadFile(dir, name)
		data[name] = &fstest.MapFile{Data: b}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

// What is committed is what the generator makes of the models, file by file.
func TestGeneratedFilesAreUpToDate(t *testing.T) {
	files, err := generate(filepath.Join("..", "models"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		have, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(name)))
		if err != nil || !bytes.Equal(have, want) {
			t.Errorf("api/%s is not what the generator makes (%v): run go run ./api/gen", name, err)
		}
	}
	found, err := filepath.Glob("../*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range found {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name, _ := filepath.Rel("..", file)
		if bytes.HasPrefix(data, []byte(header)) && files[filepath.ToSlash(name)] == nil {
			t.Errorf("api/%s is left from a model that is gone", name)
		}
	}
}

// A second run over the same models gives the same bytes.
func TestGeneratorIsDeterministic(t *testing.T) {
	first, err := generate(filepath.Join("..", "models"))
	if err != nil {
		t.Fatal(err)
	}
	second, err := generate(filepath.Join("..", "models"))
	if err != nil {
		t.Fatal(err)
	}
	for name := range first {
		if !bytes.Equal(first[name], second[name]) {
			t.Errorf("%s differs between two runs", name)
		}
	}
}

// A model whose shape has the name of an operation has no Go package.
func TestNamesThatMeetAreRefused(t *testing.T) {
	m := &model{
		Shapes: map[string]*shape{
			"In":      {Type: "structure", Members: ordered[ref]{{"X", ref{Shape: "GetUser"}}}},
			"GetUser": {Type: "structure"},
		},
		Operations: ordered[operation]{{"GetUser", operation{Input: &ref{Shape: "In"}}}},
	}
	if err := newPackage(m, "clash").checkNames(); err == nil {
		t.Error("an operation and a shape of one name passed")
	}
}

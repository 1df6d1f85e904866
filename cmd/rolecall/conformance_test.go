package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const oneCase = "rule: V1\nsource: a page\ncaller: anonymous\naction: s3:GetObject\nresource: *\n-- nobody is allowed by default\nexpect: "

func TestConformance(t *testing.T) {
	for _, test := range []struct {
		name, file string // file is what the folder's only file holds
		args       []string
		code       int
		says       string
	}{
		{"a case that passes", oneCase + "implicitDeny", nil, 0, "1 cases, 0 fail\n"},
		{"a case that fails", oneCase + "allowed", nil, 1, "a.txt:6: nobody is allowed by default (V1): want allowed, got implicitDeny in resource\n1 cases, 1 fail\n"},
		{"a case that fails, in JSON", oneCase + "allowed", []string{"--output", "json"}, 1, `"line":6`},
		{"a file that is none", "words", nil, 2, ""},
		{"a field that is unknown", oneCase + "allowed\nverdict: x", nil, 2, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte(test.file), 0o600); err != nil {
				t.Fatal(err)
			}
			var stdout, stderr bytes.Buffer
			code := run(append([]string{"conformance", dir}, test.args...), nil, &stdout, &stderr)
			if code != test.code || !strings.Contains(stdout.String(), test.says) {
				t.Errorf("exit code %d, want %d\n%s%s", code, test.code, stdout.String(), stderr.String())
			}
		})
	}
}

func TestConformanceWithoutCases(t *testing.T) {
	for _, dir := range []string{t.TempDir(), filepath.Join(t.TempDir(), "missing")} {
		var stdout, stderr bytes.Buffer
		if code := run([]string{"conformance", dir}, nil, &stdout, &stderr); code != 2 {
			t.Errorf("%s: exit code %d\n%s%s", dir, code, stdout.String(), stderr.String())
		}
	}
}

func TestConformanceOfTheSuite(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run([]string{"conformance", "--output", "json"}, nil, &stdout, &stderr); code != 0 {
		t.Fatalf("exit code %d\n%s", code, stderr.String())
	}
	var report conformanceReport
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil || report.Cases < 600 || len(report.Failures) > 0 {
		t.Errorf("%d cases, %d failures, %v", report.Cases, len(report.Failures), err)
	}
}

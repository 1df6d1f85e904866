package house

import (
	"bytes"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestTestsDoNotSleep(t *testing.T) {
	for _, s := range handWritten(t) {
		if !s.test && s.room() != "test" {
			continue
		}
		for _, at := range s.uses("time", "Sleep") {
			t.Errorf("%s: a test that sleeps", s.at(at))
		}
	}
}

func TestOnlyCmdReadsTheEnvironment(t *testing.T) {
	for _, s := range code(t) {
		if s.room() == "cmd" {
			continue
		}
		for _, at := range s.uses("os", "Getenv", "LookupEnv", "Environ", "ExpandEnv") {
			t.Errorf("%s: reads the environment; only cmd does", s.at(at))
		}
		for _, at := range s.uses("syscall", "Getenv", "Environ") {
			t.Errorf("%s: reads the environment; only cmd does", s.at(at))
		}
	}
}

// pureRooms open no files and no sockets, log nothing and never ask the time:
// what they answer depends on their arguments alone.
var pureRooms = map[string]bool{"arn": true, "policy": true, "authz": true, "authn": true}

// impureImports is what a pure room may not import. Types of requests and
// addresses are no sockets: a package may import net/http for http.Header, and
// the test below it sees to it that it uses no more.
var impureImports = []string{
	"os", "os/exec", "os/signal", "io/ioutil", "syscall", "net", "log", "log/slog",
	"crypto/rand", "math/rand", "math/rand/v2", "path/filepath",
}

func TestRoomsThatDecideAreDeaf(t *testing.T) {
	for _, s := range code(t) {
		if !pureRooms[s.room()] || s.file.Name.Name == "main" {
			continue
		}
		for _, p := range impureImports {
			if s.imported(p) != "" {
				t.Errorf("%s: imports %s; %s may not", s.name, p, s.room())
			}
		}
		if s.imported("net/http") != "" && !strings.HasPrefix(s.folder(), "authn/sigv4") {
			t.Errorf("%s: imports net/http; of the rooms that decide only authn/sigv4 may", s.name)
		}
		for _, at := range s.uses("net/http", "Get", "Post", "Client", "DefaultClient", "Transport", "Server", "ListenAndServe") {
			t.Errorf("%s: opens a socket; %s may not", s.at(at), s.room())
		}
		for _, at := range s.uses("time", "Now", "Since", "Until", "Sleep", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker") {
			t.Errorf("%s: asks the time; in %s it is an argument", s.at(at), s.room())
		}
		for _, at := range s.uses("fmt", "Print", "Printf", "Println") {
			t.Errorf("%s: prints; %s may not", s.at(at), s.room())
		}
	}
}

// strays is what no tracked text has in it. The patterns are in pieces so that
// this file does not have them either.
var strays = []struct {
	what    string
	pattern *regexp.Regexp
}{
	{"a path of somebody's machine", regexp.MustCompile(`(^|[\s"'=:(` + "`" + `])/(wo` + `rk|ro` + `ot|home/[a-z]+|Us` + `ers)/`)},
	{"a promise", regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X)\b`)},
	{"a download host in a lock file", regexp.MustCompile(`"resol` + `ved": *"http`)},
	{"a folder of somebody's module", regexp.MustCompile(`^repl` + `ace .*=> *[./]`)},
	{"an unfinished merge", regexp.MustCompile(`^(<<<<<` + `<<|>>>>>` + `>>) `)},
}

func TestTextsHaveNothingOfSomebodysMachineInThem(t *testing.T) {
	names, err := tracked()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.HasPrefix(name, "api/models/") || path.Base(name) == "go.sum" {
			continue
		}
		text, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.IndexByte(text, 0) >= 0 || !utf8.Valid(text) || bytes.HasPrefix(text, []byte("// Code generated ")) {
			continue
		}
		text = bytes.ReplaceAll(text, []byte("/home/you/"), nil)                  // as manuals write it
		text = bytes.ReplaceAll(text, []byte("replace "+module+" => ../.."), nil) // by a module below this one
		number := 0
		for line := range strings.Lines(string(text)) {
			number++
			for _, s := range strays {
				if s.pattern.MatchString(line) {
					t.Errorf("%s:%d: %s: %s", name, number, s.what, strings.TrimSpace(line))
				}
			}
		}
	}
}

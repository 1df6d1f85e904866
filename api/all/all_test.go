package all

import (
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
)

// The tables are data that the linker lays out: no package below api has code
// that runs at start, so 621 operations cost no time there.
func TestTablesCostNothingAtStart(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-test.run=^$")
	cmd.Env = append(os.Environ(), "GODEBUG=inittrace=1")
	trace, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, trace)
	}
	if !strings.Contains(string(trace), "init runtime") {
		t.Fatalf("no trace: %s", trace)
	}
	for line := range strings.Lines(string(trace)) {
		if strings.Contains(line, "rolecall/api") {
			t.Errorf("runs at start: %s", line)
		}
	}
}

// An operation's tables and its Go types are made for each other.
func TestOperationsAreWhole(t *testing.T) {
	for _, s := range Services() {
		last := ""
		for _, op := range s.Operations() {
			if op.Service != s || op.Name <= last || op.Method == "" || op.URI == "" || op.Status < 200 {
				t.Errorf("%s %s: service, order, method, URI or status is wrong", s.Name, op.Name)
			}
			last = op.Name
			if in := reflect.TypeOf(op.In).Elem(); in.Name() != op.Name+"Input" || in.NumField() != len(op.Input.Members) {
				t.Errorf("%s %s: input is %v", s.Name, op.Name, in)
			}
			if out := reflect.TypeOf(op.Out).Elem(); out.Name() != op.Name+"Output" || out.NumField() != len(op.Output.Members) {
				t.Errorf("%s %s: output is %v", s.Name, op.Name, out)
			}
		}
	}
}

// A shape that contains itself is found again: Organizations' handshakes hold
// resources that hold resources.
func TestRecursiveShapes(t *testing.T) {
	found := false
	for _, s := range Services() {
		for _, op := range s.Operations() {
			walk(op.Output, 0, func(m *api.Member) {
				if m.Of == nil {
					found = true
					if m.Shape() == nil {
						t.Errorf("%s %s: %s leads nowhere", s.Name, op.Name, m.Name)
					}
				}
			})
		}
	}
	if !found {
		t.Error("no model has a shape that contains itself")
	}
}

func walk(s *api.Shape, depth int, visit func(*api.Member)) {
	if depth > 12 {
		return
	}
	members := s.Members
	for _, m := range []*api.Member{s.Key, s.Elem} {
		if m != nil {
			members = append(members[:len(members):len(members)], *m)
		}
	}
	for i := range members {
		visit(&members[i])
		if members[i].Of != nil {
			walk(members[i].Of, depth+1, visit)
		}
	}
}

package house

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// snippet makes a source of the body of a file.
func snippet(t *testing.T, body string) *source {
	t.Helper()
	s := &source{name: "authz/snippet.go", text: []byte("package authz\n" + body), files: token.NewFileSet()}
	var err error
	if s.file, err = parser.ParseFile(s.files, s.name, s.text, parser.ParseComments); err != nil {
		t.Fatal(err)
	}
	return s
}

// function answers the first function of a source.
func (s *source) function() *ast.FuncDecl {
	for _, d := range s.file.Decls {
		if f, ok := d.(*ast.FuncDecl); ok {
			return f
		}
	}
	return nil
}

func TestTheRowsOfATableAreNoLinesOfItsFunction(t *testing.T) {
	tests := []struct {
		name, body string
		want       int
	}{
		{"no table", "func f() {\n\tg()\n}", 0},
		{"a table of three rows", "func f() {\n\t_ = []int{\n\t\t1,\n\t\t2,\n\t\t3,\n\t}\n}", 3},
		{"too short to be a table", "func f() {\n\t_ = []int{\n\t\t1,\n\t\t2,\n\t}\n}", 0},
		{"a function inside a table is no data", "func f() {\n\t_ = []func(){\n\t\tnil,\n\t\tfunc() {\n\t\t\tg()\n\t\t\tg()\n\t\t},\n\t}\n}", 3},
		{"a table inside a table counts once", "func f() {\n\t_ = [][]int{\n\t\t{\n\t\t\t1,\n\t\t\t2,\n\t\t\t3,\n\t\t},\n\t}\n}", 5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := snippet(t, tt.body)
			if got := tableLines(s, s.function()); got != tt.want {
				t.Errorf("%d lines of tables, want %d", got, tt.want)
			}
		})
	}
}

func TestAFunctionThatIsOneSwitchIsExcepted(t *testing.T) {
	cases := strings.Repeat("\tcase int:\n\t\tg()\n", 20)
	if s := snippet(t, "func f(x any) {\n\tswitch x.(type) {\n"+cases+"\t}\n}"); !isOneSwitch(s, s.function()) {
		t.Error("a switch of forty lines with two around it is not seen as one switch")
	}
	if s := snippet(t, "func f(x any) {\n"+strings.Repeat("\tg()\n", 20)+"\tswitch x.(type) {\n"+cases+"\t}\n}"); isOneSwitch(s, s.function()) {
		t.Error("a function with twenty lines before its switch is seen as one switch")
	}
}

func TestUncommentedNames(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"a function", "func F() {}", "F"},
		{"a function with a comment", "// F does.\nfunc F() {}", ""},
		{"a private function", "func f() {}", ""},
		{"a method", "func (t *T) M() {}", "M"},
		{"a method of a generic type", "func (t *T[K]) M() {}", "M"},
		{"a method of a private type", "func (t *u) M() {}", ""},
		{"a method of a private generic type", "func (t u[K]) M() {}", ""},
		{"a type", "type T int", "T"},
		{"a group with a comment", "// Both.\nconst (\n\tA = 1\n\tB = 2\n)", ""},
		{"a group where one has a comment behind", "const (\n\tA = 1 // one\n\tB = 2\n)", "B"},
		{"a variable among private ones", "var a, B int", "B"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			for _, id := range uncommented(snippet(t, tt.body).file.Decls[0]) {
				got += id.Name
			}
			if got != tt.want {
				t.Errorf("without a comment: %q, want %q", got, tt.want)
			}
		})
	}
}

func TestExportedNames(t *testing.T) {
	s := snippet(t, "type T int\nconst (\n\tA T = iota\n\tB\n)\nconst C = 1\nvar D, e = 1, 2\nfunc F() {}\nfunc (T) M() {}\nfunc g() {}")
	if got, want := strings.Join(exported(s), " "), "T C D F"; got != want {
		t.Errorf("exported are %s, want %s: methods and values belong to their type", got, want)
	}
}

func TestWritesToAPackagesVariablesAreSeen(t *testing.T) {
	tests := []struct{ name, body, want string }{
		{"an assignment", "func f() { x = 1 }", "x"},
		{"an element", "func f() { x[1] = 1 }", "x"},
		{"a field", "func f() { x.y.z++ }", "x"},
		{"nothing at all", "func f() { _ = x }", ""},
		{"a declaration", "func f() { x := 1; x = 2 }", ""},
		{"a parameter", "func f(x int) { x = 2 }", ""},
		{"a receiver", "func (x *T) f() { x.y = 2 }", ""},
		{"a loop's variable", "func f() { for x := range 3 { x = 2 } }", ""},
		{"a parameter of a function inside", "func f() { g(func(x int) { x = 2 }) }", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			for _, id := range writtenOutside(snippet(t, tt.body).function()) {
				got += id.Name
			}
			if got != tt.want {
				t.Errorf("written to: %q, want %q", got, tt.want)
			}
		})
	}
}

func TestUsesAreSeenUnderAnyImportName(t *testing.T) {
	for body, want := range map[string]int{
		"import \"time\"\nvar x = time.Now()":                                1,
		"import clock \"time\"\nvar x = clock.Now()":                         1,
		"import \"time\"\nvar x = time.UTC":                                  0,
		"var x = time.Now()":                                                 0,
		"import \"time\"\nfunc f(now func() time.Time) {}\nvar x = time.Now": 1,
	} {
		if got := len(snippet(t, body).uses("time", "Now")); got != want {
			t.Errorf("%q asks the time %d times, want %d", body, got, want)
		}
	}
}

func TestStraysAreSeen(t *testing.T) {
	pieces := [][]string{
		{"see /wo", "rk/main"}, {"dir := \"/ro", "ot/.aws\""}, {"cd /home/joe", "/src"},
		{"// TO", "DO: later"}, {`"resol`, `ved": "https://example.com/x.tgz"`}, {"repl", "ace a => ../b"},
		{"<<<<<", "<< HEAD"},
	}
	for _, p := range pieces {
		line, seen := strings.Join(p, ""), false
		for _, s := range strays {
			seen = seen || s.pattern.MatchString(line)
		}
		if !seen {
			t.Errorf("%q is not seen", line)
		}
	}
	for _, line := range []string{"arn:aws:iam::123456789012:root/x", "a framework/tool", "make work/root dirs", "/var/lib/rolecall"} {
		for _, s := range strays {
			if s.pattern.MatchString(line) {
				t.Errorf("%q is taken for %s", line, s.what)
			}
		}
	}
}

func TestServicesAreToldApart(t *testing.T) {
	for folder, want := range map[string]string{
		"service": "", "service/iam": "iam", "service/iam/wireform": "iam", "service/internal/x": "", "store": "",
	} {
		if got, ok := serviceOf(folder); ok != (want != "") || ok && got != want {
			t.Errorf("serviceOf(%s) = %q, %v; want %q", folder, got, ok, want)
		}
	}
}

package wire

import (
	"bufio"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/api/sts"
)

// newerThanModel are parameters that the SDK's fixtures have and our copy of
// the model has not yet.
var newerThanModel = map[string]string{
	"SimulateCustomPolicy":      "OrderedOrganizationPolicyInputList.",
	"SimulatePrincipalPolicy":   "PolicyExclusionList.",
	"AssumeRole":                "MinimumSessionTokenSize",
	"AssumeRoleWithSAML":        "MinimumSessionTokenSize",
	"AssumeRoleWithWebIdentity": "MinimumSessionTokenSize",
	"AssumeRoot":                "MinimumSessionTokenSize",
	"GetFederationToken":        "MinimumSessionTokenSize",
	"GetSessionToken":           "MinimumSessionTokenSize",
}

// AWS's Go SDK carries one request for each operation with every parameter
// set. Each must decode whole: written out again, the input gives the same
// parameters, and no field is left empty.
func TestRequestsOfTheGoSDKDecodeWhole(t *testing.T) {
	for module, service := range map[string]*api.Service{"iam": &iam.Service, "sts": &sts.Service} {
		dir := filepath.Join(moduleDir(t, "github.com/aws/aws-sdk-go-v2/service/"+module), "request_snapshot")
		for _, op := range service.Operations() {
			t.Run(module+"/"+op.Name, func(t *testing.T) {
				r, body := readSnapshot(t, filepath.Join(dir, op.Name+".request.snap"))
				want, err := url.ParseQuery(string(body))
				if err != nil {
					t.Fatal(err)
				}
				in := decodeUnchecked(t, NewRouter(service), op, r, body)
				got := url.Values{"Action": {op.Name}, "Version": {service.Version}}
				writeForm(got, "", new(planner).operation(op).in, reflect.ValueOf(in).Elem())
				for key := range want {
					if newer := newerThanModel[op.Name]; newer != "" && strings.Contains(key, newer) {
						want.Del(key)
					}
				}
				compareForms(t, want, got)
				noEmptyField(t, op.Name, reflect.ValueOf(in).Elem())
			})
		}
	}
}

func moduleDir(t *testing.T, module string) string {
	t.Helper()
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
	if err != nil {
		t.Fatalf("go list %s: %v", module, err)
	}
	return strings.TrimSpace(string(out))
}

// readSnapshot reads a fixture: a request line, headers, a body.
func readSnapshot(t *testing.T, file string) (*http.Request, []byte) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(strings.NewReader(string(data)))
	lines.Scan()
	method, target, _ := strings.Cut(lines.Text(), " ")
	r := httptest.NewRequest(method, target, nil)
	var body string
	for lines.Scan() {
		line := lines.Text()
		if name, value, ok := strings.Cut(line, ": "); ok && !strings.Contains(name, "=") {
			r.Header.Set(name, value)
		} else if line != "" {
			body = line
		}
	}
	return r, []byte(body)
}

func decodeUnchecked(t *testing.T, rt *Router, op *api.Operation, r *http.Request, body []byte) any {
	t.Helper()
	target, werr := rt.Route(r, body)
	if werr != nil {
		t.Fatal(werr)
	}
	if target.Operation != op {
		t.Fatalf("routed to %v", target.Operation)
	}
	in := reflect.New(reflect.TypeOf(op.In).Elem()).Interface()
	if werr := new(Codec).decode(target, r, body, in, checker{op: op, off: true}); werr != nil {
		t.Fatal(werr)
	}
	return in
}

// writeForm is what a client does: it flattens an input into parameters.
func writeForm(form url.Values, prefix string, p *plan, v reflect.Value) {
	switch p.kind {
	case api.Structure:
		for i := range p.fields {
			f := &p.fields[i]
			if value, ok := f.value(v); ok {
				name := f.wire
				if prefix != "" {
					name = prefix + "." + name
				}
				writeForm(form, name, f.plan, value)
			}
		}
	case api.List:
		for i := range v.Len() {
			writeForm(form, fmt.Sprintf("%s.member.%d", prefix, i+1), p.elem, v.Index(i))
		}
	case api.Map:
		for i, key := range sortedKeys(v) {
			form.Set(fmt.Sprintf("%s.entry.%d.key", prefix, i+1), key.String())
			writeForm(form, fmt.Sprintf("%s.entry.%d.value", prefix, i+1), p.elem, v.MapIndex(key))
		}
	default:
		form.Set(prefix, string(appendScalar(nil, p, v, api.ISO8601, false)))
	}
}

func compareForms(t *testing.T, want, got url.Values) {
	t.Helper()
	for _, key := range slices.Sorted(maps.Keys(want)) {
		if !slices.Equal(want[key], got[key]) {
			t.Errorf("%s: sent %q, decoded %q", key, want[key], got[key])
		}
	}
	for _, key := range slices.Sorted(maps.Keys(got)) {
		if _, ok := want[key]; !ok {
			t.Errorf("%s: decoded %q, never sent", key, got[key])
		}
	}
}

// noEmptyField shows that the fixture set all that the model has.
func noEmptyField(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			t.Errorf("%s is nil", path)
			return
		}
		noEmptyField(t, path, v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				noEmptyField(t, path+"."+v.Type().Field(i).Name, v.Field(i))
			}
		}
	case reflect.Slice, reflect.Map:
		if v.Len() == 0 {
			t.Errorf("%s is empty", path)
		}
	}
}

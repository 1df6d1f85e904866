package script

import (
	"encoding/base64"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rolecall-iam/rolecall/test/samltest"
)

type providersKey struct{}

// idp makes a SAML identity provider and writes its metadata: idp NAME
// ENTITY-ID FILE.
func idp(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: idp name entity-id metadata-file")
	}
	p := samltest.New(failing{ts: ts}, args[1])
	ts.Value(providersKey{}).(map[string]*samltest.Provider)[args[0]] = p
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(p.Metadata()), 0o600))
}

// response has a provider answer somebody: response NAME FILE and any of
// role=ROLE,PROVIDER, session=, subject=, recipient=, audience=, issued= (a
// duration from now) and NAME=VALUE for further attributes.
func response(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: response idp file key=value...")
	}
	p, ok := ts.Value(providersKey{}).(map[string]*samltest.Provider)[args[0]]
	if !ok {
		ts.Fatalf("no identity provider %s", args[0])
	}
	r := p.Usual(time.Now(), "", "", "").Set(samltest.AWS + "Role").Set(samltest.AWS + "RoleSessionName")
	values := map[string][]string{}
	for _, arg := range args[2:] {
		key, value, _ := strings.Cut(arg, "=")
		switch key {
		case "role":
			values[samltest.AWS+"Role"] = append(values[samltest.AWS+"Role"], value)
		case "session":
			values[samltest.AWS+"RoleSessionName"] = []string{value}
		case "subject":
			r.NameID = value
		case "recipient":
			r.Recipient, r.Destination = value, value
		case "audience":
			r.Audiences = []string{value}
		case "issued":
			d, err := time.ParseDuration(value)
			ts.Check(err)
			r.Issued = time.Now().Add(d)
		default:
			values[key] = append(values[key], value)
		}
	}
	for name, list := range values {
		r = r.With(name, list...)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(p.Answer(failing{ts: ts}, r)), 0o600))
}

// signIn posts a response to the sign-in page, perhaps with the role chosen,
// and prints the page: signin FILE [ROLE]. It fails where the page is none of
// success.
func signIn(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: signin response-file [role]")
	}
	form := url.Values{"SAMLResponse": {ts.ReadFile(args[0])}}
	if len(args) == 2 {
		form.Set("roleIndex", args[1])
	}
	answer, err := http.PostForm(ts.Getenv("AWS_ENDPOINT_URL")+"/_/signin/saml", form)
	ts.Check(err)
	defer answer.Body.Close()
	page, err := io.ReadAll(answer.Body)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs("page.html"), page, 0o600))
	if (answer.StatusCode == http.StatusOK) == neg {
		ts.Fatalf("%s: %s", answer.Status, page)
	}
}

// failing is a testing.TB that fails the script.
type failing struct {
	testing.TB
	ts *testscript.TestScript
}

func (f failing) Helper() {}

func (f failing) Fatal(args ...any) { f.ts.Fatalf("%v", args) }

func (f failing) Fatalf(format string, args ...any) { f.ts.Fatalf(format, args...) }

// decoded is the XML of a response, for scripts that change it.
func decoded(ts *testscript.TestScript, file string) string {
	text, err := base64.StdEncoding.DecodeString(ts.ReadFile(file))
	ts.Check(err)
	return string(text)
}

// tamper changes a text in a response: tamper FILE FROM TO.
func tamper(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: tamper file from to")
	}
	was := decoded(ts, args[0])
	now := strings.Replace(was, args[1], args[2], 1)
	if was == now {
		ts.Fatalf("there is no %s in it", args[1])
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(samltest.Encode(now)), 0o600))
}

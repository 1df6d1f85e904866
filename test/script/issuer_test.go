package script

import (
	"encoding/json"
	"encoding/pem"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rolecall-iam/rolecall/test/oidctest"
)

// issuersKey finds the issuers that a script started, by the names that it
// gave them.
type issuersKey struct{}

// issuer starts an OpenID Connect issuer: issuer NAME [HOST [PATH]] is one that
// has a real issuer's host in its name, or its own address where the host is
// missing; issuer NAME plain speaks plain HTTP. It sets NAME_URL, NAME_PROVIDER,
// NAME_ADDRESS and NAME_THUMBPRINT, and writes the authority that signed its
// certificate to NAME.pem.
func issuer(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 3 {
		ts.Fatalf("usage: issuer name [plain | host [path]]")
	}
	var c oidctest.Config
	switch {
	case len(args) > 1 && args[1] == "plain":
		c.Plain = true
	case len(args) > 1:
		c.Host = args[1]
	}
	if len(args) > 2 {
		c.Path = args[2]
	}
	i, err := oidctest.Start(c)
	ts.Check(err)
	ts.Defer(i.Close)
	issuersOf(ts)[args[0]] = i
	for name, value := range map[string]string{"URL": i.URL, "PROVIDER": i.Provider, "ADDRESS": i.Address, "THUMBPRINT": i.Thumbprint} {
		ts.Setenv(args[0]+"_"+name, value)
	}
	if i.Authority != nil {
		text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.Authority.Raw})
		ts.Check(os.WriteFile(ts.MkAbs(args[0]+".pem"), text, 0o600))
	}
}

// token has an issuer sign the claims in a JSON file: token NAME CLAIMS FILE.
// The token is issued now, for an hour, unless the claims say otherwise.
func token(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: token issuer claims-file token-file")
	}
	i, ok := issuersOf(ts)[args[0]]
	if !ok {
		ts.Fatalf("no issuer %s", args[0])
	}
	now := time.Now()
	claims := map[string]any{"iat": now.Unix(), "nbf": now.Unix(), "exp": now.Add(time.Hour).Unix()}
	ts.Check(json.Unmarshal([]byte(os.Expand(ts.ReadFile(args[1]), ts.Getenv)), &claims))
	text, err := i.Token(claims)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(text), 0o600))
	ts.Setenv(strings.ToUpper(args[0])+"_TOKEN", text)
}

func issuersOf(ts *testscript.TestScript) map[string]*oidctest.Issuer {
	return ts.Value(issuersKey{}).(map[string]*oidctest.Issuer)
}

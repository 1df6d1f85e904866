package main

import (
	"bytes"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/test/oidctest"
)

func TestIssuerFlags(t *testing.T) {
	idp, err := oidctest.Start(oidctest.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer idp.Close()
	dir := t.TempDir()
	write := func(name string, text []byte) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: idp.Authority.Raw})
	key := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")})
	flags := issuerFlags{
		TrustedCAFile:            []string{write("two.pem", bytes.Join([][]byte{key, certificate, []byte("a word\n"), certificate}, nil)), write("one.pem", certificate)},
		AllowHTTPLoopbackIssuers: true,
		IssuerAddress:            map[string]string{"token.actions.githubusercontent.com": "127.0.0.1:8443"},
	}
	issuers, err := flags.issuers()
	if err != nil || len(issuers.Trusted) != 3 || !issuers.LoopbackHTTP || issuers.Addresses["token.actions.githubusercontent.com"] != "127.0.0.1:8443" {
		t.Errorf("%+v %v", issuers, err)
	}
	for rule, c := range map[string]struct {
		args []string
		says string
	}{
		"a file that is not there":           {[]string{"--trusted-ca-file", filepath.Join(dir, "nosuch")}, "nosuch"},
		"a file without certificates":        {[]string{"--trusted-ca-file", write("key.pem", key)}, "no certificates"},
		"a file with one that is broken":     {[]string{"--trusted-ca-file", write("bad.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("x")}))}, "trusted authorities"},
		"an issuer's address without port":   {[]string{"--issuer-address", "idp.example.com=127.0.0.1"}, "needs a port"},
		"an issuer's address without issuer": {[]string{"--issuer-address", "127.0.0.1:80"}, "issuer-address"},
	} {
		t.Run(rule, func(t *testing.T) {
			var out, errs bytes.Buffer
			code := run(append([]string{"serve", "--ephemeral", "--listen", "127.0.0.1:0"}, c.args...), nil, &out, &errs)
			if code != 2 || !strings.Contains(errs.String(), c.says) {
				t.Errorf("exit code %d, said %q", code, errs.String())
			}
		})
	}
}

package oidc

import (
	"bufio"
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/test/calltest"
	"github.com/rolecall-iam/rolecall/test/chromium"
)

// provider runs the identity provider for a redirect URI, until the test ends.
func provider(t *testing.T, redirect string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", "portal.mjs", redirect)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stdin.Close(); _ = cmd.Wait() })
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		var said struct{ Issuer string }
		if strings.HasPrefix(lines.Text(), "{") && json.Unmarshal(lines.Bytes(), &said) == nil {
			return said.Issuer
		}
	}
	t.Fatal("the provider ended")
	return ""
}

// A person signs in at the access portal by way of a provider that others
// wrote, in a browser, and signs out.
func TestTheAccessPortalByOIDCProvider(t *testing.T) {
	for _, needed := range [][]string{{"chromium", "--version"}, {"node", "-e", `import("oidc-provider").catch(() => process.exit(1))`}} {
		if err := exec.Command(needed[0], needed[1:]...).Run(); err != nil {
			if os.Getenv("CI") != "" {
				t.Fatalf("%v: %v", needed, err)
			}
			t.Skipf("SKIPPED: %s is not installed, or has not got oidc-provider", needed[0])
		}
	}
	s, err := rolecall.New(rolecall.Config{Issuers: rolecall.Issuers{LoopbackHTTP: true}})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	t.Cleanup(func() {
		web.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	first, _ := s.FirstStart()
	keys := calltest.Keys{AccessKeyID: first.AccessKeyID, SecretAccessKey: first.SecretAccessKey}
	store := calltest.At(t, web.URL, keys, "sso", "SWBExternalService.ListInstances", nil).At("Instances", 0, "IdentityStoreId")
	calltest.At(t, web.URL, keys, "identitystore", "AWSIdentityStore.CreateUser", map[string]any{
		"IdentityStoreId": store, "UserName": "jane@example.com", "DisplayName": "Jane", "Name": map[string]string{"GivenName": "Jane", "FamilyName": "Doe"},
	})
	issuer := provider(t, web.URL+"/_/portal/oidc/"+store+"/callback")
	set, err := s.SetIdentitySource(t.Context(), rolecall.IdentitySource{Origin: web.URL, Issuer: issuer, ClientID: "portal", ClientSecret: "s3cret/+"})
	if err != nil || set.Kind != "OIDC" || set.RedirectURI != web.URL+"/_/portal/oidc/"+store+"/callback" {
		t.Fatalf("%+v %v", set, err)
	}
	if heading := signIn(t, web.URL, "jane@example.com"); heading != "Your accounts" {
		t.Errorf("jane sees %q", heading)
	}
	if heading := signIn(t, web.URL, "nobody@example.com"); heading != "This did not work" {
		t.Errorf("nobody sees %q", heading)
	}
}

// signIn goes the whole way with a new browser, and answers the heading at its
// end.
func signIn(t *testing.T, portal, name string) string {
	t.Helper()
	b, err := chromium.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := b.Stop(); err != nil {
			t.Error(err)
		}
	}()
	for _, step := range []func() error{
		func() error { return b.Open(portal + "/_/portal/") },
		func() error { return b.Click("a.go") },
		func() error { return b.Fill(`input[name="login"]`, name) },
		func() error { return b.Fill(`input[name="password"]`, "any") },
		func() error { return b.Click(`button[type="submit"]`) },
		func() error { return b.Click(`button[type="submit"]`) }, // consent
	} {
		if err := step(); err != nil {
			page, _ := b.Text("body")
			t.Fatalf("%v on %s", err, page)
		}
	}
	heading, err := b.Text("h1")
	if err != nil {
		t.Fatal(err)
	}
	return heading
}

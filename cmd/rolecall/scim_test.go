package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/bolt"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// withIdentityStore makes a data directory with an identity store.
func withIdentityStore(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	s, err := rolecall.New(rolecall.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	account, err := arn.ParseAccountID("123456789012")
	if err != nil {
		t.Fatal(err)
	}
	b, err := bolt.Open(bolt.Options{Dir: dir, Rand: rand.Reader, KeepRevisions: 100})
	if err != nil {
		t.Fatal(err)
	}
	err = directory.New(b).Update(t.Context(), func(tx *directory.Tx) error {
		tx.PutIdentityStore(&directory.IdentityStore{ID: "d-90670000aa", Account: account, Region: "us-east-1"})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// said runs a command that must end with a code, and answers what it printed.
func said(t *testing.T, code int, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if got := run(args, nil, &out, &errs); got != code {
		t.Fatalf("%q: exit code %d, said %s%s", args, got, &out, &errs)
	}
	return out.String() + errs.String()
}

func TestSCIMTokensOnAStoppedDataDirectory(t *testing.T) { scimTokens(t, withIdentityStore(t)) }

func TestSCIMTokensOnARunningServer(t *testing.T) {
	dir := withIdentityStore(t)
	s, err := rolecall.New(rolecall.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	control, err := listenControl(dir)
	if err != nil {
		t.Fatal(err)
	}
	hs := httpServer(controlHandler(s, environment{}))
	done := make(chan error, 1)
	go func() { done <- hs.Serve(control) }()
	t.Cleanup(func() {
		_ = hs.Close()
		<-done
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	scimTokens(t, dir)

	// A token that was made lets in until it is revoked.
	var made rolecall.SCIMToken
	if err := json.Unmarshal([]byte(said(t, 0, "scim", "token", "create", "--data", dir, "--output", "json")), &made); err != nil {
		t.Fatal(err)
	}
	status := func() int {
		r := httptest.NewRequest("GET", "/_/scim/v2/Users", nil)
		r.Header.Set("Authorization", "Bearer "+made.Token)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		return w.Code
	}
	before := status()
	said(t, 0, "scim", "token", "revoke", made.ID, "--data", dir)
	if after := status(); before != 200 || after != 401 {
		t.Errorf("%d before it was revoked, %d after", before, after)
	}
}

func scimTokens(t *testing.T, dir string) {
	t.Helper()
	text := said(t, 0, "scim", "token", "create", "--data", dir)
	if !strings.HasPrefix(text, "# token ") || !strings.Contains(text, " for d-90670000aa, good until ") {
		t.Error(text)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	id := strings.Fields(text)[2]
	listed := said(t, 0, "scim", "token", "list", "--data", dir)
	if !strings.HasPrefix(listed, id+"\td-90670000aa\t") || strings.Contains(listed, lines[len(lines)-1]) {
		t.Error(listed)
	}
	if gone := said(t, 0, "scim", "token", "revoke", id, "--data", dir); gone != "revoked token "+id+" of d-90670000aa\n" {
		t.Error(gone)
	}
	if again := said(t, 1, "scim", "token", "revoke", id, "--data", dir); !strings.Contains(again, "no SCIM token has the id") {
		t.Error(again)
	}
	if none := said(t, 0, "scim", "token", "list", "--data", dir, "--output", "json"); strings.TrimSpace(none) != "[]" {
		t.Error(none)
	}
	if none := said(t, 1, "scim", "token", "create", "--data", dir, "--identity-store", "d-0000000000"); !strings.Contains(none, "there is no identity store") {
		t.Error(none)
	}
}

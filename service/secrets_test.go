package service_test

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
)

// No secret, token, signature or policy text is in what is logged or in what a
// refusal says, whatever goes wrong.
func TestNoSecretIsInALogOrARefusal(t *testing.T) {
	h := open(t)
	role := h.role("Deploy", trust(account, "sts:AssumeRole"), "")
	s := h.assume(admin, role)
	const marked = `{"Version":"2012-10-17","Statement":{"Sid":"hunter2","Effect":"Allow","Action":"s3:*","Resource":"hunter2"}}`
	wrong := key{admin.id, "wrong/secret/wrong/secret/wrong/secret/wr", ""}
	requests := []struct {
		key
		message
	}{
		{wrong, whoAmI}, {key{s.id, wrong.secret, s.token}, whoAmI}, {key{s.id, s.secret, s.token[:len(s.token)-4]}, whoAmI},
		{key{admin.id, admin.secret, s.token}, whoAmI}, {wrong, organizations(listRoots, jsonType, "{}")}, {s, organizations(listRoots, jsonType, "{}")},
		{wrong, message{method: "GET", url: "/books/a", service: "s3"}},
		{s, form("iam", "CreatePolicy", "PolicyName", "x", "PolicyDocument", marked)},
		{admin, form("iam", "CreatePolicy", "PolicyName", "x", "PolicyDocument", marked+"}")},
		{admin, form("iam", "CreateRole", "RoleName", "x", "AssumeRolePolicyDocument", marked)},
		{admin, form("sts", "AssumeRole", "RoleArn", role, "RoleSessionName", "night", "Policy", marked+"{")},
		{admin, form("iam", "ChangePassword", "OldPassword", "hunter2", "NewPassword", "hunter2")},
		{admin, form("iam", "CreateLoginProfile", "UserName", "admin", "Password", "hunter2\x00")},
		{key{}, form("sts", "AssumeRoleWithWebIdentity", "RoleArn", role, "RoleSessionName", "night", "WebIdentityToken", "hunter2")},
		{key{}, whoAmI.with(func(m *message) { m.header.Set("Authorization", "Basic hunter2") })},
	}
	requests = append(requests, struct {
		key
		message
	}{s, whoAmI.with(func(m *message) { m.body = append(m.body, "&Action=hunter2"...) })})
	for _, q := range requests {
		r := h.request(q.key, q.message)
		_, signature, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
		a := h.do(r)
		if a.status < 400 {
			t.Errorf("%s was done", q.message.body)
		}
		for what, secret := range map[string]string{
			"a secret": admin.secret, "the wrong secret": wrong.secret, "a session's secret": s.secret, "a token": s.token[:40],
			"a signature": signature, "a text of the request": "hunter2",
		} {
			// A resource that is no ARN is named in AWS's own words.
			if secret != "" && strings.Contains(strings.ReplaceAll(a.body, "Resource hunter2 must be", ""), secret) {
				t.Errorf("%s is in the answer: %s", what, a.body)
			}
			if secret != "" && strings.Contains(h.log.String(), secret) {
				t.Errorf("%s is in the log: %s", what, h.log)
			}
		}
	}
}

// At rest no secret is in clear: not in the data file, not in the log, not in
// a backup. The master key is in its own file, that the owner alone reads.
func TestNoSecretIsAtRestInClear(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	h := openWith(t, rolecall.Config{Dir: dir})
	ann := h.user("ann", everything)
	s := h.assume(admin, h.role("Deploy", trust(account, "sts:AssumeRole"), ""))
	other, err := arn.ParseAccountID("210987654321")
	if err != nil {
		t.Fatal(err)
	}
	made, err := h.server.CreateAccount(context.Background(), rolecall.NewAccount{ID: other})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.server.RotateKeys(context.Background()); err != nil {
		t.Fatal(err)
	}
	var backup bytes.Buffer
	if err := h.server.Backup(&backup); err != nil {
		t.Fatal(err)
	}
	texts := map[string][]byte{"the backup": backup.Bytes(), "the log": []byte(h.log.String())}
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if info, err := d.Info(); err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s: mode %v, %v", path, info.Mode(), err)
		}
		text, err := os.ReadFile(path)
		texts[filepath.Base(path)] = text
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	master := bytes.TrimSpace(texts[rolecall.KeyFile])
	if len(master) != 64 {
		t.Fatalf("the key file has %d digits", len(master))
	}
	for _, name := range sortedKeys(texts) {
		if len(texts[name]) > 0 && name != rolecall.KeyFile && bytes.Contains(texts[name], master) {
			t.Errorf("%s holds the master key", name)
		}
		for what, secret := range map[string]string{
			"admin's": admin.secret, "root's": root.secret, "ann's": ann.secret, "the session's": s.secret, "the new account's": made.SecretAccessKey,
		} {
			if bytes.Contains(texts[name], []byte(secret)) {
				t.Errorf("%s holds %s secret", name, what)
			}
		}
	}
	if !bytes.Contains(texts["the backup"], []byte(ann.id)) {
		t.Error("the backup does not hold what was looked for")
	}
}

// Sealing keys can be changed while everybody works: sessions and secrets
// from before, in between and after are good, also after a restart.
func TestSealingKeysChangeDuringUse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	h := openWith(t, rolecall.Config{Dir: dir})
	role := h.role("Deploy", trust(account, "sts:AssumeRole"), "")
	keys := []key{admin, h.user("ann", ""), h.assume(admin, role)}
	all := func() {
		t.Helper()
		for _, k := range keys {
			check(t, h.send(k, whoAmI), refusal{})
		}
	}
	first, err := h.server.RotateKeys(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !first.Active.After(h.time()) {
		t.Errorf("the new key seals at once: %v", first.Active)
	}
	keys = append(keys, h.assume(admin, role), h.user("bob", ""))
	all()
	if _, err := h.server.RotateKeys(context.Background()); err == nil {
		t.Error("rotated while a key was waiting")
	}
	h.pass(first.Active.Sub(h.time()))
	keys = append(keys, h.assume(admin, role), h.user("cid", ""))
	all()
	second, err := h.server.RotateKeys(context.Background())
	if err != nil || second.KeyID == first.KeyID {
		t.Errorf("%v after %v: %v", second, first, err)
	}
	all()
	h.reopen(dir)
	all()
}

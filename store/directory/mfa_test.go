package directory_test

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func newDevice(t *testing.T, d *directory.Directory, path, name, owner string) *directory.MFADevice {
	t.Helper()
	device := &directory.MFADevice{ID: "MFAD" + name, Account: account, Path: path, Name: name, Owner: owner}
	update(t, d, func(tx *directory.Tx) error { tx.PutMFADevice(nil, device); return nil })
	return device
}

func serial(rest string) string { return "arn:aws:iam::123456789012:mfa/" + rest }

func TestAnMFADeviceIsFoundByItsWholeSerialNumber(t *testing.T) {
	d := open(t)
	plain, deep := newDevice(t, d, "/", "alice", ""), newDevice(t, d, "/a/b/", "alice", "")
	if plain.ARN("aws") != serial("alice") || deep.ARN("aws-cn") != "arn:aws-cn:iam::123456789012:mfa/a/b/alice" {
		t.Errorf("the devices are %s and %s", plain.ARN("aws"), deep.ARN("aws-cn"))
	}
	view(t, d, func(v *directory.View) {
		for text, want := range map[string]string{
			serial("alice"): "/", serial("a/b/alice"): "/a/b/", serial("Alice"): "", serial("a/alice"): "", serial(""): "",
			"alice": "", "mfa/alice": "", "": "", "GAHT12345678": "",
			"arn:aws:iam::210987654321:mfa/alice":          "",
			"arn:aws:sts::123456789012:mfa/alice":          "",
			"arn:aws:iam:eu-west-1:123456789012:mfa/alice": "",
			"arn:aws:iam::123456789012:user/alice":         "",
			"arn:aws:iam::123456789012:mfa-of/x/alice":     "",
		} {
			found, ok := v.MFADevice(account, text)
			if ok != (want != "") || ok && found.Path != want {
				t.Errorf("%q finds %+v", text, found)
			}
		}
	})
}

func TestADeviceIsListedWithItsUserWhileItIsEnabled(t *testing.T) {
	d := open(t)
	alice, bob := newUser(t, d, "alice"), newUser(t, d, "bob")
	newDevice(t, d, "/", "c", alice.ID)
	newDevice(t, d, "/", "a", alice.ID)
	b := newDevice(t, d, "/", "b", "")
	of := func(u *directory.User, after string) string {
		names := ""
		view(t, d, func(v *directory.View) {
			v.MFADevicesOf(u, after, func(device *directory.MFADevice) bool { names += device.Name; return true })
		})
		return names
	}
	if of(alice, "") != "ac" || of(alice, "a") != "c" || of(bob, "") != "" {
		t.Errorf("alice has %q, after a %q; bob has %q", of(alice, ""), of(alice, "a"), of(bob, ""))
	}
	view(t, d, func(v *directory.View) {
		names := ""
		v.MFADevices(account, "a", func(device *directory.MFADevice) bool { names += device.Name; return true })
		if all, enabled := v.CountMFADevices(account); names != "bc" || all != 3 || enabled != 2 {
			t.Errorf("after a come %q; there are %d, %d enabled", names, all, enabled)
		}
	})
	moved := b.Clone()
	moved.Owner = bob.ID
	update(t, d, func(tx *directory.Tx) error { tx.PutMFADevice(b, moved); return nil })
	if of(bob, "") != "b" {
		t.Errorf("bob has %q", of(bob, ""))
	}
	update(t, d, func(tx *directory.Tx) error { tx.PutMFADevice(moved, b); return nil })
	update(t, d, func(tx *directory.Tx) error { tx.DeleteMFADevice(b); return nil })
	view(t, d, func(v *directory.View) {
		if all, enabled := v.CountMFADevices(account); of(bob, "") != "" || all != 2 || enabled != 2 {
			t.Errorf("bob has %q; there are %d, %d enabled", of(bob, ""), all, enabled)
		}
	})
}

// Whoever enables a device for a user who is being deleted must not leave it
// behind with nobody.
func TestEnablingADeviceAndDeletingItsUserAtOnceConflict(t *testing.T) {
	d := open(t)
	alice := newUser(t, d, "alice")
	device := newDevice(t, d, "/", "alice", "")
	runs := 0
	update(t, d, func(tx *directory.Tx) error {
		if _, ok := tx.User(account, "alice"); !ok {
			return nil
		}
		tx.MFADevicesOf(alice, "", func(*directory.MFADevice) bool { t.Log("has a device"); return true })
		if runs++; runs == 1 {
			enabled := device.Clone()
			enabled.Owner = alice.ID
			update(t, d, func(tx *directory.Tx) error { tx.PutMFADevice(device, enabled); return nil })
		}
		tx.DeleteUser(alice)
		return nil
	})
	if runs != 2 {
		t.Errorf("deleting ran %d times, want once more after the device came", runs)
	}
}

func TestProvidersAreFoundByURLAndName(t *testing.T) {
	d := open(t)
	oidc := &directory.OIDCProvider{Account: account, URL: "example.com/a/b", ClientIDs: []string{"one"}}
	saml := &directory.SAMLProvider{Account: account, Name: "Corp"}
	update(t, d, func(tx *directory.Tx) error {
		tx.PutOIDCProvider(oidc)
		tx.PutOIDCProvider(&directory.OIDCProvider{Account: account, URL: "example.com/a"})
		tx.PutSAMLProvider(saml)
		return nil
	})
	if oidc.ARN("aws") != "arn:aws:iam::123456789012:oidc-provider/example.com/a/b" || saml.ARN("aws") != "arn:aws:iam::123456789012:saml-provider/Corp" {
		t.Errorf("the providers are %s and %s", oidc.ARN("aws"), saml.ARN("aws"))
	}
	view(t, d, func(v *directory.View) {
		found, ok := v.OIDCProvider(account, "example.com/a/b")
		if _, other := v.OIDCProvider(account, "example.com/a/B"); !ok || found.ClientIDs[0] != "one" || other {
			t.Errorf("found %+v", found)
		}
		if _, ok := v.SAMLProvider(account, "Corp"); !ok {
			t.Error("Corp is not found")
		}
		urls, names := "", ""
		v.OIDCProviders(account, func(p *directory.OIDCProvider) bool { urls += p.URL + " "; return true })
		v.SAMLProviders(account, func(p *directory.SAMLProvider) bool { names += p.Name + " "; return true })
		if urls != "example.com/a example.com/a/b " || names != "Corp " {
			t.Errorf("listed %s and %s", urls, names)
		}
		if o, s := v.CountProviders(account); o != 2 || s != 1 {
			t.Errorf("counted %d and %d", o, s)
		}
	})
	update(t, d, func(tx *directory.Tx) error { tx.DeleteOIDCProvider(oidc); tx.DeleteSAMLProvider(saml); return nil })
	view(t, d, func(v *directory.View) {
		if o, s := v.CountProviders(account); o != 1 || s != 0 {
			t.Errorf("after deleting there are %d and %d", o, s)
		}
	})
}

// A copy shares nothing with what others read from the cache.
func TestClonesOfDevicesAndProvidersShareNothing(t *testing.T) {
	tags := []directory.Tag{{Key: "a"}}
	device := &directory.MFADevice{Tags: tags}
	oidc := &directory.OIDCProvider{Tags: tags, ClientIDs: []string{"a"}, Thumbprints: []string{"a"}}
	saml := &directory.SAMLProvider{Tags: tags, Keys: []directory.SAMLKey{{ID: "a"}}}
	device.Clone().Tags[0].Key = "b"
	o, s := oidc.Clone(), saml.Clone()
	o.Tags[0].Key, o.ClientIDs[0], o.Thumbprints[0] = "b", "b", "b"
	s.Tags[0].Key, s.Keys[0].ID = "b", "b"
	if tags[0].Key != "a" || oidc.ClientIDs[0] != "a" || oidc.Thumbprints[0] != "a" || saml.Keys[0].ID != "a" {
		t.Errorf("the originals are %+v %+v %+v", tags, oidc, saml)
	}
}

// Ten million characters, as SAML metadata may have, are more than ten
// transactions hold.
func TestATextTooLongForATransactionIsKeptInPieces(t *testing.T) {
	d := open(t)
	for _, length := range []int{0, 1, 3 << 18, 3<<18 + 1, 10_000_000} {
		text := strings.Repeat("0123456789", length/10+1)[:length]
		cut := directory.Cut(text)
		kept := directory.Pieces{ID: string(arn.UserPrefix), Count: len(cut)}
		for i, piece := range cut {
			update(t, d, func(tx *directory.Tx) error { tx.PutPiece(account, kept.ID, i, piece); return nil })
		}
		view(t, d, func(v *directory.View) {
			if got := v.Text(account, kept); got != text {
				t.Errorf("of %d bytes %d came back", length, len(got))
			}
		})
		update(t, d, func(tx *directory.Tx) error { tx.DeletePieces(account, kept); return nil })
		v := must(d.View(t.Context()))
		if got := v.Text(account, kept); got != "" || v.Err() == nil {
			t.Errorf("after deleting %d bytes are there, and no damage is told", len(got))
		}
		v.Close()
	}
}

package passkey_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/rolecall-iam/rolecall/authn/passkey"
	"github.com/rolecall-iam/rolecall/test/passkeytest"
)

const origin = "https://sso.example.com"

func party(t *testing.T, origin string) passkey.Party {
	t.Helper()
	p, err := passkey.PartyOf(origin)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// registered is a person with one key.
func registered(t *testing.T) (passkey.Party, passkey.Person, *passkeytest.Passkey) {
	t.Helper()
	p, device := party(t, origin), passkeytest.New(t, "sso.example.com", origin)
	who := passkey.Person{Handle: "1234567890-person", Name: "jane", Display: "Jane"}
	options, state, err := p.Register(who, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := p.Registered(who, state, device.Create(string(options)))
	if err != nil {
		t.Fatal(err)
	}
	who.Keys = []passkey.Key{key}
	return p, who, device
}

// Source: https://www.w3.org/TR/webauthn-3/#relying-party-identifier (a valid domain string, HTTPS, or http://localhost)
func TestSitesThatBrowsersMakeKeysFor(t *testing.T) {
	for origin, id := range map[string]string{
		"https://sso.example.com": "sso.example.com", "https://SSO.example.com:8443": "sso.example.com",
		"http://localhost:4680": "localhost", "http://portal.localhost:4680": "portal.localhost",
	} {
		if p, err := passkey.PartyOf(origin); err != nil || p.ID() != id {
			t.Errorf("%s: %q, %v", origin, p.ID(), err)
		}
	}
	for _, origin := range []string{
		"", "http://sso.example.com", "http://127.0.0.1:4680", "https://127.0.0.1", "https://[::1]:4680", "https://a@sso.example.com",
		"https://sso.example.com/x", "https://sso.example.com?x", "ftp://localhost", "https://", "https://a_b.example.com%00", "://", "https://a b",
	} {
		if p, err := passkey.PartyOf(origin); !errors.Is(err, passkey.ErrNoName) {
			t.Errorf("%q is the site %q", origin, p.ID())
		}
	}
	if _, _, err := (passkey.Party{}).Register(passkey.Person{}, rand.Reader); !errors.Is(err, passkey.ErrNoName) {
		t.Errorf("no site at all: %v", err)
	}
}

func TestAKeyIsRegisteredAndSigns(t *testing.T) {
	p, who, device := registered(t)
	for _, handle := range []string{"", who.Handle} {
		device.Handle = handle
		options, state, err := p.Ask(who, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		key, err := p.Answered(who, state, device.Get(string(options)))
		if err != nil || !bytes.Equal(key.ID, device.ID) || key.Count != device.Count {
			t.Fatalf("%+v, %v", key, err)
		}
		who.Keys[0] = key
	}
}

func TestTheBrowserIsAskedForWhatIsRequired(t *testing.T) {
	p, who, device := registered(t)
	options, _, err := p.Register(who, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	var asked struct {
		RP                     struct{ ID string }
		Challenge, Attestation string
		AuthenticatorSelection struct{ UserVerification, ResidentKey string }
		ExcludeCredentials     []struct{ ID string }
	}
	if err := json.Unmarshal(options, &asked); err != nil {
		t.Fatal(err)
	}
	if asked.RP.ID != "sso.example.com" || len(asked.Challenge) != 43 || asked.AuthenticatorSelection.UserVerification != "required" ||
		asked.Attestation != "none" && asked.Attestation != "" || len(asked.ExcludeCredentials) != 1 {
		t.Errorf("%s", options)
	}
	options, _, err = p.Ask(who, rand.Reader)
	if err != nil || !strings.Contains(string(options), `"userVerification":"required"`) || !strings.Contains(string(options), `"rpId":"sso.example.com"`) {
		t.Errorf("%s, %v", options, err)
	}
	if answer := device.Create(`{"challenge":"x"}`); !strings.Contains(answer, "attestationObject") {
		t.Errorf("%s", answer)
	}
}

// What a key signs is for one site, one page, one question and one person, with
// the owner verified, and later than what it signed before.
//
// Source: https://www.w3.org/TR/webauthn-3/#sctn-verifying-assertion
func TestAnswersThatDoNotHold(t *testing.T) {
	for what, change := range map[string]func(*passkeytest.Passkey){
		"for another site":           func(d *passkeytest.Passkey) { d.Site = "evil.example" },
		"on a page of another site":  func(d *passkeytest.Passkey) { d.Origin = "https://evil.example" },
		"on another port":            func(d *passkeytest.Passkey) { d.Origin = "https://sso.example.com:8443" },
		"without TLS":                func(d *passkeytest.Passkey) { d.Origin = "http://sso.example.com" },
		"without its owner":          func(d *passkeytest.Passkey) { d.Flags = passkeytest.Present },
		"with nobody there":          func(d *passkeytest.Passkey) { d.Flags = passkeytest.Verified },
		"no later than before":       func(d *passkeytest.Passkey) { d.Count = 6 },
		"earlier than before":        func(d *passkeytest.Passkey) { d.Count = 2 },
		"of another person":          func(d *passkeytest.Passkey) { d.Handle = "somebody else" },
		"by a key of another id":     func(d *passkeytest.Passkey) { d.ID = []byte("another key's id") },
		"by another key of this id":  func(d *passkeytest.Passkey) { *d = *other(d) },
		"by a key with an id of 1MB": func(d *passkeytest.Passkey) { d.ID = make([]byte, 1<<20) },
	} {
		p, who, device := registered(t)
		who.Keys[0].Count = 7
		options, state, err := p.Ask(who, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		device.Count = 7
		change(device)
		if key, err := p.Answered(who, state, device.Get(string(options))); !errors.Is(err, passkey.ErrRefused) {
			t.Errorf("%s: %+v, %v", what, key, err)
		}
	}
}

// other is a key that somebody made with the id of one that is known.
func other(d *passkeytest.Passkey) *passkeytest.Passkey {
	o := passkeytest.New(d.T, d.Site, d.Origin)
	o.ID, o.Count = d.ID, d.Count
	return o
}

func TestAnAnswerIsToOneQuestion(t *testing.T) {
	p, who, device := registered(t)
	first, _, err := p.Ask(who, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, second, err := p.Ask(who, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Answered(who, second, device.Get(string(first))); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("an answer to another question: %v", err)
	}
	if _, err := party(t, "https://other.example.com").Answered(who, second, device.Get(string(first))); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("a question of another site: %v", err)
	}
	options, state, err := p.Register(who, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Registered(who, state, device.Create(string(options))); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("the same key once more: %v", err)
	}
	if _, err := p.Registered(who, second, device.Create(string(options))); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("a registration as the answer to a question: %v", err)
	}
	device.Flags = passkeytest.Present
	if _, err := p.Registered(passkey.Person{Handle: who.Handle}, state, device.Create(string(options))); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("a key that did not verify its owner: %v", err)
	}
}

func TestWithoutRandomnessNothingIsAsked(t *testing.T) {
	p, who, _ := registered(t)
	broken := iotest.ErrReader(errors.New("no randomness"))
	if _, _, err := p.Ask(who, broken); err == nil {
		t.Error("asked")
	}
	if _, _, err := p.Register(who, broken); err == nil {
		t.Error("asked for a new key")
	}
	if _, _, err := p.Ask(passkey.Person{Handle: "x"}, rand.Reader); err == nil {
		t.Error("asked somebody without a key")
	}
}

// Source: https://www.w3.org/TR/webauthn-3/#sctn-registering-a-new-credential
func TestRegistrationsThatDoNotHold(t *testing.T) {
	for what, change := range map[string]func(*passkeytest.Passkey){
		"for another site":          func(d *passkeytest.Passkey) { d.Site = "evil.example" },
		"on a page of another site": func(d *passkeytest.Passkey) { d.Origin = "https://evil.example" },
		"without its owner":         func(d *passkeytest.Passkey) { d.Flags = passkeytest.Present },
		"with nobody there":         func(d *passkeytest.Passkey) { d.Flags = passkeytest.Verified },
	} {
		p, device := party(t, origin), passkeytest.New(t, "sso.example.com", origin)
		who := passkey.Person{Handle: "h", Name: "jane", Display: "Jane"}
		options, state, err := p.Register(who, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		change(device)
		if key, err := p.Registered(who, state, device.Create(string(options))); !errors.Is(err, passkey.ErrRefused) {
			t.Errorf("%s: %+v, %v", what, key, err)
		}
	}
}

// What a caller keeps may have been damaged; nothing is taken then.
func TestStatesThatAreNone(t *testing.T) {
	p, who, device := registered(t)
	options, state, err := p.Ask(who, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	answer := device.Get(string(options))
	for _, damaged := range []passkey.State{nil, passkey.State("{}"), passkey.State("null"), passkey.State(`"x"`), state[:len(state)/2], passkey.State(strings.Replace(string(state), "sso.example.com", "evil.example", 1))} {
		if _, err := p.Answered(who, damaged, answer); !errors.Is(err, passkey.ErrRefused) {
			t.Errorf("%s: %v", damaged, err)
		}
		if _, err := p.Registered(who, damaged, answer); !errors.Is(err, passkey.ErrRefused) {
			t.Errorf("%s, registered: %v", damaged, err)
		}
	}
	if _, err := (passkey.Party{}).Answered(who, state, answer); !errors.Is(err, passkey.ErrNoName) {
		t.Errorf("for no site: %v", err)
	}
	if _, err := p.Answered(passkey.Person{Handle: "somebody else", Keys: who.Keys}, state, answer); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("for another person: %v", err)
	}
	if _, err := p.Answered(passkey.Person{Handle: who.Handle}, state, answer); !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("with a key that was removed meanwhile: %v", err)
	}
	if key, err := p.Answered(who, state, answer); err != nil || key.Count != 1 || len(key.Transports) != 1 {
		t.Errorf("the right one: %+v, %v", key, err)
	}
}

func FuzzAnswers(f *testing.F) {
	p, err := passkey.PartyOf(origin)
	if err != nil {
		f.Fatal(err)
	}
	device := passkeytest.New(f, "sso.example.com", origin)
	who := passkey.Person{Handle: "h", Name: "n", Display: "d"}
	options, state, err := p.Register(who, rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	made := device.Create(string(options))
	key, err := p.Registered(who, state, made)
	if err != nil {
		f.Fatal(err)
	}
	known := who
	known.Keys = []passkey.Key{key}
	options, asked, err := p.Ask(known, rand.Reader)
	if err != nil {
		f.Fatal(err)
	}
	signed := device.Get(string(options))
	for _, seed := range []string{made, signed, "", "{}", "null", strings.Repeat("[", 10_000), `{"id":1}`, strings.ReplaceAll(made, "public-key", "x"), made[:len(made)/2], "\xff\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		if k, err := p.Registered(who, state, answer); err == nil && len(k.Public) == 0 {
			t.Errorf("a key without a public key: %+v", k)
		}
		if k, err := p.Answered(known, asked, answer); err == nil && !bytes.Equal(k.ID, key.ID) {
			t.Errorf("a key of somebody else: %+v", k)
		}
	})
}

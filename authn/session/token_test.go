package session_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/authn/session"
)

func TestSealedSessionComesBackWhole(t *testing.T) {
	k := keyring(t, 1)
	for name, s := range map[string]*session.Session{"every field": full(t), "the least": plain(t)} {
		t.Run(name, func(t *testing.T) {
			got, err := session.Open(k, seal(t, k, s, noon), keyID, noon)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, s) {
				t.Errorf("opened another session: %s\nwant %s", inside(got), inside(s))
			}
		})
	}
}

// inside shows all of a session, which its Format does not.
func inside(s *session.Session) string {
	type open session.Session
	return fmt.Sprintf("%+v", open(*s))
}

func TestAnySessionComesBackWhole(t *testing.T) {
	k, id := keyring(t, 1), account(t)
	text := rapid.StringN(-1, -1, 80)
	tags := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) session.Tag {
		return session.Tag{Key: text.Draw(r, "key"), Value: text.Draw(r, "value"), Transitive: rapid.Bool().Draw(r, "transitive")}
	}), 0, 8)
	claims := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) session.Claim {
		return session.Claim{Key: text.Draw(r, "key"), Values: rapid.SliceOfN(text, 1, 3).Draw(r, "values")}
	}), 0, 4)
	rapid.Check(t, func(r *rapid.T) {
		secret, err := session.NewSecret(randomness(rapid.Byte().Draw(r, "secret")))
		if err != nil {
			r.Fatal(err)
		}
		s := &session.Session{
			AccessKeyID: keyID, SecretAccessKey: secret, Account: id,
			Kind:        session.Kind(rapid.IntRange(1, 5).Draw(r, "kind")),
			PrincipalID: text.Draw(r, "id"), Name: text.Draw(r, "name"), Path: text.Draw(r, "path"),
			SessionName: text.Draw(r, "session"), Issuer: text.Draw(r, "issuer"), SourceIdentity: text.Draw(r, "identity"),
			IssuedAt: noon, Expires: noon.Add(time.Duration(rapid.IntRange(1, 129600).Draw(r, "life")) * time.Second),
			ChainDepth: rapid.IntRange(0, 9).Draw(r, "depth"), Policy: text.Draw(r, "policy"), Provider: text.Draw(r, "provider"),
			PolicyARNs: rapid.SliceOfN(text, 0, 10).Draw(r, "arns"), Tags: tags.Draw(r, "tags"), Claims: claims.Draw(r, "claims"),
		}
		got, err := session.Open(k, seal(t, k, s, noon), keyID, noon)
		if err != nil {
			r.Fatal(err)
		}
		if inside(got) != inside(s) {
			r.Fatalf("opened %s\nwant %s", inside(got), inside(s))
		}
	})
}

// DESIGN section 5 allows 4 KB, and about 600 bytes for twelve statements.
func TestTokensAreShort(t *testing.T) {
	k := keyring(t, 1)
	only := plain(t)
	only.Policy = twelve()
	for _, tt := range []struct {
		name    string
		session *session.Session
		most    int
	}{
		{"a role session without policy or tags", plain(t), 300},
		{"twelve statements", only, 600},
		{"twelve statements, tags, claims and provider", full(t), 700},
	} {
		if n := len(seal(t, k, tt.session, noon)); n > tt.most {
			t.Errorf("%s: %d characters, want at most %d", tt.name, n, tt.most)
		}
	}
}

// Peer mistake 17: nothing that can be seen holds the secret, and the same
// session sealed twice does not look the same.
func TestTokenShowsNothing(t *testing.T) {
	k, s, random := keyring(t, 1), full(t), randomness(3)
	first, err := session.Seal(k, s, random, noon)
	if err != nil {
		t.Fatal(err)
	}
	second, err := session.Seal(k, s, random, noon)
	if err != nil {
		t.Fatal(err)
	}
	if first == second {
		t.Error("two tokens are the same")
	}
	raw, err := base64.StdEncoding.DecodeString(first)
	if err != nil {
		t.Fatal(err)
	}
	for _, hidden := range []string{s.SecretAccessKey, s.Name, s.PrincipalID, s.SessionName, "Statement"} {
		if strings.Contains(string(raw), hidden) {
			t.Errorf("%s is readable", hidden)
		}
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x"} {
		for _, arg := range []any{s, *s, k} {
			if out := fmt.Sprintf(verb, arg); strings.Contains(out, s.SecretAccessKey) || strings.Contains(out, "Statement") || strings.Contains(out, "material") {
				t.Errorf("%s of %T prints %s", verb, arg, out)
			}
		}
	}
}

func TestEveryFlippedBitIsRefused(t *testing.T) {
	k := keyring(t, 1)
	token := seal(t, k, plain(t), noon)
	for i := range len(token) {
		for bit := range 8 {
			b := []byte(token)
			b[i] ^= 1 << bit
			if _, err := session.Open(k, string(b), keyID, noon); !errors.Is(err, session.ErrInvalid) {
				t.Fatalf("bit %d of character %d flipped: %v", bit, i, err)
			}
		}
	}
	raw, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		t.Fatal(err)
	}
	for i := range len(raw) {
		for bit := range 8 {
			raw[i] ^= 1 << bit
			if _, err := session.Open(k, base64.StdEncoding.EncodeToString(raw), keyID, noon); !errors.Is(err, session.ErrInvalid) {
				t.Fatalf("bit %d of byte %d flipped: %v", bit, i, err)
			}
			raw[i] ^= 1 << bit
		}
	}
}

func TestTokensThatAreRefused(t *testing.T) {
	k := keyring(t, 1)
	good := seal(t, k, plain(t), noon)
	for _, tt := range []struct {
		name, token, id string
		keys            *session.Keyring
		now             time.Time
		want            error
	}{
		{"the last second is good", good, keyID, k, noon.Add(time.Hour - time.Nanosecond), nil},
		{"an hour later it is expired", good, keyID, k, noon.Add(time.Hour), session.ErrExpired},
		{"another access key", good, "ASIAQAAAAAAAEXAMPLE2", k, noon, session.ErrInvalid},
		{"no access key", good, "", k, noon, session.ErrInvalid},
		{"another keyring", good, keyID, keyring(t, 2), noon, session.ErrInvalid},
		{"an expired token of another access key is not even expired", good, "ASIAX", k, noon.Add(2 * time.Hour), session.ErrInvalid},
		{"nothing", "", keyID, k, noon, session.ErrInvalid},
		{"garbage", "garbage", keyID, k, noon, session.ErrInvalid},
		{"not UTF-8", "\xff\xfe\x00", keyID, k, noon, session.ErrInvalid},
		{"half a token", good[:len(good)/2], keyID, k, noon, session.ErrInvalid},
		{"a token and a half", good + good[:len(good)/2], keyID, k, noon, session.ErrInvalid},
		{"a line break within, which base64 would skip", good[:8] + "\n" + good[8:], keyID, k, noon, session.ErrInvalid},
		{"a line break behind", good + "\r\n", keyID, k, noon, session.ErrInvalid},
		{"without its padding", strings.TrimRight(good, "="), keyID, k, noon, nil},
		{"the URL alphabet", strings.NewReplacer("+", "-", "/", "_").Replace(good) + "-", keyID, k, noon, session.ErrInvalid},
		{"a megabyte", strings.Repeat("AQAA", 1<<18), keyID, k, noon, session.ErrInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.name == "without its padding" && strings.HasSuffix(good, "=") {
				tt.want = session.ErrInvalid
			}
			if _, err := session.Open(tt.keys, tt.token, tt.id, tt.now); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
}

// The words are AWS's: see STS CommonErrors, and rule S10 for the full stop.
func TestErrorsSayWhatAWSSays(t *testing.T) {
	if got := session.ErrInvalid.Error(); got != "The security token included in the request is invalid." {
		t.Error(got)
	}
	if got := session.ErrExpired.Error(); got != "The security token included in the request is expired" {
		t.Error(got)
	}
}

func TestSealRefusesWhatMakesNoSense(t *testing.T) {
	k := keyring(t, 1)
	for name, spoil := range map[string]func(*session.Session){
		"no kind":             func(s *session.Session) { s.Kind = 0 },
		"a kind of tomorrow":  func(s *session.Session) { s.Kind = 99 },
		"no account":          func(s *session.Session) { s.Account = (&session.Session{}).Account },
		"a secret too short":  func(s *session.Session) { s.SecretAccessKey = "short" },
		"no life":             func(s *session.Session) { s.Expires = s.IssuedAt },
		"more than 36 hours":  func(s *session.Session) { s.Expires = s.IssuedAt.Add(session.MaxLife + time.Second) },
		"no time of issue":    func(s *session.Session) { s.IssuedAt, s.Expires = time.Time{}, time.Time{}.Add(time.Hour) },
		"a chain below zero":  func(s *session.Session) { s.ChainDepth = -1 },
		"randomness runs out": nil,
	} {
		t.Run(name, func(t *testing.T) {
			s, random := full(t), strings.NewReader("")
			if spoil != nil {
				spoil(s)
				random = strings.NewReader(strings.Repeat("r", 100))
			}
			if token, err := session.Seal(k, s, random, noon); err == nil {
				t.Errorf("sealed %s", token)
			} else if strings.Contains(err.Error(), s.SecretAccessKey) {
				t.Errorf("the secret is in %v", err)
			}
		})
	}
}

func TestSessionThatDoesNotFitIsTooLarge(t *testing.T) {
	k, s := keyring(t, 1), plain(t)
	noise := make([]byte, 4000)
	if _, err := randomness(5).Read(noise); err != nil {
		t.Fatal(err)
	}
	s.Policy = string(noise)
	if _, err := session.Seal(k, s, randomness(1), noon); !errors.Is(err, session.ErrTooLarge) {
		t.Errorf("4,000 bytes of noise: %v", err)
	}
	s.Policy = strings.Repeat("a", 70<<10)
	if _, err := session.Seal(k, s, randomness(1), noon); !errors.Is(err, session.ErrTooLarge) {
		t.Errorf("70 KB that pack to nothing: %v", err)
	}
}

func TestNewSecretLooksLikeAWSs(t *testing.T) {
	secret, err := session.NewSecret(randomness(1))
	if err != nil || len(secret) != 40 || strings.ContainsAny(secret, "=-_ ") {
		t.Errorf("%q, %v", secret, err)
	}
	if _, err := session.NewSecret(strings.NewReader("few")); err == nil {
		t.Error("a secret of three bytes")
	}
}

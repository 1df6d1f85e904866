package password

import (
	"bytes"
	"crypto/rand"
	"errors"
	"strings"
	"testing"
	"testing/iotest"
)

// reference is a hash that the reference implementation is tested with:
// https://github.com/P-H-C/phc-winner-argon2, src/test.c, Argon2id version 0x13
// with m=16, t=2, p=1, password "password" and salt "somesalt".
const reference = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"

func TestTheHashOfTheReferenceImplementationMatches(t *testing.T) {
	if !Matches(reference, "password") {
		t.Error("its password does not match")
	}
	if Matches(reference, "Password") {
		t.Error("another password matches")
	}
}

func TestAPasswordMatchesItsOwnHashAlone(t *testing.T) {
	for _, password := range []string{"", "Tr0ub4dor&3", strings.Repeat("x", 128), "pass\x00word", "päss"} {
		hash, err := Hash(password, rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || password != "" && strings.Contains(hash, password) {
			t.Errorf("the hash of %q is %s", password, hash)
		}
		if !Matches(hash, password) {
			t.Errorf("%q does not match its hash", password)
		}
		if Matches(hash, password+"x") {
			t.Errorf("%q matches the hash of %q", password+"x", password)
		}
	}
}

func TestTheSamePasswordHasAnotherHashEachTime(t *testing.T) {
	one, _ := Hash("secret", rand.Reader)
	two, _ := Hash("secret", rand.Reader)
	if one == two || one == "" {
		t.Errorf("both are %s", one)
	}
}

// A hash that nobody knows the password of is compared as all others are, and
// with the same work.
func TestNothingMatchesTheHashOfNoPassword(t *testing.T) {
	unknown, err := Unknown(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	hash, err := Hash("secret", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	one, ok := parse(unknown)
	other, _ := parse(hash)
	if !ok || one.memory != other.memory || one.passes != other.passes || one.threads != other.threads ||
		len(one.salt) != len(other.salt) || len(one.hash) != len(other.hash) {
		t.Errorf("%s is not of the form of %s", unknown, hash)
	}
	for _, password := range []string{"", "secret", string(one.hash)} {
		if Matches(unknown, password) {
			t.Errorf("%q matches", password)
		}
	}
	if again, _ := Unknown(rand.Reader); again == unknown {
		t.Error("it is the same each time")
	}
}

func TestNoHashIsMadeWithoutRandomness(t *testing.T) {
	broken := errors.New("broken")
	if hash, err := Hash("secret", iotest.ErrReader(broken)); !errors.Is(err, broken) || hash != "" {
		t.Errorf("%q %v", hash, err)
	}
	if hash, err := Unknown(iotest.ErrReader(broken)); !errors.Is(err, broken) || hash != "" {
		t.Errorf("%q %v", hash, err)
	}
	if _, err := Hash("secret", bytes.NewReader(make([]byte, saltLen-1))); err == nil {
		t.Error("a salt that is too short will do")
	}
}

func TestToWhatIsNoHashBelongsNoPassword(t *testing.T) {
	salt, hash := "c29tZXNhbHQ", "CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"
	cases := []struct{ rule, hash string }{
		{"nothing", ""},
		{"dollars alone", "$$$$$"},
		{"the password itself", "password"},
		{"Argon2i", "$argon2i$v=19$m=65536,t=2,p=1$" + salt + "$" + hash},
		{"an older version", "$argon2id$v=16$m=65536,t=2,p=1$" + salt + "$" + hash},
		{"no memory", "$argon2id$v=19$m=0,t=2,p=1$" + salt + "$" + hash},
		{"all memory", "$argon2id$v=19$m=4294967295,t=2,p=1$" + salt + "$" + hash},
		{"no passes, which the library does not survive", "$argon2id$v=19$m=65536,t=0,p=1$" + salt + "$" + hash},
		{"passes without end", "$argon2id$v=19$m=65536,t=4294967295,p=1$" + salt + "$" + hash},
		{"no threads, which the library does not survive", "$argon2id$v=19$m=65536,t=2,p=0$" + salt + "$" + hash},
		{"too many threads", "$argon2id$v=19$m=65536,t=2,p=255$" + salt + "$" + hash},
		{"a number that is too long", "$argon2id$v=19$m=99999999999999999999,t=2,p=1$" + salt + "$" + hash},
		{"a number with a zero before it", "$argon2id$v=19$m=065536,t=2,p=1$" + salt + "$" + hash},
		{"one parameter more", "$argon2id$v=19$m=65536,t=2,p=1,k=1$" + salt + "$" + hash},
		{"a salt that is not base64", "$argon2id$v=19$m=65536,t=2,p=1$!$" + hash},
		{"no salt", "$argon2id$v=19$m=65536,t=2,p=1$$" + hash},
		{"a hash that is not base64", "$argon2id$v=19$m=65536,t=2,p=1$" + salt + "$!"},
		{"no hash, which anything would match", "$argon2id$v=19$m=65536,t=2,p=1$" + salt + "$"},
		{"a hash that is cut short", "$argon2id$v=19$m=65536,t=2,p=1$" + salt + "$CTE"},
		{"a hash that is too long", "$argon2id$v=19$m=65536,t=2,p=1$" + salt + "$" + strings.Repeat("AAAA", 100)},
		{"a line more", reference + "\n"},
	}
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			if Matches(c.hash, "password") || Matches(c.hash, "") {
				t.Errorf("%q matches", c.hash)
			}
		})
	}
}

// FuzzParse: what parse accepts it wrote itself, and is small enough to try.
func FuzzParse(f *testing.F) {
	f.Add(reference)
	f.Add("$argon2id$v=19$m=65536,t=0,p=0$c29tZXNhbHQ$")
	f.Add("$$$$$")
	f.Fuzz(func(t *testing.T, text string) {
		p, ok := parse(text)
		if !ok {
			return
		}
		if p.String() != text {
			t.Errorf("%q became %q", text, p)
		}
		if p.memory > maxMemory || p.passes == 0 || p.passes > maxPasses || p.threads == 0 || p.threads > maxThreads || len(p.hash) > maxBytes {
			t.Errorf("%q asks for too much", text)
		}
	})
}

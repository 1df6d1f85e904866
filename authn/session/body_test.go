package session

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// small is a session for the tests of the encoding.
func small(t testing.TB) *Session {
	t.Helper()
	id, err := arn.ParseAccountID("000000000042")
	if err != nil {
		t.Fatal(err)
	}
	secret, err := NewSecret(rand.NewChaCha8([32]byte{1}))
	if err != nil {
		t.Fatal(err)
	}
	at := time.Unix(1795262400, 0).UTC()
	return &Session{
		SecretAccessKey: secret, Kind: UserSession, Account: id, PrincipalID: "AIDAX", Name: "u", Path: "/",
		IssuedAt: at, Expires: at.Add(MaxLife), MFATime: at, Policy: "{}", PolicyARNs: []string{"p"},
		Tags: []Tag{{Key: "k", Value: "v", Transitive: true}}, Claims: []Claim{{Key: "c", Values: []string{"1", "2"}}},
	}
}

func body(t testing.TB, s *Session) []byte {
	t.Helper()
	b, err := appendBody(nil, s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryTruncatedBodyIsMalformed(t *testing.T) {
	b := body(t, small(t))
	for n := range b {
		if _, err := parseBody(b[:n]); err == nil {
			t.Errorf("the first %d of %d bytes are a session", n, len(b))
		}
	}
	if _, err := parseBody(append(b, 0)); err == nil {
		t.Error("a byte too many is taken")
	}
}

func TestBodiesThatAreMalformed(t *testing.T) {
	good := body(t, small(t))
	head := 2 + secretBytes
	for name, spoil := range map[string]func([]byte) []byte{
		"another version":    func(b []byte) []byte { b[0]++; return b },
		"no kind":            func(b []byte) []byte { b[1] = 0; return b },
		"a kind of tomorrow": func(b []byte) []byte { b[1] = byte(kinds); return b },
		"an account of 13 digits": func(b []byte) []byte {
			return append(append(b[:head:head], 0x80, 0xa0, 0x94, 0xa5, 0x8d, 0x1d), b[head+1:]...)
		},
		"a number not in short form": func(b []byte) []byte { return append(append(b[:head:head], b[head]|0x80, 0), b[head+1:]...) },
		"a number of eleven bytes": func(b []byte) []byte {
			return append(append(b[:head:head], bytes.Repeat([]byte{0xff}, 11)...), b[head+1:]...)
		},
		"a count beyond the end": func(b []byte) []byte { return append(b[:len(b)-7:len(b)-7], 0xff, 0xff, 0xff, 0xff, 0x7f) },
	} {
		t.Run(name, func(t *testing.T) {
			if s, err := parseBody(spoil(bytes.Clone(good))); !errors.Is(err, errBody) {
				t.Errorf("read %v, %v", s, err)
			}
		})
	}
}

// What is inflated is authenticated first, but bounded none the less.
func TestInflateIsBounded(t *testing.T) {
	w := newWorkspace().(*workspace)
	w.body = bytes.Repeat([]byte("a"), maxBody+1)
	if err := w.deflate(); err != nil {
		t.Fatal(err)
	}
	if len(w.packed) > 1000 {
		t.Fatalf("the bomb has %d bytes", len(w.packed))
	}
	bomb := bytes.Clone(w.packed)
	fresh := newWorkspace().(*workspace)
	fresh.packed = bomb
	if err := fresh.inflate(); !errors.Is(err, errInflate) || cap(fresh.body) > 4*maxBody {
		t.Errorf("inflated to %d bytes: %v", cap(fresh.body), err)
	}
	// The workspace is fit for the next token.
	fresh.body = append(fresh.body[:0], "hello"...)
	if err := fresh.deflate(); err != nil {
		t.Fatal(err)
	}
	if err := fresh.inflate(); err != nil || string(fresh.body) != "hello" {
		t.Errorf("then inflated %q, %v", fresh.body, err)
	}
}

func TestInflateWantsTheWholeInput(t *testing.T) {
	w := newWorkspace().(*workspace)
	for _, times := range []int{0, 1, 38, 39, 200} { // stored up to 38, packed from 39 on
		text := strings.Repeat("some text ", times)
		w.body = []byte(text)
		if err := w.deflate(); err != nil {
			t.Fatal(err)
		}
		good := bytes.Clone(w.packed)
		if err := w.inflate(); err != nil || string(w.body) != text {
			t.Errorf("%d times inflated to %d bytes, %v", times, len(w.body), err)
		}
		for n := range good {
			if w.packed = good[:n]; w.inflate() == nil {
				t.Errorf("the first %d bytes of %d inflate", n, len(good))
			}
		}
		if w.packed = append(bytes.Clone(good), 'x'); w.inflate() == nil {
			t.Error("a byte too many is taken")
		}
	}
}

// FuzzBody holds the decoder to: no panic, and what it takes is what the
// encoder writes.
func FuzzBody(f *testing.F) {
	good := body(f, small(f))
	f.Add(good)
	f.Add(good[:len(good)/2])
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{0xff}, 100))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := parseBody(b)
		if err != nil {
			return
		}
		again, err := appendBody(nil, s)
		if err != nil {
			t.Fatalf("read a session that cannot be written: %v", err)
		}
		back, err := parseBody(again)
		if err != nil || !reflect.DeepEqual(back, s) {
			t.Errorf("read %v, then %v, %v", s, back, err)
		}
	})
}

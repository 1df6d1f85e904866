package session_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/session"
)

func TestCacheChecksEachUse(t *testing.T) {
	k, c := keyring(t, 1), session.NewCache(8)
	token := seal(t, k, plain(t), noon)
	first, err := c.Open(k, token, keyID, noon)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := c.Open(k, token, keyID, noon); err != nil || again != first {
		t.Errorf("the second use opened it again: %v", err)
	}
	if _, err := c.Open(k, token, keyID, noon.Add(time.Hour)); !errors.Is(err, session.ErrExpired) {
		t.Errorf("after its end: %v", err)
	}
	if _, err := c.Open(k, token, "ASIAQAAAAAAAEXAMPLE2", noon); !errors.Is(err, session.ErrInvalid) {
		t.Errorf("another access key: %v", err)
	}
	if _, err := c.Open(keyring(t, 2), token, keyID, noon); !errors.Is(err, session.ErrInvalid) {
		t.Errorf("another keyring: %v", err)
	}
	if _, err := c.Open(k, token+"x", keyID, noon); !errors.Is(err, session.ErrInvalid) {
		t.Errorf("another token: %v", err)
	}
	fresh := session.NewCache(8)
	if _, err := fresh.Open(k, token, keyID, noon.Add(time.Hour)); !errors.Is(err, session.ErrExpired) {
		t.Errorf("first used after its end: %v", err)
	}
}

func TestCacheServesManyAtOnce(t *testing.T) {
	k, c := keyring(t, 1), session.NewCache(4)
	tokens := make([]string, 16)
	for i := range tokens {
		s := plain(t)
		s.SessionName = fmt.Sprint(i)
		tokens[i] = seal(t, k, s, noon)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range 400 {
				s, err := c.Open(k, tokens[i%16], keyID, noon)
				if err != nil || s.SessionName != fmt.Sprint(i%16) {
					t.Errorf("token %d: %v", i%16, err)
					return
				}
			}
		})
	}
	wg.Wait()
}

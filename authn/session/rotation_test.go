package session_test

import (
	"errors"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/authn/session"
)

// live is a session that was sealed and may still be good.
type live struct {
	token   string
	expires time.Time
}

// Whatever is done with the keyring, in whatever order and at whatever times,
// a session is good until it expires or a purge ends it, never longer, and a
// resealed secret is never lost. Nodes that read an older keyring, by up to
// the delay of a rotation, agree.
func TestAnyRotationKeepsSessionsAndSecrets(t *testing.T) {
	const delay = time.Minute
	rapid.Check(t, func(r *rapid.T) {
		random, now := randomness(rapid.Byte().Draw(r, "seed")), noon
		k := keyring(t, rapid.Byte().Draw(r, "first"))
		behind, changed := k, now // what a node may have that heard of no change since
		secret, err := session.SealSecret(k, "AKIA1", "wJalr", random, now)
		must(r, err)
		var sessions []live
		adopt := func(next *session.Keyring) {
			if now.Sub(changed) >= delay {
				behind = k
			}
			k, changed = next, now
		}
		r.Repeat(map[string]func(*rapid.T){
			"wait": func(r *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(1, 40*3600).Draw(r, "seconds")) * time.Second)
				if now.Sub(changed) >= delay {
					behind = k
				}
			},
			"rotate": func(r *rapid.T) {
				if next, err := k.Rotate(now, delay, random); !errors.Is(err, session.ErrStaged) {
					must(r, err)
					adopt(next)
				}
			},
			"purge": func(r *rapid.T) {
				next, err := k.Purge(now, random)
				must(r, err)
				adopt(next)
				behind = next // an emergency waits for every node
				for _, s := range sessions {
					if _, err := session.Open(k, s.token, keyID, now); !errors.Is(err, session.ErrInvalid) {
						r.Fatalf("a session outlives a purge: %v", err)
					}
				}
				sessions = nil
			},
			"reseal and prune": func(r *rapid.T) {
				if session.NeedsReseal(k, secret, now) {
					plain, err := session.OpenSecret(k, "AKIA1", secret)
					must(r, err)
					secret, err = session.SealSecret(k, "AKIA1", plain, random, now)
					must(r, err)
				}
				adopt(k.Prune(now))
			},
			"seal": func(r *rapid.T) {
				s := plain(t)
				s.IssuedAt = now
				s.Expires = now.Add(time.Duration(rapid.IntRange(900, 129600).Draw(r, "life")) * time.Second)
				token, err := session.Seal(rapid.SampledFrom([]*session.Keyring{k, behind}).Draw(r, "node"), s, random, now)
				must(r, err)
				sessions = append(sessions, live{token, s.Expires})
			},
			"": func(r *rapid.T) {
				for _, s := range sessions {
					_, err := session.Open(k, s.token, keyID, now)
					if now.Before(s.expires) && err != nil || !now.Before(s.expires) && err == nil {
						r.Fatalf("%v before its end: %v", s.expires.Sub(now), err)
					}
				}
				if got, err := session.OpenSecret(k, "AKIA1", secret); err != nil || got != "wJalr" {
					r.Fatalf("secret %q, %v", got, err)
				}
			},
		})
	})
}

func must(r *rapid.T, err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

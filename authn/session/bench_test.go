package session_test

import (
	"testing"

	"github.com/rolecall-iam/rolecall/authn/session"
)

func BenchmarkSealPlain(b *testing.B)  { benchmarkSeal(b, plain(b)) }
func BenchmarkSealTwelve(b *testing.B) { benchmarkSeal(b, full(b)) }
func BenchmarkSealKiB(b *testing.B)    { benchmarkSeal(b, kibibyte(b)) }
func BenchmarkOpenKiB(b *testing.B)    { benchmarkOpen(b, kibibyte(b)) }
func BenchmarkOpenPlain(b *testing.B)  { benchmarkOpen(b, plain(b)) }
func BenchmarkOpenTwelve(b *testing.B) { benchmarkOpen(b, full(b)) }

// kibibyte is a session whose body is as long as one that is not packed can be.
func kibibyte(b *testing.B) *session.Session {
	s := plain(b)
	s.Policy = twelve()[:850]
	return s
}

func benchmarkSeal(b *testing.B, s *session.Session) {
	k, random := keyring(b, 1), randomness(2)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := session.Seal(k, s, random, noon); err != nil {
			b.Fatal(err)
		}
	}
}

func benchmarkOpen(b *testing.B, s *session.Session) {
	k := keyring(b, 1)
	token := seal(b, k, s, noon)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := session.Open(k, token, keyID, noon); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCacheOpen(b *testing.B) {
	k, c := keyring(b, 1), session.NewCache(64)
	token := seal(b, k, full(b), noon)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Open(k, token, keyID, noon); err != nil {
			b.Fatal(err)
		}
	}
}

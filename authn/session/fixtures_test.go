package session_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
)

const keyID = "ASIAQAAAAAAAEXAMPLE1"

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

// randomness is the same bytes in each run of a test.
func randomness(seed byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{seed}) }

// twelve is a session policy of twelve statements, one for each of twelve
// teams' buckets and tables.
func twelve() string {
	var b strings.Builder
	b.WriteString(`{"Version":"2012-10-17","Statement":[`)
	for i, team := range []string{"alpha", "bravo", "charlie", "delta", "echo", "foxtrot", "golf", "hotel", "india", "juliett", "kilo", "lima"} {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`{"Sid":"Team` + team + `","Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],` +
			`"Resource":"arn:aws:s3:::data-` + team + `/*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"` + team + `"}}}`)
	}
	b.WriteString(`]}`)
	return b.String()
}

func account(t testing.TB) arn.AccountID {
	t.Helper()
	id, err := arn.ParseAccountID("012345678901")
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// full is a session that uses every field.
func full(t testing.TB) *session.Session {
	t.Helper()
	secret, err := session.NewSecret(randomness(9))
	if err != nil {
		t.Fatal(err)
	}
	return &session.Session{
		AccessKeyID: keyID, SecretAccessKey: secret,
		Kind: session.AssumedRole, Account: account(t),
		PrincipalID: "AROAQAAAAAAAEXAMPLE12", Name: "PowerUser", Path: "/division/", SessionName: "alice@example.com",
		Issuer:   "arn:aws:iam::012345678901:user/alice",
		IssuedAt: noon, Expires: noon.Add(time.Hour), ChainDepth: 2,
		Policy: twelve(), PolicyARNs: []string{"arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:iam::012345678901:policy/p"},
		Tags: []session.Tag{{Key: "team", Value: "blue", Transitive: true}, {Key: "empty"}}, SourceIdentity: "alice",
		MFATime: noon.Add(-time.Minute), Provider: "arn:aws:iam::012345678901:saml-provider/idp",
		Claims: []session.Claim{{Key: "saml:sub", Values: []string{"a", ""}}, {Key: "saml:sub_type", Values: []string{"persistent"}}},
	}
}

// plain is what AssumeRole without policy or tags seals.
func plain(t testing.TB) *session.Session {
	s := full(t)
	s.Policy, s.PolicyARNs, s.Tags, s.Claims, s.Provider, s.SourceIdentity = "", nil, nil, nil, "", ""
	s.ChainDepth, s.MFATime = 0, time.Time{}
	return s
}

func keyring(t testing.TB, seed byte) *session.Keyring {
	t.Helper()
	k, err := session.NewKeyring(noon.Add(-time.Hour), randomness(seed))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func seal(t testing.TB, k *session.Keyring, s *session.Session, now time.Time) string {
	t.Helper()
	token, err := session.Seal(k, s, randomness(7), now)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

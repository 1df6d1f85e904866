package oidc_test

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/rolecall-iam/rolecall/authn/oidc"
)

// BenchmarkVerify is all that a token costs once its issuer's keys are known.
func BenchmarkVerify(b *testing.B) {
	keys := keySet(b, web(rsaKey().Public(), "one"), web(p256().Public(), "two"))
	for _, c := range []struct {
		algorithm jose.SignatureAlgorithm
		private   any
		id        string
	}{{jose.RS256, rsaKey(), "one"}, {jose.ES256, p256(), "two"}} {
		text := sign(b, c.algorithm, c.private, c.id, gitHub().json(b), nil)
		b.Run(string(c.algorithm), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				parsed, err := oidc.Parse(text)
				if err != nil {
					b.Fatal(err)
				}
				if _, err := parsed.Verify(keys, rules); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkRSA is what of it is the signature alone.
func BenchmarkRSA(b *testing.B) {
	sum := sha256.Sum256([]byte("token"))
	signature, err := rsa.SignPKCS1v15(nil, rsaKey(), crypto.SHA256, sum[:])
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := rsa.VerifyPKCS1v15(&rsaKey().PublicKey, crypto.SHA256, sum[:], signature); err != nil {
			b.Fatal(err)
		}
	}
}

// gitHub has the claims of a token of GitHub Actions.
func gitHub() payload {
	p := sound()
	for name, value := range map[string]string{
		"jti": "example-id", "environment": "prod", "ref": "refs/heads/main", "sha": "example-sha", "repository": "octo-org/octo-repo",
		"repository_owner": "octo-org", "actor_id": "12", "repository_visibility": "private", "repository_id": "74", "repository_owner_id": "65",
		"run_id": "example-run-id", "run_number": "10", "run_attempt": "2", "runner_environment": "github-hosted", "actor": "octocat",
		"workflow": "example-workflow", "head_ref": "", "base_ref": "", "event_name": "workflow_dispatch", "ref_type": "branch",
		"job_workflow_ref": "octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main",
	} {
		p[name] = value
	}
	return p
}

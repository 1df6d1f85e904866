package sigv4_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/rolecall-iam/rolecall/authn/sigv4"
)

// signedFor is a request that is sent to one host and was signed for another,
// as a server reads it.
func signedFor(t *testing.T, signed, to string) *http.Request {
	t.Helper()
	r, err := http.NewRequest("POST", "http://localhost/", strings.NewReader(assumeRole))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Host = signed
	if err := v4.NewSigner().SignHTTP(context.Background(), credentials("token"), r, sha(assumeRole), "sts", "us-east-1", noon); err != nil {
		t.Fatal(err)
	}
	r.Host = "localhost" // which net/http writes as it is
	out := sent(r)
	out.Host = to
	return out
}

// Older botocores, and so the aws CLI of Debian 12, sign the host of
// http://[::1]:4680 without its brackets and send it with them. That alone is
// read over: the address and the port must be the signed ones.
//
// Sources: https://github.com/boto/botocore/pull/2601 and
// https://github.com/aws/aws-cli/pull/8869, which put the brackets there.
func TestAnAddressMayBeSignedWithoutItsBrackets(t *testing.T) {
	for _, tt := range []struct {
		name, signed, to string
		want             sigv4.Kind
	}{
		{"with brackets, as RFC 3986 has it", "[::1]:4680", "[::1]:4680", 0},
		{"without brackets", "::1:4680", "[::1]:4680", 0},
		{"a longer address without brackets", "2001:db8::2:1:80", "[2001:db8::2:1]:80", 0},
		{"without brackets and without a port", "::1", "[::1]", sigv4.Mismatch},
		{"another address with what was the port", "::1:4680", "[::1:4680]", sigv4.Mismatch},
		{"another port", "::1:4680", "[::1]:4681", sigv4.Mismatch},
		{"another address", "::1:4680", "[::2]:4680", sigv4.Mismatch},
		{"the same address written otherwise", "::1:4680", "[0:0:0:0:0:0:0:1]:4680", sigv4.Mismatch},
		{"a zone of this machine", "fe80::1%lo:4680", "[fe80::1%lo]:4680", sigv4.Mismatch},
		{"no IPv6", "127.0.0.1:4680", "[127.0.0.1]:4680", sigv4.Mismatch},
		{"a name in brackets", "localhost:4680", "[localhost]:4680", sigv4.Mismatch},
		{"signed with brackets and sent without", "[::1]:4680", "::1:4680", sigv4.Mismatch},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := signedFor(t, tt.signed, tt.to)
			err := check(r, suiteSecret, assumeRole, noon)
			if got := kindOf(err); got != tt.want {
				t.Errorf("kind %d, want %d: %v", got, tt.want, err)
			}
			if err := check(r, suiteSecret+"x", assumeRole, noon); kindOf(err) != sigv4.Mismatch {
				t.Errorf("another secret: %v", err)
			}
			if err := check(r, suiteSecret, assumeRole+"x", noon); kindOf(err) != sigv4.Mismatch {
				t.Errorf("another body: %v", err)
			}
		})
	}
}

// A refusal tells of the host as it was sent.
func TestMismatchShowsTheHostWithItsBrackets(t *testing.T) {
	err := check(signedFor(t, "[::1]:4680", "[::1]:4681"), suiteSecret, assumeRole, noon)
	if e, ok := err.(*sigv4.Error); !ok || !strings.Contains(e.CanonicalRequest, "\nhost:[::1]:4681\n") {
		t.Error(err)
	}
}

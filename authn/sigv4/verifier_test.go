package sigv4_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/authn/sigv4"
)

// parsed signs a call of IAM and parses it.
func parsed(t testing.TB, c string, now time.Time) sigv4.Authorization {
	t.Helper()
	r := sign("POST", "http://localhost/", assumeRole, "iam", credentials(c), now)
	a, err := sigv4.Parse(r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// DESIGN section 10: no allocation with a known key, with a token or without.
func TestVerificationAllocatesNothing(t *testing.T) {
	if raceEnabled {
		t.Skip("the race detector empties pools at random")
	}
	for _, token := range []string{"", strings.Repeat("Ab3/", 160)} {
		r := sign("POST", "http://127.0.0.1:4680/?b=2&a=1", assumeRole, "sts", credentials(token), noon, "Content-Type: application/x-www-form-urlencoded")
		v, body := sigv4.NewVerifier(4), []byte(assumeRole)
		if n := testing.AllocsPerRun(100, func() {
			a, err := sigv4.Parse(r)
			if err == nil {
				err = v.Verify(&a, suiteSecret, body, noon)
			}
			if err != nil {
				t.Fatal(explain(err))
			}
		}); n != 0 {
			t.Errorf("with a token of %d: %v allocations", len(token), n)
		}
	}
}

// A key that was given a new secret is refused with the old one at once,
// though the old signing key is remembered, and the other way round.
func TestRememberedKeyIsNotGoodForAnotherSecret(t *testing.T) {
	v, a := sigv4.NewVerifier(8), parsed(t, "", noon)
	for _, step := range []struct {
		secret string
		want   sigv4.Kind
	}{{suiteSecret, 0}, {"new", sigv4.Mismatch}, {suiteSecret, 0}, {"", sigv4.UnknownKey}, {suiteSecret[1:], sigv4.Mismatch}, {suiteSecret, 0}} {
		if got := kindOf(v.Verify(&a, step.secret, []byte(assumeRole), noon)); got != step.want {
			t.Errorf("secret %q: kind %d, want %d", step.secret, got, step.want)
		}
	}
}

// A key that is remembered for one day is not taken on another.
func TestSigningKeyIsOfItsDay(t *testing.T) {
	v := sigv4.NewVerifier(8)
	for day := range 5 {
		now := noon.AddDate(0, 0, day)
		a := parsed(t, "", now)
		if err := v.Verify(&a, suiteSecret, []byte(assumeRole), now); err != nil {
			t.Errorf("day %d: %v", day, err)
		}
	}
}

func TestVerifierServesManyAtOnce(t *testing.T) {
	v := sigv4.NewVerifier(4)
	var wg sync.WaitGroup
	for worker := range 4 {
		c := credentials("")
		c.AccessKeyID = fmt.Sprint("AKIA", worker)
		c.SecretAccessKey = fmt.Sprint("secret", worker)
		body := fmt.Sprint("Action=", worker)
		r := sign("POST", "http://localhost/", body, "iam", c, noon)
		a, err := sigv4.Parse(r)
		if err != nil {
			t.Fatal(err)
		}
		wg.Go(func() {
			for i := range 300 {
				if err := v.Verify(&a, c.SecretAccessKey, []byte(body), noon); err != nil {
					t.Errorf("worker %d: %v", worker, err)
				}
				if i%3 == 0 && v.Verify(&a, c.SecretAccessKey, []byte(body+"x"), noon) == nil {
					t.Errorf("worker %d: another body is taken", worker)
				}
			}
		})
	}
	wg.Wait()
}

// Whatever a client may call a thing, aws-sdk-go-v2's signature of it is
// accepted, and refused with one thing more.
func TestAnyRequestOfTheSDKIsAccepted(t *testing.T) {
	v := sigv4.NewVerifier(8)
	text := rapid.StringN(0, -1, 30)
	header := rapid.StringMatching(`[!-~]([ -~]{0,20}[!-~])?`)
	rapid.Check(t, func(r *rapid.T) {
		service := rapid.SampledFrom([]string{"iam", "sts", "s3", "eks"}).Draw(r, "service")
		path := "/" + url.PathEscape(rapid.StringMatching(`[^./]{1,20}`).Draw(r, "path"))
		if service == "s3" {
			path = strings.NewReplacer("+", "%2B", "$", "%24", "&", "%26", "=", "%3D", ":", "%3A", "@", "%40").Replace(path)
		}
		query := url.Values{}
		for range rapid.IntRange(0, 4).Draw(r, "parameters") {
			query.Add(text.Draw(r, "name"), text.Draw(r, "value"))
		}
		headers := []string{"X-Amz-Meta: " + header.Draw(r, "first"), "X-Amz-Meta: " + header.Draw(r, "second")}
		body := text.Draw(r, "body")
		if service == "s3" {
			headers = append(headers, "X-Amz-Content-Sha256: "+sha(body))
		}
		request := sign("PUT", "http://localhost"+path+"?"+strings.ReplaceAll(query.Encode(), "+", "%20"), body, service, credentials(text.Filter(isToken).Draw(r, "token")), noon, headers...)
		a, err := sigv4.Parse(request)
		if err != nil {
			r.Fatal(err)
		}
		if err := v.Verify(&a, suiteSecret, []byte(body), noon); err != nil {
			r.Fatal(explain(err))
		}
		if v.Verify(&a, suiteSecret, []byte(body+"x"), noon) == nil {
			r.Fatal("a longer body is accepted")
		}
		request.Header.Add("X-Amz-Meta", "third")
		if v.Verify(&a, suiteSecret, []byte(body), noon) == nil {
			r.Fatal("a third value is accepted")
		}
	})
}

// isToken tells what may stand in a header: no white space to be trimmed.
func isToken(s string) bool {
	for _, c := range s {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}

// Requests blown up in every direction are answered, and soon: the limits are
// of net/http, and the work grows with the request's length.
func TestGiantRequestsAreAnswered(t *testing.T) {
	many := url.Values{}
	for i := range 20000 {
		many.Add(fmt.Sprint("p", i%100), fmt.Sprint(i))
	}
	big := sign("POST", "http://localhost/?"+many.Encode(), strings.Repeat("a=b&", 1<<18), "iam", credentials(strings.Repeat("t", 64<<10)), noon)
	if err := check(big, suiteSecret, strings.Repeat("a=b&", 1<<18), noon); err != nil {
		t.Error("a giant of a good request is refused: ", kindOf(err))
	}
	if err := check(big, "another", "", noon); kindOf(err) != sigv4.Mismatch || len(err.Error()) > 10<<10 {
		t.Errorf("the refusal has %d bytes", len(err.Error()))
	}
	amz := parsedHeaders(10000)
	if _, err := sigv4.Parse(readRequest(amz)); kindOf(err) != sigv4.Unsigned || !strings.Contains(err.Error(), "'x-amz-0' must be a 'SignedHeader'") {
		t.Errorf("10,000 headers that are not signed: %v", err)
	}
}

// parsedHeaders is a request with n headers of AWS's that are not signed.
func parsedHeaders(n int) string {
	var b strings.Builder
	b.WriteString("GET / HTTP/1.1\r\nHost: h\r\nX-Amz-Date: 20150830T123600Z\r\nAuthorization: " + header(scope, "host;x-amz-date", "aa") + "\r\n")
	for i := range n {
		fmt.Fprintf(&b, "X-Amz-%d: x\r\n", i)
	}
	return b.String() + "\r\n"
}

package sigv4_test

import (
	"bufio"
	"io"
	"net/http"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authn/sigv4"
)

// read is what a server has read of the wire's bytes.
type read struct {
	request *http.Request
	body    string
}

// readWire reads bytes as a server does; false where it would answer 400.
func readWire(wire string) (read, bool) {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(wire)))
	if err != nil {
		return read{}, false
	}
	body, err := io.ReadAll(r.Body)
	return read{r, string(body)}, err == nil
}

// sameMeaning tells whether two requests are the same to everyone behind the
// door, as far as a signature promises it: method, path, decoded query, host,
// signed headers and body. Paths of services other than S3 are the same when
// AWS normalises them to the same. The signature itself is compared without
// the spaces and commas that separate its parts.
func sameMeaning(x, y read, a sigv4.Authorization) bool {
	samePath := x.request.URL.EscapedPath() == y.request.URL.EscapedPath()
	if a.Service != "s3" {
		samePath = path.Clean(x.request.URL.EscapedPath()) == path.Clean(y.request.URL.EscapedPath())
	}
	if !samePath || x.request.Method != y.request.Method || x.request.Host != y.request.Host || x.body != y.body ||
		!reflect.DeepEqual(x.request.URL.Query(), y.request.URL.Query()) ||
		strings.Count(x.request.URL.RawQuery, ";") != strings.Count(y.request.URL.RawQuery, ";") {
		return false
	}
	for name := range strings.SplitSeq(a.SignedHeaders, ";") {
		if !reflect.DeepEqual(folded(x.request.Header.Values(name)), folded(y.request.Header.Values(name))) {
			return false
		}
	}
	return bare(x.request) == bare(y.request)
}

// folded is header values with runs of spaces made one, as they are signed.
func folded(values []string) []string {
	out := slices.Clone(values)
	for i, v := range out {
		out[i] = strings.Join(strings.FieldsFunc(v, func(c rune) bool { return c == ' ' }), " ")
	}
	return out
}

func bare(r *http.Request) string {
	return strings.NewReplacer(" ", "", ",", "").Replace(r.Header.Get("Authorization"))
}

// accepted runs the door's steps: only the holder of the known key has a
// secret.
func accepted(r read) bool {
	a, err := sigv4.Parse(r.request)
	if err != nil || a.AccessKeyID != "ASIAQAAAAAAAEXAMPLE1" || a.Token != "a/session+token==" {
		return false
	}
	return sigv4.NewVerifier(1).Verify(&a, suiteSecret, []byte(r.body), noon) == nil
}

// Changing, dropping or adding any byte of a good request's method, path,
// query, host, signed headers, date, signature or body has it refused, unless
// what a server reads of it is the same as before.
//
// Rule: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html,
// "protects the integrity of requests"
func TestEveryChangedByteIsRefused(t *testing.T) {
	token := credentials("a/session+token==")
	requests := map[string]*http.Request{
		"a form": sign("POST", "http://localhost:4680/a/b?Param=x%20y&n=1", assumeRole, "sts", token, noon,
			"Content-Type: application/x-www-form-urlencoded", "X-Amz-Target: T.Op"),
		"an object": sign("PUT", "http://localhost:4680/bucket/a%20b?partNumber=1&uploadId=u%2Fv", "hello", "s3", token, noon,
			"X-Amz-Content-Sha256: 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824", "X-Amz-Meta-A: b c"),
		"presigned": presignURL("GET", "http://localhost/?Action=GetCallerIdentity&Version=2011-06-15", "sts", emptyHash, token, "X-K8s-Aws-Id: cluster"),
	}
	for name, r := range requests {
		t.Run(name, func(t *testing.T) {
			wire := write(r)
			good, ok := readWire(wire)
			if !ok || !accepted(good) {
				t.Fatalf("the request is not good as it is:\n%s", wire)
			}
			a, err := sigv4.Parse(good.request)
			if err != nil {
				t.Fatal(err)
			}
			refused := 0
			for i := range len(wire) {
				for _, c := range changes(wire[i]) {
					got, ok := readWire(wire[:i] + c + wire[i+1:])
					if ok && accepted(got) && !sameMeaning(good, got, a) {
						t.Fatalf("byte %d made %q is accepted:\n%s", i, c, wire[:i]+"["+c+"]"+wire[i+1:])
					}
					if !ok || !accepted(got) {
						refused++
					}
				}
			}
			t.Logf("%d of %d changes refused, the others change nothing that is signed", refused, len(wire)*len(changes('a')))
		})
	}
}

// changes are what a byte is replaced by: others that look like it, nothing,
// itself twice, and itself beside signs that mean something.
func changes(c byte) []string {
	out := []string{"", string(c) + string(c), string(c) + "%", string(c) + ";", string(c) + "&", string(c) + " ", "/" + string(c)}
	for _, x := range []byte{c ^ 1, c ^ 2, c ^ 4, c ^ 8, c ^ 0x20, c ^ 0x80, 'A', '0'} {
		if x != c {
			out = append(out, string([]byte{x}))
		}
	}
	return out
}

// write is the bytes of a request that was read from the wire.
func write(r *http.Request) string {
	var b strings.Builder
	b.WriteString(r.Method + " " + r.URL.RequestURI() + " HTTP/1.1\r\nHost: " + r.Host + "\r\n")
	if err := r.Header.Write(&b); err != nil {
		panic(err)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(err)
	}
	return b.String() + "\r\n" + string(body)
}

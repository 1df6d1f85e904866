package calltest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Keys are what calls are signed with. SessionToken is empty of long-term ones.
type Keys struct{ AccessKeyID, SecretAccessKey, SessionToken string }

// Sign signs a request for a service in a region, with the headers that it has.
// Its address has no query.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func Sign(r *http.Request, body string, keys Keys, region, service string, now time.Time) {
	stamp, day := now.UTC().Format("20060102T150405Z"), now.UTC().Format("20060102")
	r.Header.Set("X-Amz-Date", stamp)
	if keys.SessionToken != "" {
		r.Header.Set("X-Amz-Security-Token", keys.SessionToken)
	}
	lines := []string{"host:" + r.Host + "\n"}
	names := []string{"host"}
	for name, values := range r.Header {
		name = strings.ToLower(name)
		lines, names = append(lines, name+":"+strings.Join(values, ",")+"\n"), append(names, name)
	}
	slices.Sort(lines)
	slices.Sort(names)
	signed := strings.Join(names, ";")
	canonical := r.Method + "\n" + r.URL.EscapedPath() + "\n\n" + strings.Join(lines, "") + "\n" + signed + "\n" + digest(body)
	scope := day + "/" + region + "/" + service + "/aws4_request"
	derived := []byte("AWS4" + keys.SecretAccessKey)
	for part := range strings.SplitSeq(scope, "/") {
		derived = mac(derived, part)
	}
	signature := mac(derived, "AWS4-HMAC-SHA256\n"+stamp+"\n"+scope+"\n"+digest(canonical))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+keys.AccessKeyID+"/"+scope+", SignedHeaders="+signed+", Signature="+hex.EncodeToString(signature))
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func mac(key []byte, text string) []byte {
	m := hmac.New(sha256.New, key)
	m.Write([]byte(text)) // never fails
	return m.Sum(nil)
}

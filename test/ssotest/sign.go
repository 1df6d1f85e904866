package ssotest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"
)

// sign signs a form for STS, in one region and with the headers that it needs.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
func sign(r *http.Request, body, key, secret string, now time.Time) {
	stamp, day := now.UTC().Format("20060102T150405Z"), now.UTC().Format("20060102")
	r.Header.Set("X-Amz-Date", stamp)
	const names = "host;x-amz-date;x-amz-security-token"
	canonical := "POST\n/\n\nhost:" + r.Host + "\nx-amz-date:" + stamp + "\nx-amz-security-token:" + r.Header.Get("X-Amz-Security-Token") + "\n\n" + names + "\n" + digest(body)
	scope := day + "/us-east-1/sts/aws4_request"
	derived := []byte("AWS4" + secret)
	for _, part := range []string{day, "us-east-1", "sts", "aws4_request"} {
		derived = mac(derived, part)
	}
	signature := mac(derived, "AWS4-HMAC-SHA256\n"+stamp+"\n"+scope+"\n"+digest(canonical))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+key+"/"+scope+", SignedHeaders="+names+", Signature="+hex.EncodeToString(signature))
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

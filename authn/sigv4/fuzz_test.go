package sigv4_test

import (
	"bufio"
	"errors"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/authn/sigv4"
)

// FuzzParse holds Parse and Verify to: no panic, no acceptance of what nobody
// signed, and refusals that are fit to send.
func FuzzParse(f *testing.F) {
	for _, tt := range refusals {
		target := tt.target
		if target == "" {
			target = "/"
		}
		f.Add("GET " + target + " HTTP/1.1\r\nHost: h\r\n" + strings.Join(append(tt.headers, ""), "\r\n") + "\r\n")
	}
	for _, tt := range suite {
		f.Add(strings.ReplaceAll(tt.request, "\n", "\r\n") + "\r\nHost: example.amazonaws.com\r\nX-Amz-Date: 20150830T123600Z\r\n" +
			"Authorization: " + header("AKIDEXAMPLE/20150830/us-east-1/service/aws4_request", tt.signed, tt.signature) + "\r\n\r\n")
	}
	f.Add("POST /a%2f%zz?%=&&a=%&X-Amz-Signature HTTP/1.0\r\nhost:\r\n\r\n")
	v := sigv4.NewVerifier(4)
	f.Fuzz(func(t *testing.T, wire string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(wire)))
		if err != nil {
			return
		}
		a, err := sigv4.Parse(r)
		if err == nil {
			err = v.Verify(&a, "a secret that nobody has signed with", nil, a.Time)
		}
		var e *sigv4.Error
		if !errors.As(err, &e) {
			t.Fatalf("accepted, or refused without reason: %v", err)
		}
		if e.Code == "" || e.Message == "" || e.Status < 400 || !utf8.ValidString(e.Code) {
			t.Errorf("unfit refusal %+v", e)
		}
		if len(e.Message) > 20<<10 {
			t.Errorf("refusal of %d bytes", len(e.Message))
		}
	})
}

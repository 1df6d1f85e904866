package signin

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"

	"github.com/rolecall-iam/rolecall/wire"
)

// assumed is what AssumeRoleWithSAML answered, and the page of credentials
// shows.
type assumed struct {
	AccessKeyID     string `xml:"AssumeRoleWithSAMLResult>Credentials>AccessKeyId"`
	SecretAccessKey string `xml:"AssumeRoleWithSAMLResult>Credentials>SecretAccessKey"`
	SessionToken    string `xml:"AssumeRoleWithSAMLResult>Credentials>SessionToken"`
	Expiration      string `xml:"AssumeRoleWithSAMLResult>Credentials>Expiration"`
	User            string `xml:"AssumeRoleWithSAMLResult>AssumedRoleUser>Arn"`

	Role   Role   `xml:"-"`
	Onward string `xml:"-"` // where to go on to; nowhere where empty
}

// call calls AssumeRoleWithSAML as the client that sent r, whose address and
// program the trail is to show.
func (h *handler) call(r *http.Request, form url.Values) (*assumed, error) {
	body := []byte(form.Encode())
	to, err := http.NewRequestWithContext(r.Context(), http.MethodPost, "/", bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("call AssumeRoleWithSAML: %w", err)
	}
	to.Host, to.RemoteAddr, to.TLS = r.Host, r.RemoteAddr, r.TLS
	to.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	to.Header.Set("User-Agent", r.UserAgent())
	to.ContentLength = int64(len(body))
	answer := &kept{header: http.Header{}, status: http.StatusOK}
	h.STS.ServeHTTP(answer, to)
	if answer.status == http.StatusOK {
		made := new(assumed)
		if err := xml.Unmarshal(answer.body.Bytes(), made); err != nil || made.SessionToken == "" {
			return nil, fmt.Errorf("read the answer of AssumeRoleWithSAML: %w", err)
		}
		return made, nil
	}
	var refused struct {
		Code    string `xml:"Error>Code"`
		Message string `xml:"Error>Message"`
	}
	if err := xml.Unmarshal(answer.body.Bytes(), &refused); err != nil {
		return nil, fmt.Errorf("read the refusal of AssumeRoleWithSAML: %w", err)
	}
	return nil, &wire.Error{Code: refused.Code, Status: answer.status, Message: refused.Message}
}

// kept is an answer that is kept instead of sent.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *kept) Header() http.Header         { return k.header }
func (k *kept) WriteHeader(status int)      { k.status = status }
func (k *kept) Write(p []byte) (int, error) { return k.body.Write(p) }

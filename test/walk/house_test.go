package walk

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/test/requesttest"
)

// start is when everything happens.
var start = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// house is a whole service in memory, with a clock that stands still and
// chances that are always the same.
type house struct {
	server *rolecall.Server
	web    *httptest.Server
	admin  aws.Credentials
	log    *record
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{
		admin: aws.Credentials{AccessKeyID: "AKIAADMINADMINADMIN0", SecretAccessKey: "admin+secret+admin+secret+admin+secret+a"},
		log:   new(record),
	}
	s, err := rolecall.New(rolecall.Config{
		Admin: rolecall.Credentials{AccessKeyID: h.admin.AccessKeyID, SecretAccessKey: h.admin.SecretAccessKey},
		Now:   func() time.Time { return start },
		Rand:  &chance{from: rand.NewChaCha8([32]byte{})},
		Log:   slog.New(slog.NewTextHandler(h.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	h.server, h.web = s, httptest.NewServer(s)
	t.Cleanup(func() {
		h.web.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return h
}

// chance is randomness that is the same in every run.
type chance struct {
	mu   sync.Mutex
	from *rand.ChaCha8
}

func (c *chance) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.from.Read(p)
}

// record is what the service logged.
type record struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.b.Write(p)
}

// take answers what was logged since the last time.
func (r *record) take() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	defer r.b.Reset()
	return r.b.String()
}

// send signs and sends the request of an operation.
func (h *house) send(t *testing.T, op *api.Operation, in structure) answer {
	t.Helper()
	m, err := requesttest.Encode(op, in)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequest(m.Method, h.web.URL+m.URL, bytes.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	for name, values := range m.Header {
		r.Header[name] = values
	}
	if !op.Unsigned {
		h.sign(t, r, op.Service.SigningName, m.Body)
	}
	res, err := h.web.Client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, res, body)
}

func (h *house) sign(t *testing.T, r *http.Request, service string, body []byte) {
	t.Helper()
	sum := sha256.Sum256(body)
	hash := hex.EncodeToString(sum[:])
	r.Header.Set("X-Amz-Content-Sha256", hash)
	err := signer.NewSigner().SignHTTP(context.Background(), h.admin, r, hash, service, "us-east-1", start, func(o *signer.SignerOptions) {
		o.DisableURIPathEscaping = service == "s3"
	})
	if err != nil {
		t.Fatal(err)
	}
}

// answer is a response in any protocol.
type answer struct {
	status        int
	code, message string // of a refusal
	body          string
}

func (a answer) refused() bool { return a.status >= 300 }

func (a answer) String() string {
	return strings.TrimSpace(fmt.Sprintf("%d %s: %s", a.status, a.code, a.message))
}

func read(t *testing.T, res *http.Response, body []byte) answer {
	t.Helper()
	a := answer{status: res.StatusCode, body: string(body)}
	if !a.refused() {
		return a
	}
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		var doc struct {
			Type    string `json:"__type"`
			Message string `json:"message"`

			OAuth       string `json:"error"` // of the services that speak it
			Description string `json:"error_description"`
		}
		if err := json.Unmarshal(body, &doc); err != nil {
			t.Errorf("%v in %s", err, body)
		}
		a.code, a.message = doc.Type, cmp.Or(doc.Message, doc.Description, doc.OAuth)
		if a.code == "" {
			a.code, _, _ = strings.Cut(res.Header.Get("X-Amzn-Errortype"), ":")
		}
		return a
	}
	var doc struct {
		Code      string `xml:"Error>Code"`
		Message   string `xml:"Error>Message"`
		S3Code    string `xml:"Code"`
		S3Message string `xml:"Message"`
	}
	if err := xml.Unmarshal(body, &doc); err != nil {
		t.Errorf("%v in %s", err, body)
	}
	a.code, a.message = doc.Code+doc.S3Code, doc.Message+doc.S3Message
	return a
}

// find answers the text of the first element, or member, of a name.
func (a answer) find(name string) (string, bool) {
	if _, rest, ok := strings.Cut(a.body, "<"+name+">"); ok {
		text, _, ok := strings.Cut(rest, "</"+name+">")
		return text, ok
	}
	_, rest, ok := strings.Cut(a.body, `"`+name+`":"`)
	text, _, closed := strings.Cut(rest, `"`)
	return text, ok && closed
}

package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/authn/sigv4"
)

const simulableCase = `rule: V1
source: a page
caller: user arn:aws:iam::111111111111:user/a
action: s3:GetObject
resource: arn:aws:s3:::b/k
identity: {"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}
-- it is allowed
expect: allowed
-- of a session it cannot be asked
caller: role arn:aws:iam::111111111111:role/r session=s
expect: allowed`

// answering is an endpoint that checks the signature and gives one answer.
func answering(t *testing.T, status int, answer string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		claim, err := sigv4.Parse(r)
		if err == nil {
			err = sigv4.NewVerifier(1).Verify(&claim, "secret", body, time.Now())
		}
		if err != nil || claim.AccessKeyID != "AKIAEXAMPLE" || r.Header.Get("X-Amz-Security-Token") != "token" {
			t.Errorf("signed as %s, %v", claim.AccessKeyID, err)
		}
		w.WriteHeader(status)
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func TestSimulate(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a.txt"), []byte(simulableCase), 0o600); err != nil {
		t.Fatal(err)
	}
	result := func(decision string) string {
		return `<SimulateCustomPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulateCustomPolicyResult><EvaluationResults><member>` +
			`<EvalActionName>s3:GetObject</EvalActionName><EvalDecision>` + decision + `</EvalDecision></member></EvaluationResults></SimulateCustomPolicyResult></SimulateCustomPolicyResponse>`
	}
	refusal := func(code string) string {
		return `<ErrorResponse><Error><Code>` + code + `</Code><Message>no</Message></Error></ErrorResponse>`
	}
	for _, test := range []struct {
		name   string
		status int
		answer string
		code   int
		says   string
	}{
		{"an endpoint that agrees", 200, result("allowed"), 0, "1 cases, 0 fail"},
		{"an endpoint that does not", 200, result("implicitDeny"), 1, "it is allowed: want allowed, got implicitDeny"},
		{"an endpoint that refuses the question", 400, refusal("InvalidInput"), 1, "it is allowed: refused: InvalidInput: no"},
		{"an endpoint without the operation", 501, refusal("NotImplemented"), 1, "the endpoint answers 501 NotImplemented: no"},
		{"an endpoint that is none", 200, "hello", 1, "not as SimulateCustomPolicy does"},
		{"an endpoint that decides nothing", 200, `<SimulateCustomPolicyResponse/>`, 1, "not as SimulateCustomPolicy does"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var stdout, stderr bytes.Buffer
			code := run([]string{
				"conformance", dir, "--endpoint", answering(t, test.status, test.answer),
				"--access-key-id", "AKIAEXAMPLE", "--secret-access-key", "secret", "--session-token", "token",
			}, nil, &stdout, &stderr)
			if said := stdout.String() + stderr.String(); code != test.code || !strings.Contains(said, test.says) {
				t.Errorf("exit code %d, said %s", code, said)
			}
		})
	}
}

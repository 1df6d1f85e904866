package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/conformance"
)

// simulator asks an endpoint what its SimulateCustomPolicy says.
type simulator struct {
	endpoint string
	client   *http.Client
	keys     awsKeys
}

// awsKeys sign a call, under the names that AWS's own clients use.
type awsKeys struct {
	AccessKeyID     string `name:"access-key-id" env:"AWS_ACCESS_KEY_ID" help:"Access key for --endpoint." placeholder:"ID"`
	SecretAccessKey string `name:"secret-access-key" env:"AWS_SECRET_ACCESS_KEY" help:"Its secret." placeholder:"SECRET"`
	SessionToken    string `name:"session-token" env:"AWS_SESSION_TOKEN" help:"Its session token, if it has one." placeholder:"TOKEN"`
}

// errRefused is an endpoint's refusal of one question, which is an answer to
// it. All other errors are about the endpoint.
var errRefused = errors.New("refused")

// ask puts one case to the endpoint and answers the verdict.
func (s simulator) ask(form url.Values, now time.Time) (string, error) {
	body := form.Encode()
	request, err := http.NewRequest(http.MethodPost, s.endpoint, strings.NewReader(body))
	if err != nil {
		return "", err
	}
	if request.URL.Path == "" {
		request.URL.Path = "/"
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	s.keys.sign(request, body, now)
	response, err := s.client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	const most = 1 << 20
	text, err := io.ReadAll(io.LimitReader(response.Body, most))
	if err != nil {
		return "", err
	}
	return readVerdict(response.StatusCode, text)
}

// readVerdict reads the answer of SimulateCustomPolicy.
func readVerdict(status int, text []byte) (string, error) {
	var answer struct {
		Decisions []string `xml:"SimulateCustomPolicyResult>EvaluationResults>member>EvalDecision"`
		Code      string   `xml:"Error>Code"`
		Message   string   `xml:"Error>Message"`
	}
	err := xml.Unmarshal(text, &answer)
	switch {
	case status == http.StatusOK && err == nil && len(answer.Decisions) == 1:
		return answer.Decisions[0], nil
	case answer.Code == "InvalidInput" || answer.Code == "ValidationError" || answer.Code == "PolicyEvaluation":
		return "", fmt.Errorf("%w: %s: %s", errRefused, answer.Code, answer.Message)
	case answer.Code != "":
		return "", fmt.Errorf("the endpoint answers %d %s: %s", status, answer.Code, answer.Message)
	}
	return "", fmt.Errorf("the endpoint answers %d, and not as SimulateCustomPolicy does", status)
}

// sign signs a request to IAM with Signature Version 4.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html
func (k awsKeys) sign(r *http.Request, body string, now time.Time) {
	const scopeEnd = "/us-east-1/iam/aws4_request"
	stamp := now.UTC().Format("20060102T150405Z")
	day := stamp[:8]
	r.Header.Set("X-Amz-Date", stamp)
	signed := "content-type;host;x-amz-date"
	canonical := "content-type:" + r.Header.Get("Content-Type") + "\nhost:" + r.URL.Host + "\nx-amz-date:" + stamp + "\n"
	if k.SessionToken != "" {
		r.Header.Set("X-Amz-Security-Token", k.SessionToken)
		signed += ";x-amz-security-token"
		canonical += "x-amz-security-token:" + k.SessionToken + "\n"
	}
	canonical = "POST\n" + r.URL.EscapedPath() + "\n\n" + canonical + "\n" + signed + "\n" + hexSum(body)
	key := []byte("AWS4" + k.SecretAccessKey)
	for _, part := range [...]string{day, "us-east-1", "iam", "aws4_request"} {
		key = mac(key, part)
	}
	signature := mac(key, "AWS4-HMAC-SHA256\n"+stamp+"\n"+day+scopeEnd+"\n"+hexSum(canonical))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+k.AccessKeyID+"/"+day+scopeEnd+
		", SignedHeaders="+signed+", Signature="+hex.EncodeToString(signature))
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func hexSum(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// simulate puts every case that SimulateCustomPolicy can be asked to the
// endpoint. What it answers otherwise, or refuses, is a failure of the case.
func (c *conformanceCommand) simulate(cases []conformance.Case, now func() time.Time) (conformanceReport, error) {
	const patience = 30 * time.Second
	s := simulator{c.Endpoint, &http.Client{Timeout: patience}, c.awsKeys}
	report := conformanceReport{Failures: []conformanceFailure{}}
	for _, one := range cases {
		form, ok := one.Simulation()
		if !ok {
			continue
		}
		report.Cases++
		verdict, err := s.ask(form, now())
		switch {
		case err == nil:
			err = one.Simulated(verdict)
		case errors.Is(err, errRefused):
			err = fmt.Errorf("%s:%d: %s: %w", one.File, one.Line, one.Name, err)
		default:
			return report, err
		}
		report.add(one, err)
	}
	return report, nil
}

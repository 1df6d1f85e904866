package cloudtrail_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/rolecall-iam/rolecall"
)

// house is a whole service in memory, at a time that the test sets.
type house struct {
	t      *testing.T
	server *rolecall.Server
	admin  aws.Credentials

	mu  sync.Mutex // the trail asks the time too
	now time.Time
}

func open(t *testing.T) *house {
	t.Helper()
	h := &house{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	s, err := rolecall.New(rolecall.Config{Now: h.time})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	first, _ := s.FirstStart()
	h.server, h.admin = s, aws.Credentials{AccessKeyID: first.AccessKeyID, SecretAccessKey: first.SecretAccessKey}
	return h
}

func (h *house) time() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

// pass lets time go by.
func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func (h *house) send(keys aws.Credentials, service, target, body string) *httptest.ResponseRecorder {
	h.t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:4680/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if target != "" {
		r.Header.Set("Content-Type", "application/x-amz-json-1.1")
		r.Header.Set("X-Amz-Target", target)
	}
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(body)))
	if err := signer.NewSigner().SignHTTP(h.t.Context(), keys, r, sum, service, "us-east-1", h.time()); err != nil {
		h.t.Fatal(err)
	}
	w := httptest.NewRecorder()
	h.server.ServeHTTP(w, r)
	return w
}

// iam is a call of IAM by the admin, which must be done.
func (h *house) iam(action string, pairs ...string) string {
	h.t.Helper()
	form := url.Values{"Action": {action}, "Version": {"2010-05-08"}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	w := h.send(h.admin, "iam", "", form.Encode())
	if w.Code != http.StatusOK {
		h.t.Fatalf("%s: %s", action, w.Body)
	}
	return w.Body.String()
}

// lookup is LookupEvents as boto3 and the aws CLI call it.
func (h *house) lookup(keys aws.Credentials, input string) *httptest.ResponseRecorder {
	return h.send(keys, "cloudtrail", "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents", input)
}

// users answers the names of the users that the events found are about.
func (h *house) users(input string) (names []string, next string) {
	h.t.Helper()
	w := h.lookup(h.admin, input)
	var page struct {
		Events []struct {
			Resources []struct{ ResourceName string }
		}
		NextToken string
	}
	if w.Code != http.StatusOK || json.Unmarshal(w.Body.Bytes(), &page) != nil || !bytes.Contains(w.Body.Bytes(), []byte(`"Events":[`)) {
		h.t.Fatalf("%s: %d %s", input, w.Code, w.Body)
	}
	for _, e := range page.Events {
		names = append(names, e.Resources[0].ResourceName)
	}
	return names, page.NextToken
}

const created = `"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"CreateUser"}]`

// The rules are those of
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html

func TestEventsAreFoundByAttributeAndTime(t *testing.T) {
	h := open(t)
	begin := h.time()
	for _, name := range []string{"ann", "bob", "eve"} {
		h.pass(time.Minute)
		h.iam("CreateUser", "UserName", name)
	}
	minute := func(n int) string { return fmt.Sprint(begin.Add(time.Duration(n) * time.Minute).Unix()) }
	tests := []struct{ name, input, want string }{
		{"all of an operation, the newest first", `{` + created + `}`, "eve bob ann"},
		{"from a time on", `{` + created + `,"StartTime":` + minute(2) + `}`, "eve bob"},
		{"up to a time", `{` + created + `,"EndTime":` + minute(2) + `}`, "bob ann"},
		{"between two times, which may be one", `{` + created + `,"StartTime":` + minute(2) + `,"EndTime":` + minute(2) + `}`, "bob"},
		{"by a resource", `{"LookupAttributes":[{"AttributeKey":"ResourceName","AttributeValue":"ann"}]}`, "ann"},
		{"none", `{"LookupAttributes":[{"AttributeKey":"Username","AttributeValue":"nobody"}]}`, ""},
		{"Insights events, of which there are none", `{` + created + `,"EventCategory":"insight"}`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got, next := h.users(tt.input); strings.Join(got, " ") != tt.want || next != "" {
				t.Errorf("got %q, next %q; want %q", got, next, tt.want)
			}
		})
	}
}

func TestPagesHaveAtMostFiftyEvents(t *testing.T) {
	h := open(t)
	for i := range 53 {
		h.iam("CreateUser", "UserName", fmt.Sprint("u", i))
	}
	first, next := h.users(`{` + created + `}`)
	rest, end := h.users(`{` + created + `,"NextToken":"` + next + `"}`)
	if len(first) != 50 || len(rest) != 3 || end != "" || first[0] != "u52" || rest[2] != "u0" {
		t.Errorf("%d events, then %d", len(first), len(rest))
	}
	if got, _ := h.users(`{` + created + `,"MaxResults":2,"NextToken":"` + next + `"}`); len(got) != 2 {
		t.Errorf("a page of another size: %q", got)
	}
}

func TestWhatLookupEventsRefuses(t *testing.T) {
	h := open(t)
	h.iam("CreateUser", "UserName", "ann")
	h.iam("CreateUser", "UserName", "bob")
	_, token := h.users(`{` + created + `,"MaxResults":1}`)
	tests := []struct{ name, input, code string }{
		{"two attributes", `{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"a"},{"AttributeKey":"EventId","AttributeValue":"b"}]}`, "InvalidLookupAttributesException"},
		{"an attribute that there is not", `{"LookupAttributes":[{"AttributeKey":"Colour","AttributeValue":"a"}]}`, "InvalidLookupAttributesException"},
		{"an attribute without a value", `{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":""}]}`, "InvalidLookupAttributesException"},
		{"a value of 2,001 characters", `{"LookupAttributes":[{"AttributeKey":"EventName","AttributeValue":"` + strings.Repeat("x", 2001) + `"}]}`, "InvalidLookupAttributesException"},
		{"an end before the start", `{"StartTime":2,"EndTime":1}`, "InvalidTimeRangeException"},
		{"no results", `{"MaxResults":0}`, "InvalidMaxResultsException"},
		{"more than 50 results", `{"MaxResults":51}`, "InvalidMaxResultsException"},
		{"another category", `{"EventCategory":"data"}`, "InvalidEventCategoryException"},
		{"a token of noise", `{"NextToken":"noise"}`, "InvalidNextTokenException"},
		{"an empty token", `{"NextToken":""}`, "InvalidNextTokenException"},
		{"a token of other parameters", `{"MaxResults":1,"NextToken":"` + token + `"}`, "InvalidNextTokenException"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := h.lookup(h.admin, tt.input)
			if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), `"__type":"`+tt.code+`"`) {
				t.Errorf("got %d %s, want %s", w.Code, w.Body, tt.code)
			}
		})
	}
}

func TestOnlyWhoMayLooksEventsUp(t *testing.T) {
	h := open(t)
	h.iam("CreateUser", "UserName", "ann")
	made := h.iam("CreateAccessKey", "UserName", "ann")
	ann := aws.Credentials{AccessKeyID: between(made, "AccessKeyId"), SecretAccessKey: between(made, "SecretAccessKey")}
	w := h.lookup(ann, `{}`)
	want := "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: cloudtrail:LookupEvents on resource: * " +
		"because no identity-based policy allows the cloudtrail:LookupEvents action"
	if w.Code != http.StatusBadRequest && w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), want) {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
	h.iam("PutUserPolicy", "UserName", "ann", "PolicyName", "look", "PolicyDocument",
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cloudtrail:LookupEvents","Resource":"*"}}`)
	if w := h.lookup(ann, `{}`); w.Code != http.StatusOK {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func between(text, element string) string {
	_, after, _ := strings.Cut(text, "<"+element+">")
	value, _, _ := strings.Cut(after, "</")
	return value
}

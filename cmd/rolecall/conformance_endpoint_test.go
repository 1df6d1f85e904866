package main

import (
	"bytes"
	"encoding/json"
	"net/http/httptest"
	"testing"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/conformance"
)

// TestOurOwnEndpointAnswersTheSuite: every case that SimulateCustomPolicy can
// be asked is answered over HTTP as it says. docs/conformance.md has the count.
func TestOurOwnEndpointAnswersTheSuite(t *testing.T) {
	keys := rolecall.Credentials{AccessKeyID: "AKIAADMINADMINADMIN0", SecretAccessKey: "admin+secret+admin+secret+admin+secret+a"}
	s, err := rolecall.New(rolecall.Config{Admin: keys})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	t.Cleanup(func() {
		web.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	var stdout, stderr bytes.Buffer
	args := []string{"conformance", "--endpoint", web.URL, "--output", "json", "--access-key-id", keys.AccessKeyID, "--secret-access-key", keys.SecretAccessKey}
	if code := run(args, nil, &stdout, &stderr); code != 0 {
		t.Errorf("exit code %d\n%s", code, stderr.String())
	}
	var report conformanceReport
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatal(err)
	}
	for _, f := range report.Failures {
		t.Error(f.Error)
	}
	if want := simulable(t); report.Cases != want {
		t.Errorf("%d cases were put to the endpoint, want %d", report.Cases, want)
	}
}

// simulable is how many cases of the suite the call can be asked.
func simulable(t *testing.T) int {
	t.Helper()
	cases, err := conformance.Read(conformance.Suite())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, c := range cases {
		if _, ok := c.Simulation(); ok {
			n++
		}
	}
	return n
}

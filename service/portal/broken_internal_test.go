package portal

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/service/internal/browser"
)

// Strangers make the operator's log no longer by asking too often or by leaving.
func TestWhatIsNoFailure(t *testing.T) {
	var log bytes.Buffer
	pages, err := New(Config{Rand: rand.Reader, Log: slog.New(slog.NewTextHandler(&log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		err    error
		status int
		logged bool
	}{
		{fmt.Errorf("hash: %w", browser.ErrBusy), http.StatusTooManyRequests, false},
		{fmt.Errorf("hash: %w", context.Canceled), http.StatusServiceUnavailable, false},
		{errors.New("the disk is full"), http.StatusInternalServerError, true},
	} {
		log.Reset()
		w := httptest.NewRecorder()
		pages.(*handler).broken(w, c.err)
		if w.Code != c.status || (log.Len() > 0) != c.logged || strings.Contains(w.Body.String(), "disk") || !strings.Contains(w.Body.String(), "<h1>") {
			t.Errorf("%v: %d %s %s", c.err, w.Code, w.Body, &log)
		}
	}
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

// requestID is a text that is a request id alone; namedRequest is one in what
// SDKs and the aws CLI's --debug print.
var (
	requestID    = regexp.MustCompile(`^\s*([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\s*$`)
	namedRequest = regexp.MustCompile(`(?i)request[ -]?id["']?[:=>\s]+["']?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})`)
)

// readText reads the message where it is to be read.
func (c *whyCommand) readText() error {
	if c.Message != "-" {
		return nil
	}
	b, err := io.ReadAll(io.LimitReader(os.Stdin, 1<<20))
	c.Message = string(b)
	return err
}

// shortcut answers what the text alone tells: a request id, of which all is
// known, or a refusal that no policy had a part in. It answers false where the
// text is a question like others.
func (c *whyCommand) shortcut(stdout io.Writer) (bool, error) {
	if m := requestID.FindStringSubmatch(c.Message); m != nil {
		if len(c.From) > 0 {
			return true, fmt.Errorf("%w: a request id is asked of a data directory, not of files", errUsage)
		}
		x, err := c.request(m[1])
		return true, c.tell(stdout, x, err)
	}
	_, _, _, denial := explain.ReadMessage(c.Message)
	if m := namedRequest.FindStringSubmatch(c.Message); m != nil && len(c.From) == 0 && c.Principal == "" {
		// It may be AWS's own: what the text says can be asked all the same.
		x, err := c.request(m[1])
		if err == nil || !denial && !errors.Is(err, errUsage) {
			return true, c.tell(stdout, x, err)
		}
	}
	if denial || c.Principal != "" {
		return false, nil
	}
	found := explain.ReadRefusal(c.Message)
	if len(found) == 0 {
		return false, nil
	}
	x := explain.Explanation{Verdict: "The request was refused before any policy was asked.", Mistakes: found, Layers: []explain.Layer{}}
	return true, c.tell(stdout, x, nil)
}

// request asks for the call of a request id.
func (c *whyCommand) request(id string) (x explain.Explanation, err error) {
	err = c.do("/why-request", id, &x, func(s *rolecall.Server) (err error) {
		x, err = s.WhyRequest(context.Background(), id)
		return err
	})
	if _, ok := errors.AsType[*rolecall.AskError](err); ok {
		err = fmt.Errorf("%w: %w", errUsage, err)
	}
	return x, err
}

// tell prints an explanation; what is denied is no.
func (c *whyCommand) tell(stdout io.Writer, x explain.Explanation, err error) error {
	if err != nil {
		return err
	}
	if c.Output == "json" {
		err = json.NewEncoder(stdout).Encode(x)
	} else {
		err = printWhy(stdout, x)
	}
	if err == nil && !x.Allowed {
		return errNo
	}
	return err
}

// whyRequestRoute answers for a running server.
func whyRequestRoute(s *rolecall.Server) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var id string
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<10)).Decode(&id); err != nil {
			answer(w, nil, err)
			return
		}
		x, err := s.WhyRequest(r.Context(), id)
		if _, ok := errors.AsType[*rolecall.AskError](err); ok {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		answer(w, x, err)
	}
}

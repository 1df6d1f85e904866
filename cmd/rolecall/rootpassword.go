package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall"
)

// rootCommand is rolecall root.
type rootCommand struct {
	Password struct {
		Reset rootResetCommand `cmd:"" help:"Print a link with which the password is set, once."`
	} `cmd:"" help:"The password with which a root user signs in."`
}

// rootResetCommand makes a link for the root user of an account, who has no
// password at first.
type rootResetCommand struct {
	dataFlag
	outputFlag
	AccountID string `help:"The account." required:"" placeholder:"ID"`
}

// Run prints the link, this once.
func (c *rootResetCommand) Run(stdout io.Writer) error {
	in := rolecall.RootPasswordReset{AccountID: c.AccountID}
	var link rolecall.PasswordLink
	err := c.do("/password/root", in, &link, func(s *rolecall.Server) (err error) {
		link, err = s.ResetRootPassword(context.Background(), in)
		return err
	})
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(stdout).Encode(link)
	}
	_, err = fmt.Fprintf(stdout, "# good once, until %s\n%s\n", link.Expires.Format(time.RFC3339), link.URL)
	return err
}

// rootRoute answers a link under the address of the running server.
func rootRoute(s *rolecall.Server, origin string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in rolecall.RootPasswordReset
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&in); err != nil {
			answer(w, nil, err)
			return
		}
		link, err := s.ResetRootPassword(r.Context(), in)
		if strings.HasPrefix(link.URL, "/") {
			link.URL = strings.TrimSuffix(origin, "/") + link.URL
		}
		answer(w, link, err)
	}
}

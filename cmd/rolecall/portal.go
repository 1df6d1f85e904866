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

// portalCommand is rolecall portal.
type portalCommand struct {
	Password portalPasswordCommand `cmd:"" help:"Passwords of the people who sign in."`
	IDP      portalIDPCommand      `cmd:"" name:"idp" help:"The identity provider at which people sign in instead."`
	MFA      portalMFACommand      `cmd:"" name:"mfa" help:"Second factors of the people who sign in."`
}

type portalPasswordCommand struct {
	Reset portalResetCommand `cmd:"" help:"Print a link with which a user sets a password, once."`
}

// portalResetCommand makes a link for somebody who has no password yet or has
// lost it.
type portalResetCommand struct {
	dataFlag
	outputFlag
	User      string `arg:"" help:"User name of a user of the identity store."`
	Directory string `help:"The identity store, where there are several." placeholder:"d-…"`
}

// Run prints the link, this once.
func (c *portalResetCommand) Run(stdout io.Writer) error {
	in := rolecall.PasswordReset{UserName: c.User, Directory: c.Directory}
	var link rolecall.PasswordLink
	err := c.do("/portal/password", in, &link, func(s *rolecall.Server) (err error) {
		link, err = s.ResetPassword(context.Background(), in)
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

// resetRoute answers a link under the address of the running server.
func resetRoute(s *rolecall.Server, origin string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in rolecall.PasswordReset
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&in); err != nil {
			answer(w, nil, err)
			return
		}
		link, err := s.ResetPassword(r.Context(), in)
		if strings.HasPrefix(link.URL, "/") {
			link.URL = strings.TrimSuffix(origin, "/") + link.URL
		}
		answer(w, link, err)
	}
}

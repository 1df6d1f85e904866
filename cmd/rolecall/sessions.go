package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall"
)

// sessionsCommand is rolecall sessions.
type sessionsCommand struct {
	Revoke sessionsRevokeCommand `cmd:"" help:"End sessions before their time."`
}

// sessionsRevokeCommand ends the sessions of a principal, all that are older
// than some time, both together, or one by its access key id.
type sessionsRevokeCommand struct {
	dataFlag
	outputFlag
	Principal string `help:"ARN of a role, user, root user, role session or federated user." placeholder:"ARN"`
	Before    string `help:"Sessions made before this time, as in 2026-03-01T12:00:00Z; now, where a principal is given." placeholder:"TIME"`
	AccessKey string `help:"The session with this access key id." placeholder:"ASIA…"`
}

// Run revokes and says what.
func (c *sessionsRevokeCommand) Run(stdout io.Writer) error {
	if c.Principal == "" && c.Before == "" && c.AccessKey == "" {
		return fmt.Errorf("%w: which sessions? give --principal, --before or --access-key", errUsage)
	}
	in := rolecall.Revocation{AccessKeyID: c.AccessKey, Principal: c.Principal}
	if c.Before != "" {
		var err error
		if in.Before, err = time.Parse(time.RFC3339, c.Before); err != nil {
			return fmt.Errorf("%w: %q is no time like 2026-03-01T12:00:00Z", errUsage, c.Before)
		}
	}
	var done rolecall.Revocation
	err := c.do("/sessions/revoke", in, &done, func(s *rolecall.Server) (err error) {
		done, err = s.RevokeSessions(context.Background(), in)
		return err
	})
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(stdout).Encode(done)
	}
	_, err = fmt.Fprintln(stdout, "revoked", revoked(done))
	return err
}

// revoked is what was revoked, for people.
func revoked(v rolecall.Revocation) string {
	if v.AccessKeyID != "" {
		return "session " + v.AccessKeyID
	}
	of := "sessions of everybody"
	if v.Principal != "" {
		of = "sessions of " + v.Principal
		if strings.Contains(v.Principal, ":sts:") {
			of = v.Principal
		}
	}
	return of + " made before " + v.Before.Format(time.RFC3339)
}

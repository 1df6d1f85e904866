package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"text/tabwriter"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
)

// quotasCommand is rolecall quotas.
type quotasCommand struct {
	List quotasListCommand `cmd:"" help:"List the quotas of an account."`
	Set  quotasSetCommand  `cmd:"" help:"Set a quota of an account."`
}

// quotaFlags are shared by the commands on quotas.
type quotaFlags struct {
	dataFlag
	outputFlag
	AccountID string `help:"Account; that of the first start otherwise." placeholder:"123456789012"`
}

type quotasListCommand struct{ quotaFlags }

type quotasSetCommand struct {
	quotaFlags
	Name  string `arg:"" help:"The quota, as LimitExceeded names it, such as RolesPerAccount."`
	Limit string `arg:"" help:"A number, or default for AWS's."`
}

// quotaChange is what the commands ask of a running server. Without a name it
// changes nothing.
type quotaChange struct {
	Account arn.AccountID `json:"account,omitzero"`
	Name    string        `json:"name,omitempty"`
	Limit   int           `json:"limit"`
	Default bool          `json:"default,omitempty"`
}

// Run prints the quotas, those that were set marked by what AWS's default is.
func (c *quotasListCommand) Run(stdout io.Writer) error {
	list, err := c.ask(quotaChange{})
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(stdout).Encode(list)
	}
	w := tabwriter.NewWriter(stdout, 0, 8, 2, ' ', 0)
	for _, q := range list {
		note := ""
		if q.Limit != q.Default {
			note = fmt.Sprintf("\tdefault %d", q.Default)
		}
		fmt.Fprintf(w, "%s\t%d%s\n", q.Name, q.Limit, note)
	}
	return w.Flush()
}

// Run sets the quota and prints what it is now.
func (c *quotasSetCommand) Run(stdout io.Writer) error {
	change := quotaChange{Name: c.Name, Default: c.Limit == "default"}
	if !change.Default {
		limit, err := strconv.Atoi(c.Limit)
		if err != nil {
			return fmt.Errorf("%w: %q is neither a number nor default", errUsage, c.Limit)
		}
		change.Limit = limit
	}
	list, err := c.ask(change)
	if err != nil {
		return err
	}
	for _, q := range list {
		if q.Name != c.Name {
			continue
		}
		if c.Output == "json" {
			return json.NewEncoder(stdout).Encode(q)
		}
		_, err = fmt.Fprintf(stdout, "%s %d\n", q.Name, q.Limit)
	}
	return err
}

// ask has a change made, if it is one, and answers the quotas as they are then.
func (f quotaFlags) ask(change quotaChange) ([]rolecall.Quota, error) {
	if f.AccountID != "" {
		account, err := arn.ParseAccountID(f.AccountID)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errUsage, err)
		}
		change.Account = account
	}
	var list []rolecall.Quota
	err := f.do("/quotas", change, &list, func(s *rolecall.Server) (err error) {
		list, err = change.apply(context.Background(), s)
		return err
	})
	return list, err
}

// apply does what was asked on a server.
func (q quotaChange) apply(ctx context.Context, s *rolecall.Server) ([]rolecall.Quota, error) {
	list, err := s.Quotas(ctx, q.Account)
	if err != nil || q.Name == "" {
		return list, err
	}
	limit := q.Limit
	for _, known := range list {
		if q.Default && known.Name == q.Name {
			limit = known.Default
		}
	}
	if err := s.SetQuota(ctx, q.Account, q.Name, limit); err != nil {
		return nil, err
	}
	return s.Quotas(ctx, q.Account)
}

// controlQuotas serves the commands on quotas of a running server.
func controlQuotas(s *rolecall.Server) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in quotaChange
		if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&in); err != nil {
			answer(w, nil, err)
			return
		}
		list, err := in.apply(r.Context(), s)
		answer(w, list, err)
	}
}

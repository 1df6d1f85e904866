package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/rolecall-iam/rolecall"
)

// scimCommand is rolecall scim.
type scimCommand struct {
	Token scimTokenCommand `cmd:"" help:"Tokens that let an identity provider send users and groups."`
}

type scimTokenCommand struct {
	Create scimCreateCommand `cmd:"" help:"Make a token; it is shown this once and good for a year."`
	List   scimListCommand   `cmd:"" help:"List tokens by their ids, with their expiry."`
	Revoke scimRevokeCommand `cmd:"" help:"End a token at once."`
}

// scimRequest is what the control socket is asked of tokens.
type scimRequest struct {
	Store string `json:"store,omitempty"`
	ID    string `json:"id,omitempty"`
}

type scimCreateCommand struct {
	dataFlag
	outputFlag
	IdentityStore string `help:"Identity store that the token is for; the only one, where there is one." placeholder:"d-…"`
}

// Run makes a token and prints it.
func (c *scimCreateCommand) Run(stdout io.Writer) error {
	var made rolecall.SCIMToken
	err := c.do("/scim/create", scimRequest{Store: c.IdentityStore}, &made, func(s *rolecall.Server) (err error) {
		made, err = s.CreateSCIMToken(context.Background(), c.IdentityStore)
		return err
	})
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(stdout).Encode(made)
	}
	_, err = fmt.Fprintf(stdout, "# token %s for %s, good until %s; it is shown this once\n%s\n",
		made.ID, made.IdentityStoreID, made.Expires.Format(time.RFC3339), made.Token)
	return err
}

type scimListCommand struct {
	dataFlag
	outputFlag
	IdentityStore string `help:"Identity store whose tokens are listed; all where it is not given." placeholder:"d-…"`
}

// Run lists tokens, without what their holders show.
func (c *scimListCommand) Run(stdout io.Writer) error {
	var found []rolecall.SCIMToken
	err := c.do("/scim/list", scimRequest{Store: c.IdentityStore}, &found, func(s *rolecall.Server) (err error) {
		found, err = s.SCIMTokens(context.Background(), c.IdentityStore)
		return err
	})
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(stdout).Encode(found)
	}
	for _, t := range found {
		if _, err := fmt.Fprintf(stdout, "%s\t%s\tmade %s\tgood until %s\n",
			t.ID, t.IdentityStoreID, t.Created.Format(time.RFC3339), t.Expires.Format(time.RFC3339)); err != nil {
			return err
		}
	}
	return nil
}

type scimRevokeCommand struct {
	dataFlag
	outputFlag
	ID string `arg:"" help:"The token's id, as list prints it."`
}

// Run ends a token.
func (c *scimRevokeCommand) Run(stdout io.Writer) error {
	var gone rolecall.SCIMToken
	err := c.do("/scim/revoke", scimRequest{ID: c.ID}, &gone, func(s *rolecall.Server) (err error) {
		gone, err = s.RevokeSCIMToken(context.Background(), c.ID)
		return err
	})
	if err != nil {
		return err
	}
	if c.Output == "json" {
		return json.NewEncoder(stdout).Encode(gone)
	}
	_, err = fmt.Fprintf(stdout, "revoked token %s of %s\n", gone.ID, gone.IdentityStoreID)
	return err
}

// scimRoutes serves what the commands ask of a running server.
func scimRoutes(mux *http.ServeMux, s *rolecall.Server) {
	route := func(pattern string, act func(context.Context, scimRequest) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			var in scimRequest
			if err := json.NewDecoder(io.LimitReader(r.Body, 1<<16)).Decode(&in); err != nil {
				answer(w, nil, err)
				return
			}
			out, err := act(r.Context(), in)
			answer(w, out, err)
		})
	}
	route("POST /scim/create", func(ctx context.Context, in scimRequest) (any, error) { return s.CreateSCIMToken(ctx, in.Store) })
	route("POST /scim/list", func(ctx context.Context, in scimRequest) (any, error) { return s.SCIMTokens(ctx, in.Store) })
	route("POST /scim/revoke", func(ctx context.Context, in scimRequest) (any, error) { return s.RevokeSCIMToken(ctx, in.ID) })
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall"
)

// portalIDPCommand is rolecall portal idp.
type portalIDPCommand struct {
	Set    portalSetIDPCommand    `cmd:"" help:"Have people sign in at an identity provider, by SAML or OpenID Connect."`
	Show   portalShowIDPCommand   `cmd:"" help:"Show which identity providers are set, and what to tell them, or to tell one that is to come."`
	Remove portalRemoveIDPCommand `cmd:"" help:"Have people sign in with their passwords again."`
}

type portalSetIDPCommand struct {
	dataFlag
	outputFlag
	SAMLMetadata string `help:"File with the metadata of a SAML provider." type:"existingfile" name:"saml-metadata"`
	OIDCIssuer   string `help:"URL of an OpenID Connect issuer." name:"oidc-issuer" placeholder:"URL"`
	ClientID     string `help:"Client id at the issuer." placeholder:"ID"`
	ClientSecret string `help:"Client secret at the issuer; none for a public client." env:"ROLECALL_CLIENT_SECRET" placeholder:"SECRET"`
	Claim        string `help:"Claim of the ID token that has the user name." placeholder:"email"`
	Passwords    bool   `help:"Let people sign in with their passwords as well."`
	PortalURL    string `help:"Where browsers reach the server, such as https://iam.example.com; --url of serve where it is not given." placeholder:"URL"`
	Directory    string `help:"The identity store, where there are several." placeholder:"d-…"`
}

// Run sets the provider, and prints what it is to be told.
func (c *portalSetIDPCommand) Run(stdout io.Writer) error {
	in := rolecall.IdentitySource{
		Directory: c.Directory, Origin: c.PortalURL, Passwords: c.Passwords,
		Issuer: c.OIDCIssuer, ClientID: c.ClientID, ClientSecret: c.ClientSecret, Claim: c.Claim,
	}
	if c.SAMLMetadata != "" {
		text, err := os.ReadFile(c.SAMLMetadata)
		if err != nil {
			return fmt.Errorf("read the metadata: %w", err)
		}
		in.SAMLMetadata = string(text)
	}
	var set rolecall.IdentitySourceInfo
	err := c.do("/portal/idp/set", in, &set, func(s *rolecall.Server) (err error) {
		set, err = s.SetIdentitySource(context.Background(), in)
		return err
	})
	if err != nil {
		return err
	}
	return printSources(stdout, c.Output, []rolecall.IdentitySourceInfo{set})
}

type portalShowIDPCommand struct {
	dataFlag
	outputFlag
}

// Run prints all providers.
func (c *portalShowIDPCommand) Run(stdout io.Writer) error {
	var found []rolecall.IdentitySourceInfo
	err := c.do("/portal/idp/show", struct{}{}, &found, func(s *rolecall.Server) (err error) {
		found, err = s.IdentitySources(context.Background())
		return err
	})
	if err != nil {
		return err
	}
	return printSources(stdout, c.Output, found)
}

type portalRemoveIDPCommand struct {
	dataFlag
	Directory string `help:"The identity store, where there are several." placeholder:"d-…"`
}

// Run removes the provider.
func (c *portalRemoveIDPCommand) Run(stdout io.Writer) error {
	var gone rolecall.IdentitySourceInfo
	err := c.do("/portal/idp/remove", rolecall.IdentitySource{Directory: c.Directory}, &gone, func(s *rolecall.Server) (err error) {
		gone, err = s.RemoveIdentitySource(context.Background(), c.Directory)
		return err
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(stdout, "removed %s of %s: people sign in with their passwords\n", gone.Provider, gone.Directory)
	return err
}

func printSources(stdout io.Writer, output string, found []rolecall.IdentitySourceInfo) error {
	if output == "json" {
		return json.NewEncoder(stdout).Encode(found)
	}
	var b strings.Builder
	for _, s := range found {
		if s.Kind == "none" {
			fmt.Fprintf(&b, "%s\tno provider is set; one is to be told:\n", s.Directory)
		} else {
			fmt.Fprintf(&b, "%s\t%s\t%s\tset %s\n", s.Directory, s.Kind, s.Provider, s.Changed.Format(time.RFC3339))
		}
		for _, line := range [][2]string{
			{"entity ID", s.EntityID}, {"assertion consumer service", s.ConsumerURL}, {"metadata", s.Metadata}, {"redirect URI", s.RedirectURI},
		} {
			if line[1] != "" {
				fmt.Fprintf(&b, "  %s\t%s\n", line[0], line[1])
			}
		}
		if s.Passwords && s.Kind != "none" {
			b.WriteString("  passwords work as well\n")
		}
	}
	_, err := io.WriteString(stdout, b.String())
	return err
}

// idpRoutes serves what the commands ask of a running server.
func idpRoutes(mux *http.ServeMux, s *rolecall.Server) {
	route := func(pattern string, act func(context.Context, rolecall.IdentitySource) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			var in rolecall.IdentitySource
			err := json.NewDecoder(io.LimitReader(r.Body, 16<<20)).Decode(&in)
			if err != nil && !errors.Is(err, io.EOF) {
				answer(w, nil, err)
				return
			}
			out, err := act(r.Context(), in)
			answer(w, out, err)
		})
	}
	route("POST /portal/idp/set", func(ctx context.Context, in rolecall.IdentitySource) (any, error) {
		return s.SetIdentitySource(ctx, in)
	})
	route("POST /portal/idp/show", func(ctx context.Context, _ rolecall.IdentitySource) (any, error) { return s.IdentitySources(ctx) })
	route("POST /portal/idp/remove", func(ctx context.Context, in rolecall.IdentitySource) (any, error) {
		return s.RemoveIdentitySource(ctx, in.Directory)
	})
}

package rolecall

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/authn/oidc"
	"github.com/rolecall-iam/rolecall/authn/saml/metadata"
	"github.com/rolecall-iam/rolecall/service/portal"
	"github.com/rolecall-iam/rolecall/service/sts/issuers"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// IdentitySource says at which identity provider the people of an identity
// store sign in to the access portal: SAML by its metadata, or OpenID Connect by
// its issuer.
type IdentitySource struct {
	Directory string `json:"directory,omitempty"` // the identity store; may be empty where there is only one
	// Origin is where browsers reach the server, as the provider will know it;
	// empty for the server's own URL.
	Origin string `json:"origin,omitempty"`
	// Passwords lets people sign in with their passwords as well.
	Passwords bool `json:"passwords,omitempty"`

	SAMLMetadata string `json:"samlMetadata,omitempty"` // the provider's, as XML

	Issuer       string `json:"issuer,omitempty"`
	ClientID     string `json:"clientId,omitempty"`
	ClientSecret string `json:"clientSecret,omitempty"` // empty for a public client
	// Claim has the user name: sub, email, preferred_username or another; email
	// where it is empty.
	Claim string `json:"claim,omitempty"`
}

// IdentitySourceInfo is what is told of an identity provider, and what it is to
// be told. Where none is set it is what one would be told.
type IdentitySourceInfo struct {
	Directory string    `json:"directory"`
	Kind      string    `json:"kind"`      // SAML, OIDC or none
	Provider  string    `json:"provider"`  // the entity id, or the issuer
	Passwords bool      `json:"passwords"` // work as well
	Changed   time.Time `json:"changed,omitzero"`

	// For SAML the provider is to know all three, for OIDC RedirectURI.
	EntityID    string `json:"entityId,omitempty"`
	ConsumerURL string `json:"assertionConsumerServiceUrl,omitempty"`
	Metadata    string `json:"metadata,omitempty"`
	RedirectURI string `json:"redirectUri,omitempty"`
}

// SetIdentitySource has the people of an identity store sign in at an identity
// provider. Who is signed in stays so.
func (s *Server) SetIdentitySource(ctx context.Context, in IdentitySource) (IdentitySourceInfo, error) {
	set := &directory.IdentitySource{Passwords: in.Passwords, Changed: s.now().UTC()}
	origin := in.Origin
	if origin == "" {
		origin = s.url
	}
	var err error
	if set.Origin, err = parseOrigin(origin); err != nil {
		return IdentitySourceInfo{}, err
	}
	switch {
	case (in.SAMLMetadata == "") == (in.Issuer == ""):
		return IdentitySourceInfo{}, errors.New("an identity source is either of SAML, with the provider's metadata, or of OpenID Connect, with an issuer")
	case in.SAMLMetadata != "":
		set.SAML, err = samlSource(in.SAMLMetadata)
	default:
		set.OIDC, err = s.oidcSource(ctx, in)
	}
	if err != nil {
		return IdentitySourceInfo{}, err
	}
	err = s.dir.Update(ctx, func(tx *directory.Tx) error {
		store, err := storeOf(&tx.Reader, in.Directory)
		if err != nil {
			return err
		}
		set.Store = store
		if in.ClientSecret != "" && set.OIDC != nil {
			if set.OIDC.Sealed, err = s.keys.SealSecret(portal.SourceSecret(store), in.ClientSecret); err != nil {
				return err
			}
		}
		tx.PutIdentitySource(set)
		return nil
	})
	return sourceInfo(set), err
}

// parseOrigin reads a scheme and a host, which browsers can reach.
func parseOrigin(text string) (string, error) {
	u, err := url.Parse(strings.TrimSuffix(text, "/"))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.Path != "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return "", errors.New("where browsers reach the access portal must be said, such as https://iam.example.com")
	}
	return u.Scheme + "://" + u.Host, nil
}

func samlSource(text string) (*directory.SAMLSource, error) {
	said, err := metadata.Parse(text)
	if err != nil {
		return nil, err
	}
	if u, err := url.Parse(said.SignIn); said.SignIn != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		return nil, errors.New("read SAML metadata: the address to sign in at is none of HTTPS")
	}
	set := &directory.SAMLSource{EntityID: said.EntityID, SignIn: said.SignIn, ValidUntil: said.ValidUntil}
	for _, c := range said.Certificates {
		set.Certificates = append(set.Certificates, c.Raw)
	}
	return set, nil
}

func (s *Server) oidcSource(ctx context.Context, in IdentitySource) (*directory.OIDCSource, error) {
	if in.ClientID == "" {
		return nil, errors.New("the client id at the issuer is missing")
	}
	set := &directory.OIDCSource{Issuer: in.Issuer, ClientID: in.ClientID, Claim: in.Claim}
	if set.Claim == "" {
		set.Claim = "email"
	}
	var err error
	set.Authorize, set.Token, err = s.issuers.Endpoints(ctx, issuers.Issuer{URL: in.Issuer})
	if err != nil {
		return nil, fmt.Errorf("ask the issuer: %w", err)
	}
	return set, nil
}

func sourceInfo(s *directory.IdentitySource) IdentitySourceInfo {
	info := IdentitySourceInfo{Directory: s.Store, Passwords: s.Passwords, Changed: s.Changed}
	switch {
	case s.SAML != nil:
		info.Kind, info.Provider = "SAML", s.SAML.EntityID
		info.EntityID, info.ConsumerURL = portal.EntityID(s.Origin, s.Store), portal.ConsumerURL(s.Origin, s.Store)
		info.Metadata = info.EntityID + "/metadata"
	case s.OIDC != nil:
		info.Kind, info.Provider, info.RedirectURI = "OIDC", s.OIDC.Issuer, portal.CallbackURL(s.Origin, s.Store)
	}
	return info
}

// unset is what a provider of an identity store that has none would be told: its
// administrator needs that before there is metadata to set it with.
func (s *Server) unset(store string) IdentitySourceInfo {
	info := IdentitySourceInfo{Directory: store, Kind: "none", Passwords: true}
	if s.url != "" {
		info.EntityID, info.ConsumerURL = portal.EntityID(s.url, store), portal.ConsumerURL(s.url, store)
		info.Metadata, info.RedirectURI = info.EntityID+"/metadata", portal.CallbackURL(s.url, store)
	}
	return info
}

// IdentitySources lists the identity providers of all identity stores.
func (s *Server) IdentitySources(ctx context.Context) ([]IdentitySourceInfo, error) {
	view, err := s.dir.View(ctx)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	found := []IdentitySourceInfo{}
	view.IdentityStores(func(i *directory.IdentityStore) bool {
		if set, ok := view.IdentitySource(i.ID); ok {
			found = append(found, sourceInfo(set))
		} else {
			found = append(found, s.unset(i.ID))
		}
		return true
	})
	return found, view.Err()
}

// RemoveIdentitySource has the people of an identity store sign in with their
// passwords again.
func (s *Server) RemoveIdentitySource(ctx context.Context, store string) (IdentitySourceInfo, error) {
	var gone IdentitySourceInfo
	err := s.dir.Update(ctx, func(tx *directory.Tx) error {
		id, err := storeOf(&tx.Reader, store)
		if err != nil {
			return err
		}
		set, ok := tx.IdentitySource(id)
		if !ok {
			return fmt.Errorf("the directory %s has no identity provider", id)
		}
		gone = sourceInfo(set)
		tx.DeleteIdentitySource(id)
		return nil
	})
	return gone, err
}

// withExternal adds to the portal's pages that people sign in elsewhere.
func (s *Server) withExternal(pages http.Handler) (http.Handler, error) {
	return portal.WithExternal(pages, portal.External{
		Redeem: func(ctx context.Context, at *directory.OIDCSource, secret string, form url.Values) (string, error) {
			return s.issuers.Redeem(ctx, issuers.Issuer{URL: at.Issuer}, at.Token, issuers.Client{ID: at.ClientID, Secret: secret}, form)
		},
		Verify: s.verifyToken,
	})
}

// verifyToken answers who a token of an issuer speaks of.
func (s *Server) verifyToken(ctx context.Context, issuer, token string, rules oidc.Rules) (*oidc.Identity, error) {
	return s.issuers.Verify(ctx, issuers.Issuer{URL: issuer}, token, rules)
}

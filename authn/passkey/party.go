package passkey

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Party is the site that keys are for. Only PartyOf makes one.
type Party struct {
	id     string // the host's name
	origin string
}

// ErrNoName tells of a site that browsers make no keys for.
var ErrNoName = errors.New("passkeys need a host name, and HTTPS unless it is localhost")

// PartyOf is the site whose pages are at an origin, such as
// https://sso.example.com. Browsers make keys for names only, not for
// addresses, and without TLS for localhost alone.
//
// Source: https://www.w3.org/TR/webauthn-3/#relying-party-identifier
func PartyOf(origin string) (Party, error) {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return Party{}, ErrNoName
	}
	host := strings.ToLower(u.Hostname())
	local := host == "localhost" || strings.HasSuffix(host, ".localhost")
	if u.Scheme != "https" && (u.Scheme != "http" || !local) || isAddress(host) || protocol.ValidateRPID(host) != nil {
		return Party{}, ErrNoName
	}
	return Party{host, u.Scheme + "://" + strings.ToLower(u.Host)}, nil
}

func isAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}

// ID is the name that keys of the site are bound to.
func (p Party) ID() string { return p.id }

// library is the checking of the site's ceremonies.
func (p Party) library() (*webauthn.WebAuthn, error) {
	if p.id == "" {
		return nil, ErrNoName
	}
	return webauthn.New(&webauthn.Config{
		RPID: p.id, RPDisplayName: "rolecall access portal", RPOrigins: []string{p.origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			UserVerification: protocol.VerificationRequired, ResidentKey: protocol.ResidentKeyRequirementPreferred,
		},
	})
}

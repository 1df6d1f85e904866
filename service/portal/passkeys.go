package portal

import (
	"net"
	"net/http"
	"net/url"

	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/passkey"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// site is the site that passkeys are for. Where the server is reached by a name
// it is that one, whatever host a request names; otherwise only a browser on
// this machine is believed, which comes to localhost.
func (h *handler) site(r *http.Request) (passkey.Party, error) {
	if !h.nearby {
		return passkey.PartyOf(h.origin)
	}
	scheme := "http://"
	if r.TLS != nil {
		scheme = "https://"
	}
	p, err := passkey.PartyOf(scheme + r.Host)
	if err == nil && p.ID() != "localhost" {
		return passkey.Party{}, passkey.ErrNoName
	}
	return p, err
}

// nearby tells whether a server is reached from its own machine alone, as far as
// its address says.
func nearby(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return address == "" || u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// keysFor are a person's passkeys for a site.
func keysFor(p *directory.Person, site string) (keys []passkey.Key) {
	for _, d := range p.Devices {
		if d.Kind == directory.PasskeyDevice && d.Site == site && site != "" {
			keys = append(keys, passkey.Key{ID: d.Handle, Public: d.Public, Count: d.Count, Synced: d.Synced, Transports: d.Transports})
		}
	}
	return keys
}

func hasPasskey(p *directory.Person) bool {
	for _, d := range p.Devices {
		if d.Kind == directory.PasskeyDevice {
			return true
		}
	}
	return false
}

// ownerOf is a person as passkeys know one. The handle tells nothing.
func ownerOf(p *directory.Person, keys []passkey.Key) passkey.Person {
	display := p.DisplayName
	if display == "" {
		display = p.UserName
	}
	return passkey.Person{Handle: bearer.Hash("passkeys\x00" + p.Store + "\x00" + p.ID)[:64], Name: p.UserName, Display: display, Keys: keys}
}

// stepHash is the key of a step: of one browser's token, and of what is done.
func stepHash(kind, token string) string { return bearer.Hash(kind + "\x00" + token) }

// remember writes a step down.
func (h *handler) remember(r *http.Request, s *directory.FactorStep) error {
	return h.Directory.Update(r.Context(), func(tx *directory.Tx) error {
		tx.ForgetExpired(h.Now().UTC())
		tx.PutFactorStep(s)
		return nil
	})
}

// script is the one script of the portal: browsers have no other way to ask a
// passkey. It is run on the pages that name it with their own nonce.
func (h *handler) script(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "text/javascript; charset=utf-8")
	_, _ = w.Write(h.js) // nobody is left to tell
}

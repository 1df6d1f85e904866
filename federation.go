package rolecall

import (
	"crypto/x509"

	"github.com/rolecall-iam/rolecall/service/sts/issuers"
)

// Issuers says how the issuers of web identity tokens are asked for the keys
// that they sign with. The zero value asks by HTTPS and trusts the authorities
// that the system trusts; a provider's thumbprints count beside them.
type Issuers struct {
	// Trusted are further authorities that may sign the certificates of issuers.
	Trusted []*x509.Certificate

	// LoopbackHTTP takes plain HTTP from issuers on the loopback address.
	LoopbackHTTP bool

	// Addresses are the addresses to connect to in place of those of certain
	// hosts, so that a test's own issuer can stand in for a real one:
	// "token.actions.githubusercontent.com" to "127.0.0.1:8443". Certificates
	// must still be for the host.
	Addresses map[string]string
}

// askIssuers makes what asks issuers and remembers their answers.
func askIssuers(c Config) *issuers.Issuers {
	return issuers.New(issuers.Config{
		Trusted: c.Issuers.Trusted, LoopbackHTTP: c.Issuers.LoopbackHTTP, Addresses: c.Issuers.Addresses,
		Now: c.Now, Log: c.Log,
	})
}

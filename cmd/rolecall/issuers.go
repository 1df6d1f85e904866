package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"net"
	"os"

	"github.com/rolecall-iam/rolecall"
)

// issuerFlags say how issuers of web identity tokens are asked for their keys.
type issuerFlags struct {
	TrustedCAFile            []string          `help:"PEM file of authorities that may sign the certificates of token issuers, beside the system's. May be given several times." placeholder:"FILE" env:"ROLECALL_TRUSTED_CA_FILE"`
	AllowHTTPLoopbackIssuers bool              `name:"allow-http-loopback-issuers" help:"Take plain HTTP from token issuers on the loopback address." env:"ROLECALL_ALLOW_HTTP_LOOPBACK_ISSUERS"`
	IssuerAddress            map[string]string `help:"Connect to this address in place of a token issuer's own, so that a test's issuer stands in for a real one." placeholder:"HOST=ADDRESS:PORT" env:"ROLECALL_ISSUER_ADDRESS"`
}

func (f *issuerFlags) issuers() (rolecall.Issuers, error) {
	issuers := rolecall.Issuers{LoopbackHTTP: f.AllowHTTPLoopbackIssuers, Addresses: f.IssuerAddress}
	for host, address := range f.IssuerAddress {
		if _, _, err := net.SplitHostPort(address); err != nil {
			return issuers, fmt.Errorf("%w: the address of %s needs a port: %s", errUsage, host, address)
		}
	}
	for _, name := range f.TrustedCAFile {
		authorities, err := readAuthorities(name)
		if err != nil {
			return issuers, err
		}
		issuers.Trusted = append(issuers.Trusted, authorities...)
	}
	return issuers, nil
}

// readAuthorities reads the certificates of a PEM file. A file without any is
// an error: somebody meant some.
func readAuthorities(name string) ([]*x509.Certificate, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("%w: read the trusted authorities: %w", errUsage, err)
	}
	var found []*x509.Certificate
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			break
		}
		if block.Type != "CERTIFICATE" {
			continue
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("%w: read the trusted authorities in %s: %w", errUsage, name, err)
		}
		found = append(found, c)
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("%w: %s has no certificates in it", errUsage, name)
	}
	return found, nil
}

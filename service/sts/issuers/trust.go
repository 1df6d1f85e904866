package issuers

import (
	"context"
	"crypto/sha1" // thumbprints are SHA-1, as at AWS
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"syscall"
)

// dialer connects to one issuer.
type dialer struct {
	*Issuers
	issuer Issuer
	// anywhere is false for a host that the issuer names and is not itself:
	// that may not be on this machine.
	anywhere bool
}

// plain connects by plain HTTP, which goes to this machine alone.
func (d *dialer) plain(ctx context.Context, network, address string) (net.Conn, error) {
	return d.dial(ctx, network, address, func(ip netip.Addr) error {
		if !ip.IsLoopback() {
			return errors.New("plain HTTP is for the loopback address")
		}
		return nil
	})
}

// secure connects by TLS and looks at the certificate.
func (d *dialer) secure(ctx context.Context, network, address string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	conn, err := d.dial(ctx, network, address, func(ip netip.Addr) error {
		if !d.anywhere && (ip.IsLoopback() || ip.IsLinkLocalUnicast() || ip.IsUnspecified() || ip.IsMulticast()) {
			return errors.New("the issuer names an address on this machine or its link")
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	secured := tls.Client(conn, &tls.Config{
		ServerName: host, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}, Time: d.config.Now,
		InsecureSkipVerify: true, // VerifyConnection does, with thumbprints, too
		VerifyConnection:   func(s tls.ConnectionState) error { return d.verify(s.PeerCertificates, host) },
	})
	if err := secured.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secured, nil
}

// dial connects to a host's address, or to the one that is configured for it.
// allowed looks at the address that a name came to.
func (d *dialer) dial(ctx context.Context, network, address string, allowed func(netip.Addr) error) (net.Conn, error) {
	if other, ok := d.config.instead(address); ok {
		return new(net.Dialer).DialContext(ctx, network, other)
	}
	n := net.Dialer{Control: func(_, resolved string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(resolved)
		if err != nil {
			return err
		}
		return allowed(to.Addr().Unmap())
	}}
	return n.DialContext(ctx, network, address)
}

// instead is the address that is configured for a host, with or without its
// port.
func (c *Config) instead(address string) (string, bool) {
	if other, ok := c.Addresses[address]; ok {
		return other, true
	}
	host, _, _ := net.SplitHostPort(address)
	other, ok := c.Addresses[host]
	return other, ok
}

// trusted are the system's authorities and more. Without those of the system,
// on a machine that has none, there are only the others.
func trusted(more []*x509.Certificate) *x509.CertPool {
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	for _, c := range more {
		pool.AddCert(c)
	}
	return pool
}

// verify takes a chain of certificates that leads to a trusted authority, or to
// a certificate with a registered thumbprint; both for the host and for now.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_verify-thumbprint.html
// ("By using the CA's certificate thumbprint, you trust any certificate issued by that CA with the same
// DNS name as the one registered")
func (d *dialer) verify(chain []*x509.Certificate, host string) error {
	if len(chain) == 0 {
		return ErrCertificate
	}
	between := x509.NewCertPool()
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	options := x509.VerifyOptions{DNSName: host, Intermediates: between, Roots: d.roots(), CurrentTime: d.config.Now()}
	if _, err := chain[0].Verify(options); err == nil {
		return nil
	}
	options.Roots = x509.NewCertPool()
	for _, c := range chain {
		sum := sha1.Sum(c.Raw)
		if print := hex.EncodeToString(sum[:]); slices.ContainsFunc(d.issuer.Thumbprints, func(t string) bool { return strings.EqualFold(t, print) }) {
			options.Roots.AddCert(c)
		}
	}
	if _, err := chain[0].Verify(options); err != nil {
		return ErrCertificate
	}
	return nil
}

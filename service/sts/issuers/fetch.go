package issuers

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/rolecall-iam/rolecall/authn/oidc"
)

const (
	// maxDocument is how large a discovery document or a key set may be.
	maxDocument = 256 << 10
	maxHeader   = 32 << 10
	// maxRedirects is how often a host may send the asker to another of its own
	// addresses.
	maxRedirects = 3
)

// fetch asks for the discovery document and for the keys.
func (i *Issuers) fetch(ctx context.Context, issuer Issuer) (*oidc.KeySet, error) {
	home, err := url.Parse(issuer.URL)
	if err != nil {
		return nil, fmt.Errorf("read the issuer's URL: %w", err)
	}
	document, err := i.get(ctx, issuer, home, oidc.DiscoveryURL(issuer.URL))
	if err != nil {
		return nil, fmt.Errorf("get the discovery document: %w", err)
	}
	address, err := oidc.ParseDiscovery(document, issuer.URL)
	if err != nil {
		return nil, err
	}
	if address.Scheme == "http" && (home.Scheme != "http" || address.Host != home.Host) {
		return nil, errors.New("the keys are not published by HTTPS")
	}
	document, err = i.get(ctx, issuer, home, address.String())
	if err != nil {
		return nil, fmt.Errorf("get the keys: %w", err)
	}
	return oidc.ParseKeys(document)
}

// get reads one document.
func (i *Issuers) get(ctx context.Context, issuer Issuer, home *url.URL, address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "rolecall")
	d := &dialer{Issuers: i, issuer: issuer, anywhere: r.URL.Hostname() == home.Hostname()}
	transport := &http.Transport{
		DialContext: d.plain, DialTLSContext: d.secure,
		DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: maxHeader,
	}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: sameHost}
	res, err := client.Do(r)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the answer is %d", res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxDocument+1))
	if err == nil && len(body) > maxDocument {
		err = errors.New("the answer is too long")
	}
	return body, err
}

// sameHost lets a host redirect to itself, without leaving HTTPS.
func sameHost(r *http.Request, via []*http.Request) error {
	first := via[0].URL
	if r.URL.Scheme != first.Scheme || r.URL.Host != first.Host {
		return errors.New("redirected to another host")
	}
	if len(via) > maxRedirects {
		return errors.New("redirected too often")
	}
	return nil
}

// onLoopback tells whether a URL is one of this machine's own address.
func onLoopback(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	if u.Hostname() == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return err == nil && ip.Unmap().IsLoopback()
}

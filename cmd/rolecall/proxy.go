package main

import (
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// proxyFlags say who may tell whom a request came from. Without one nobody may:
// anyone can send a header.
type proxyFlags struct {
	TrustedProxy []string `help:"Address or network of a proxy whose X-Forwarded-For and X-Forwarded-Proto are believed: whom a call comes from, and whether by HTTPS. May be given several times." placeholder:"10.0.0.0/8" env:"ROLECALL_TRUSTED_PROXY"`
}

// proxies reads the flags.
func (f *proxyFlags) proxies() (proxies, error) {
	var p proxies
	for _, text := range f.TrustedProxy {
		network, err := netip.ParsePrefix(text)
		if err != nil {
			address, err := netip.ParseAddr(text)
			if err != nil {
				return nil, fmt.Errorf("%w: --trusted-proxy %s is no address and no network such as 10.0.0.0/8", errUsage, text)
			}
			network = netip.PrefixFrom(address, address.BitLen())
		}
		p = append(p, network)
	}
	return p, nil
}

// proxies are networks of proxies that are believed.
type proxies []netip.Prefix

func (p proxies) have(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return slices.ContainsFunc(p, func(n netip.Prefix) bool { return n.Contains(a) })
}

// believed is a handler that takes from proxies' requests whom they are for.
// Each proxy adds whom it was asked by at the end of X-Forwarded-For; what
// stands before the last that is no proxy of ours, anyone may have written.
func (p proxies) believed(h http.Handler) http.Handler {
	if len(p) == 0 {
		return h
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !p.have(peer.Addr()) {
			h.ServeHTTP(w, r)
			return
		}
		r = r.Clone(r.Context())
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for _, hop := range slices.Backward(hops) {
			a, err := netip.ParseAddr(strings.Trim(strings.TrimSpace(hop), "[]"))
			if err != nil {
				break
			}
			r.RemoteAddr = net.JoinHostPort(a.Unmap().WithZone("").String(), "0")
			if !p.have(a) {
				break
			}
		}
		protocols := strings.Split(strings.Join(r.Header.Values("X-Forwarded-Proto"), ","), ",")
		if r.TLS == nil && strings.EqualFold(strings.TrimSpace(protocols[len(protocols)-1]), "https") {
			r.TLS = &tls.ConnectionState{} // of which nothing more is known
		}
		h.ServeHTTP(w, r)
	})
}

package service

import (
	"net"
	"net/http"
	"net/netip"

	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/authz"
)

// conditionKeys are those of the caller and of the request as it came in.
func (c *Call) conditionKeys() authz.Context {
	var keys authz.Context
	who := authz.Caller{Principal: c.Caller.Principal, Tags: c.Caller.tags()}
	if s := c.Caller.Session; s != nil {
		who.IssuedAt, who.MFAAt, who.SourceIdentity = s.IssuedAt, s.MFATime, s.SourceIdentity
		if s.Kind == session.AssumedRoot {
			keys.Set("aws:AssumedRoot", "true")
		}
	}
	keys.AddCaller(who, c.Now)
	c.Caller.addClaims(&keys)
	keys.AddCall(authz.Call{
		Time:            c.Now,
		SecureTransport: c.http.TLS != nil,
		SourceIP:        sourceIP(c.http),
		UserAgent:       c.http.UserAgent(),
		Region:          c.Region,
	})
	return keys
}

// sourceIP is the address of the connection. What a header says has no say:
// anyone can send one.
func sourceIP(r *http.Request) netip.Addr {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return netip.Addr{}
	}
	addr, _ := netip.ParseAddr(host) // the zero address where there is none
	return addr
}

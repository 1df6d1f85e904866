package sigv4

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxSkew is how far a signature's time may lie from ours, either way.
//
// Source: STS words both as 15 minutes (github.com/aws/aws-cli/issues/6676
// and its mirror "is still later than ... + 15 min.").
const maxSkew = 15 * time.Minute

// maxExpires is the longest life S3 lets a presigned request ask for.
const maxExpires = 7 * 24 * time.Hour

// hasQueryAuth tells whether a query claims to hold a signature. Any of the
// three parameters is enough, so that a damaged one is refused as such and
// not taken for an anonymous request.
func hasQueryAuth(query string) bool {
	return strings.Contains(query, "X-Amz-") && (strings.Contains(query, "X-Amz-Algorithm") ||
		strings.Contains(query, "X-Amz-Signature") || strings.Contains(query, "X-Amz-Credential"))
}

// presign is the values of a presigned request's parameters, in the order of
// presignNames.
type presign [len(presignNames)]string

// The places in a presign. AWS lists what is missing in this order, and the
// first five must be there.
const (
	presignAlgorithm = iota
	presignCredential
	presignSignature
	presignSignedHeaders
	presignDate
	presignExpires
	presignToken
	presignSHA256
	presignRequired = presignExpires
)

var presignNames = [...]string{
	"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date",
	"X-Amz-Expires", "X-Amz-Security-Token", "X-Amz-Content-Sha256",
}

// parseQuery reads a signature from the query of a presigned request.
func (a *Authorization) parseQuery() error {
	a.Presigned = true
	p, err := readPresign(a.request.URL.RawQuery)
	if err != nil {
		return err
	}
	if missing := p.missing(); missing != "" {
		return refuse(BadPresign, missing+"Re-examine the query-string parameters.")
	}
	if p[presignAlgorithm] != algorithm {
		return badAlgorithm(p[presignAlgorithm])
	}
	a.signature, a.SignedHeaders = p[presignSignature], p[presignSignedHeaders]
	a.Token, a.ContentSHA256 = p[presignToken], p[presignSHA256]
	inHeader, err := single(a.request.Header, "X-Amz-Security-Token")
	if err != nil {
		return err
	}
	if inHeader != "" && a.Token != "" {
		return refuse(Incomplete, "Found 'X-Amz-Security-Token' both as a query-string param and as HTTP header.")
	}
	if a.Token == "" {
		a.Token = inHeader
	}
	if err := a.parseScope(p[presignCredential], p[presignDate]); err != nil {
		return err
	}
	return a.parseExpires(p[presignExpires])
}

// readPresign picks the signature's parameters out of a query. Each may be
// there once.
func readPresign(query string) (presign, error) {
	var p presign
	var seen [len(presignNames)]bool
	for query != "" {
		var pair string
		pair, query, _ = strings.Cut(query, "&")
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return p, NewError(BadQuery)
		}
		i := slices.Index(presignNames[:], name)
		if i < 0 {
			continue
		}
		if seen[i] {
			return p, refuse(BadPresign, "Found more than one '"+name+"' query-string param.")
		}
		seen[i] = true
		if p[i], err = url.QueryUnescape(value); err != nil {
			return p, NewError(BadQuery)
		}
	}
	return p, nil
}

// missing lists the parameters that are not there, in AWS's order and words.
func (p *presign) missing() string {
	var b strings.Builder
	for i, name := range presignNames[:presignRequired] {
		if p[i] == "" {
			b.WriteString("AWS query-string parameters must include '" + name + "'. ")
		}
	}
	return b.String()
}

// parseExpires reads the life that a presigned request asks for. S3 demands
// it and holds it to a week; elsewhere it is optional.
func (a *Authorization) parseExpires(s string) error {
	if s == "" {
		if isS3(a.Service) {
			return refuse(BadPresign, "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "+
				"X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.")
		}
		return nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil:
		return refuse(BadPresign, "X-Amz-Expires should be a number")
	case n < 0:
		return refuse(BadPresign, "X-Amz-Expires must be non-negative")
	case n > int64(maxExpires/time.Second):
		return refuse(BadPresign, "X-Amz-Expires must be less than a week (in seconds); "+
			"that is, the given X-Amz-Expires must be less than 604800 seconds")
	}
	a.Expires = time.Duration(n) * time.Second
	return nil
}

// checkTime refuses a signature from another time. A request signed in its
// headers is good for 15 minutes either way. One presigned for S3 is good
// from its date, less the same skew, for as long as it says. One presigned
// for another service is good for 15 minutes whatever it says, as STS has it.
//
// Source: the comment on presignedURLExpiration in pkg/token/token.go of
// github.com/kubernetes-sigs/aws-iam-authenticator.
func (a *Authorization) checkTime(now time.Time) error {
	now = now.UTC()
	if a.Time.After(now.Add(maxSkew)) {
		return tooNew(a.Time, now)
	}
	if a.Presigned && isS3(a.Service) {
		if now.After(a.Time.Add(a.Expires)) {
			return refuse(PresignExpired, "Request has expired")
		}
		return nil
	}
	if a.Time.Before(now.Add(-maxSkew)) {
		e := tooOld(a.Time, now)
		if a.Presigned {
			e.Kind = PresignExpired
		}
		return e
	}
	return nil
}

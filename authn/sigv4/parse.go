package sigv4

import (
	"net/http"
	"strings"
	"time"
)

// algorithm is the only one that is spoken here.
const algorithm = "AWS4-HMAC-SHA256"

// maxHeader bounds the Authorization header. Those of real clients stay
// below 1,000 bytes; the session token travels in a header of its own.
const maxHeader = 8 << 10

// Payload tells what the signature says about the body.
type Payload uint8

// The ways to sign a body. The zero Payload is none of them.
const (
	_               Payload = iota
	PayloadHash             // the hash of the body is signed
	PayloadUnsigned         // UNSIGNED-PAYLOAD: the body is not covered
	PayloadStream           // STREAMING-...: chunks carry signatures of their own
)

// Authorization is a request's claim to come from the holder of an access
// key, as Parse read it. Nothing in it is proven before Verify says so.
type Authorization struct {
	AccessKeyID   string
	Date          string // YYYYMMDD of the credential scope
	Region        string
	Service       string
	SignedHeaders string // lower case, sorted, joined by semicolons
	Token         string // session token, empty for long-term keys
	Time          time.Time
	Presigned     bool          // signed in the query
	Expires       time.Duration // life that a presigned request asks for
	Payload       Payload
	ContentSHA256 string // the body's hash as claimed, if claimed

	credential string // the whole Credential, key of the cache of signing keys
	timestamp  string // Time as the string to sign has it
	signature  string
	request    *http.Request
}

// Parse reads who claims to have signed r. It judges form alone: a nil error
// means that Verify can be asked, not that anything is true. The answer
// refers to r, which must not change before Verify.
func Parse(r *http.Request) (a Authorization, err error) {
	a.request = r
	header, err := single(r.Header, "Authorization")
	if err != nil {
		return a, err
	}
	presigned := hasQueryAuth(r.URL.RawQuery)
	switch {
	case header != "" && presigned:
		return a, refuse(Incomplete, "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")
	case presigned:
		err = a.parseQuery()
	default:
		err = a.parseHeader(header)
	}
	if err != nil {
		return a, err
	}
	return a, a.parsePayload()
}

// single answers the one value of a header. A header that decides who is
// asking must not have two.
func single(h http.Header, name string) (string, error) {
	switch v := h[name]; len(v) {
	case 0:
		return "", nil
	case 1:
		return v[0], nil
	}
	return "", refuse(Incomplete, "Found more than one '"+name+"' HTTP header.")
}

// parseHeader reads a signature from the Authorization header.
func (a *Authorization) parseHeader(header string) error {
	if len(header) > maxHeader {
		return refuse(Incomplete, "Authorization header is too long.")
	}
	scheme, rest, _ := strings.Cut(header, " ")
	if !strings.HasPrefix(scheme, "AWS4-") {
		return NewError(MissingAuthentication)
	}
	if scheme != algorithm {
		return badAlgorithm(scheme)
	}
	credential, err := a.parsePairs(rest, header)
	if err != nil {
		return err
	}
	timestamp, err := single(a.request.Header, "X-Amz-Date")
	if err != nil {
		return err
	}
	if timestamp == "" {
		if timestamp, err = single(a.request.Header, "Date"); err != nil {
			return err
		}
	}
	if missing := a.missing(credential, timestamp); missing != "" {
		return refuse(Incomplete, missing+"(Hashed with SHA-256 and encoded with Base64) Authorization="+hashed(header))
	}
	if a.Token, err = single(a.request.Header, "X-Amz-Security-Token"); err != nil {
		return err
	}
	return a.parseScope(credential, timestamp)
}

func badAlgorithm(got string) error {
	return refuse(Incomplete, "Unsupported AWS 'algorithm': '"+shown(got)+"' (only AWS4-HMAC-SHA256 for now). ")
}

// parsePairs reads Credential=..., SignedHeaders=..., Signature=... in any
// order and answers the credential.
func (a *Authorization) parsePairs(s, header string) (credential string, err error) {
	for s != "" {
		// The parts are separated by commas, spaces or both.
		var pair string
		pair, s = cutPair(s)
		if pair == "" {
			continue
		}
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return "", refuse(Incomplete, "Invalid key=value pair (missing equal-sign) in Authorization header "+
				"(hashed with SHA-256 and encoded with Base64): '"+hashed(header)+"'.")
		}
		var field *string
		switch name {
		case "Credential":
			field = &credential
		case "SignedHeaders":
			field = &a.SignedHeaders
		case "Signature":
			field = &a.signature
		default:
			continue
		}
		if *field != "" {
			return "", refuse(Incomplete, "Authorization header has more than one '"+name+"' parameter.")
		}
		*field = value
	}
	return credential, nil
}

// cutPair cuts s at its first comma or space.
func cutPair(s string) (pair, rest string) {
	pair, rest, _ = strings.Cut(s, ",")
	if i := strings.IndexByte(pair, ' '); i >= 0 {
		return s[:i], s[i+1:]
	}
	return pair, rest
}

// missing lists what an Authorization header lacks, in AWS's order and words.
func (a *Authorization) missing(credential, timestamp string) string {
	var b strings.Builder
	for _, part := range [...]struct{ name, value string }{
		{"Credential", credential}, {"Signature", a.signature}, {"SignedHeaders", a.SignedHeaders},
	} {
		if part.value == "" {
			b.WriteString("Authorization header requires '" + part.name + "' parameter. ")
		}
	}
	if timestamp == "" {
		b.WriteString("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ")
	}
	return b.String()
}

// parseScope reads the credential scope and the time, and checks that they
// agree and that the headers which must be signed are named.
func (a *Authorization) parseScope(credential, timestamp string) error {
	if err := a.parseTime(timestamp); err != nil {
		return err
	}
	if err := a.checkSignedHeaders(); err != nil {
		return err
	}
	parts, ok := splitCredential(credential)
	if !ok {
		return refuse(Incomplete, "Credential must have exactly 5 slash-delimited elements, "+
			"e.g. keyid/date/region/service/term, got '"+shown(hideKey(credential))+"'")
	}
	a.AccessKeyID, a.Date, a.Region, a.Service, a.credential = parts[0], parts[1], parts[2], parts[3], credential
	var wrong strings.Builder
	if a.Region == "" {
		wrong.WriteString("Credential should be scoped to a valid region. ")
	}
	if a.Service == "" {
		wrong.WriteString("Credential should be scoped to correct service. ")
	}
	if parts[4] != "aws4_request" {
		wrong.WriteString("Credential should be scoped with a valid terminator: 'aws4_request', not '" + shown(parts[4]) + "'. ")
	}
	if a.Date != a.timestamp[:8] {
		wrong.WriteString("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '" +
			shown(a.Date) + "' != '" + a.timestamp[:8] + "', from '" + a.timestamp + "'.")
	}
	if wrong.Len() > 0 {
		return refuse(WrongScope, wrong.String())
	}
	if a.AccessKeyID == "" {
		return NewError(UnknownKey)
	}
	return nil
}

// splitCredential cuts keyid/date/region/service/terminator.
func splitCredential(s string) (parts [5]string, ok bool) {
	for i := range 4 {
		if parts[i], s, ok = strings.Cut(s, "/"); !ok {
			return parts, false
		}
	}
	parts[4] = s
	return parts, !strings.Contains(s, "/")
}

// hideKey blots out what stands in the place of the key ID. Someone who
// swapped key ID and secret must not find the secret in a log.
func hideKey(credential string) string {
	parts := strings.Split(credential, "/")
	if keep := len(parts) - 4; keep > 0 {
		return "***/" + strings.Join(parts[keep:], "/")
	}
	return "***"
}

// parseTime reads X-Amz-Date, or a Date header in HTTP's own form.
func (a *Authorization) parseTime(s string) error {
	if t, ok := parseISO(s); ok {
		a.Time, a.timestamp = t, s
		return nil
	}
	if t, err := http.ParseTime(s); err == nil && !a.Presigned {
		a.Time = t.UTC()
		a.timestamp = a.Time.Format(isoBasic)
		return nil
	}
	return refuse(Incomplete, "Date must be in ISO-8601 'basic format'. Got '"+shown(s)+
		"'. See http://en.wikipedia.org/wiki/ISO_8601")
}

// parseISO reads exactly YYYYMMDDTHHMMSSZ of a day that exists.
func parseISO(s string) (time.Time, bool) {
	if len(s) != len(isoBasic) || s[8] != 'T' || s[15] != 'Z' {
		return time.Time{}, false
	}
	year, month, day := digits(s[:4]), digits(s[4:6]), digits(s[6:8])
	hour, minute, second := digits(s[9:11]), digits(s[11:13]), digits(s[13:15])
	if min(year, month, day, hour, minute, second) < 0 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC)
	return t, t.Day() == day && int(t.Month()) == month
}

// digits reads a number, or answers -1.
func digits(s string) int {
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return -1
		}
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// checkSignedHeaders holds the list of signed headers to its form (ascending,
// so that none is there twice) and to what it must name: the host and every
// x-amz-* header of the request. That each name is a header in lower case is
// found out when its value is looked up.
func (a *Authorization) checkSignedHeaders() error {
	host, amz, last := false, 0, ""
	for rest := a.SignedHeaders; rest != ""; {
		name := rest
		if i := strings.IndexByte(rest, ';'); i >= 0 {
			name, rest = rest[:i], rest[i+1:]
		} else {
			rest = ""
		}
		if name <= last {
			return refuse(Incomplete, "'SignedHeaders' must be the names of headers, sorted, each once, separated by semicolons.")
		}
		last = name
		if name == "host" {
			host = true
		}
		if isAmz(name) {
			amz++
		}
	}
	if !host {
		return refuse(Unsigned, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
	}
	for name := range a.request.Header {
		if isAmz(name) {
			amz--
		}
	}
	// More such headers than names of them: one is not named. A name without
	// a header would hide it here, but not from Verify, which refuses that.
	if amz < 0 {
		return a.unsignedHeader()
	}
	return nil
}

// unsignedHeader names the first x-amz-* header that is not signed.
func (a *Authorization) unsignedHeader() error {
	first := ""
	for name := range a.request.Header {
		name = strings.ToLower(name)
		if isAmz(name) && !strings.Contains(";"+a.SignedHeaders+";", ";"+name+";") && (first == "" || name < first) {
			first = name
		}
	}
	return refuse(Unsigned, "'"+shown(first)+"' must be a 'SignedHeader' in the AWS Authorization.")
}

// isAmz tells whether a header name is one of AWS's own, in either case.
func isAmz(name string) bool {
	return len(name) > 6 && name[0]|0x20 == 'x' && name[1] == '-' && name[5] == '-' && strings.EqualFold(name[2:5], "amz")
}

const unsignedPayload = "UNSIGNED-PAYLOAD"

// parsePayload reads what is said of the body. For services other than S3 the
// claim does not matter: Verify hashes what arrived.
func (a *Authorization) parsePayload() error {
	claim, err := single(a.request.Header, "X-Amz-Content-Sha256")
	if err != nil {
		return err
	}
	if a.ContentSHA256 == "" {
		a.ContentSHA256 = claim
	}
	switch {
	case a.ContentSHA256 == unsignedPayload:
		a.Payload = PayloadUnsigned
	case strings.HasPrefix(a.ContentSHA256, "STREAMING-"):
		a.Payload = PayloadStream
	case a.ContentSHA256 == "" && a.Presigned && isS3(a.Service):
		a.Payload = PayloadUnsigned
	case isS3(a.Service) && a.ContentSHA256 == "":
		return refuse(Incomplete, "Missing required header for this request: x-amz-content-sha256")
	case isS3(a.Service) && !isHash(a.ContentSHA256):
		return refuse(Incomplete, "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid sha256 value.")
	default:
		a.Payload = PayloadHash
	}
	return nil
}

// isHash tells whether s is a SHA-256 sum in lower-case hexadecimal.
func isHash(s string) bool {
	if len(s) != 64 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// isS3 tells which services follow S3's rules for paths and payloads.
func isS3(service string) bool {
	switch service {
	case "s3", "s3-object-lambda", "s3-outposts", "s3express":
		return true
	}
	return false
}

package sigv4

import (
	"bytes"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// scratch is the working memory of one verification.
type scratch struct {
	canonical []byte // the canonical request, then the string to sign
	query     []byte // encoded parameters, in the order they came
	pairs     []pair
	digest    digest
	sum       [32]byte
	hex       [64]byte
}

// pair is where one encoded parameter lies in scratch.query.
type pair struct{ name, value, end int }

// appendRequest appends the canonical request of a to s.canonical.
func (s *scratch) appendRequest(a *Authorization, payload []byte) error {
	r := a.request
	b := append(s.canonical[:0], r.Method...)
	b = append(b, '\n')
	if isS3(a.Service) {
		b = appendObjectPath(b, r.URL.Path)
	} else {
		b = appendPath(b, r.URL.EscapedPath())
	}
	b = append(b, '\n')
	b, ok := s.appendQuery(b, r.URL.RawQuery, a.Presigned)
	if !ok {
		return NewError(BadQuery)
	}
	b = append(b, '\n')
	for rest := a.SignedHeaders; rest != ""; {
		var name string
		name, rest, _ = strings.Cut(rest, ";")
		b = append(b, name...)
		b = append(b, ':')
		if b, ok = appendHeader(b, r, name); !ok {
			return refuse(Incomplete, "'"+shown(name)+"' is named as a SignedHeader, but it does not exist in the HTTP request.")
		}
		b = append(b, '\n')
	}
	b = append(b, '\n')
	b = append(b, a.SignedHeaders...)
	b = append(b, '\n')
	s.canonical = append(b, payload...)
	return nil
}

// appendHeader appends the value of a header: each value trimmed and its runs
// of spaces made one, several joined by commas.
func appendHeader(b []byte, r *http.Request, name string) ([]byte, bool) {
	if name == "host" {
		return appendTrimmed(b, r.Host), true
	}
	values := lookup(r.Header, name)
	if len(values) == 0 {
		return appendImplied(b, r, name)
	}
	for i, v := range values {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendTrimmed(b, v)
	}
	return b, true
}

// appendImplied appends a header that net/http keeps elsewhere.
func appendImplied(b []byte, r *http.Request, name string) ([]byte, bool) {
	switch {
	case name == "content-length" && r.ContentLength >= 0:
		return strconv.AppendInt(b, r.ContentLength, 10), true
	case name == "transfer-encoding" && len(r.TransferEncoding) > 0:
		return append(b, strings.Join(r.TransferEncoding, ",")...), true
	}
	return b, false
}

// lookup finds a header by its name in lower case. A name with a capital
// finds nothing: it would be a second name for the same header.
func lookup(h http.Header, name string) []string {
	if usual := usualName(name); usual != "" {
		return h[usual]
	}
	var short [64]byte
	buf := short[:]
	if len(name) > len(buf) {
		buf = make([]byte, len(name))
	}
	upper := true
	for i := range len(name) {
		c := name[i]
		if 'A' <= c && c <= 'Z' {
			return nil
		}
		if upper && 'a' <= c && c <= 'z' {
			c -= 'a' - 'A'
		}
		upper = c == '-'
		buf[i] = c
	}
	return h[string(buf[:len(name)])]
}

// usualName spells the headers that every client signs as net/http does. It
// answers nothing for the others.
func usualName(name string) string {
	switch name {
	case "accept-encoding":
		return "Accept-Encoding"
	case "amz-sdk-invocation-id":
		return "Amz-Sdk-Invocation-Id"
	case "amz-sdk-request":
		return "Amz-Sdk-Request"
	case "content-length":
		return "Content-Length"
	case "content-type":
		return "Content-Type"
	case "x-amz-content-sha256":
		return "X-Amz-Content-Sha256"
	case "x-amz-date":
		return "X-Amz-Date"
	case "x-amz-security-token":
		return "X-Amz-Security-Token"
	case "x-amz-target":
		return "X-Amz-Target"
	}
	return ""
}

func appendTrimmed(b []byte, v string) []byte {
	for v != "" && (v[0] == ' ' || v[0] == '\t') {
		v = v[1:]
	}
	for v != "" && (v[len(v)-1] == ' ' || v[len(v)-1] == '\t') {
		v = v[:len(v)-1]
	}
	for {
		i := strings.Index(v, "  ")
		if i < 0 {
			return append(b, v...)
		}
		b = append(b, v[:i+1]...)
		v = strings.TrimLeft(v[i:], " ")
	}
}

// appendQuery appends the parameters, decoded and encoded again in AWS's one
// way, sorted by name and then by value. A plus sign is a space. The
// signature of a presigned request does not cover itself.
func (s *scratch) appendQuery(b []byte, raw string, presigned bool) ([]byte, bool) {
	if raw == "" {
		return b, true
	}
	if !s.recode(raw, presigned) {
		return b, false
	}
	q := s.query
	slices.SortFunc(s.pairs, func(x, y pair) int {
		if c := bytes.Compare(q[x.name:x.value], q[y.name:y.value]); c != 0 {
			return c
		}
		return bytes.Compare(q[x.value:x.end], q[y.value:y.end])
	})
	for i, p := range s.pairs {
		if i > 0 {
			b = append(b, '&')
		}
		b = append(b, q[p.name:p.value]...)
		b = append(b, '=')
		b = append(b, q[p.value:p.end]...)
	}
	return b, true
}

// recode puts the encoded parameters of a query into s.query, one after the
// other, and where they lie into s.pairs.
func (s *scratch) recode(raw string, presigned bool) (ok bool) {
	s.query, s.pairs = s.query[:0], s.pairs[:0]
	for raw != "" {
		var param string
		param, raw, _ = strings.Cut(raw, "&")
		if param == "" {
			continue
		}
		name, value, _ := strings.Cut(param, "=")
		p := pair{name: len(s.query)}
		if s.query, ok = appendRecoded(s.query, name); !ok {
			return false
		}
		if presigned && string(s.query[p.name:]) == "X-Amz-Signature" {
			s.query = s.query[:p.name]
			continue
		}
		p.value = len(s.query)
		if s.query, ok = appendRecoded(s.query, value); !ok {
			return false
		}
		p.end = len(s.query)
		s.pairs = append(s.pairs, p)
	}
	return true
}

// appendRecoded decodes a piece of a query and encodes it in AWS's way. It
// answers false for a percent sign that is not followed by two digits, which
// readers of queries do not agree upon.
func appendRecoded(b []byte, s string) ([]byte, bool) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch c {
		case '+':
			c = ' '
		case '%':
			if i+2 >= len(s) {
				return b, false
			}
			hi, lo := unhex(s[i+1]), unhex(s[i+2])
			if hi < 0 || lo < 0 {
				return b, false
			}
			c = byte(hi<<4 | lo)
			i += 2
		}
		b = appendEncoded(b, c)
	}
	return b, true
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}

// appendEncoded appends a byte as it is where RFC 3986 reserves it for
// nothing, else as a percent sign and two capital digits.
func appendEncoded(b []byte, c byte) []byte {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c == '-', c == '.', c == '_', c == '~':
		return append(b, c)
	}
	const digits = "0123456789ABCDEF"
	return append(b, '%', digits[c>>4], digits[c&15])
}

// appendObjectPath appends a path by S3's rule: each byte of the object's
// name encoded once, nothing normalised.
func appendObjectPath(b []byte, path string) []byte {
	if path == "" {
		return append(b, '/')
	}
	return appendSegments(b, path)
}

// appendPath appends a path by the rule of all other services: the path as it
// was sent, normalised and encoded once more.
func appendPath(b []byte, sent string) []byte {
	if sent == "" || sent == "/" {
		return append(b, '/')
	}
	if strings.Contains(sent, "//") || strings.Contains(sent, "/.") {
		sent = normalise(sent)
	}
	return appendSegments(b, sent)
}

func appendSegments(b []byte, path string) []byte {
	for i := range len(path) {
		if path[i] == '/' {
			b = append(b, '/')
			continue
		}
		b = appendEncoded(b, path[i])
	}
	return b
}

// normalise takes empty and dot segments out of a path. It keeps a slash at
// the end, as botocore's normalize_url_path does.
func normalise(path string) string {
	var kept []string
	for segment := range strings.SplitSeq(path, "/") {
		switch segment {
		case "", ".":
		case "..":
			kept = kept[:max(0, len(kept)-1)]
		default:
			kept = append(kept, segment)
		}
	}
	if len(kept) == 0 {
		return "/"
	}
	out := "/" + strings.Join(kept, "/")
	if strings.HasSuffix(path, "/") {
		out += "/"
	}
	return out
}

package session

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"strconv"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// bodyVersion stands first in a body. A reader refuses any other.
const bodyVersion = 1

// errBody is a body that appendBody did not write.
var errBody = errors.New("session body is malformed")

// appendBody appends the binary form of s: numbers as varints, strings behind
// their lengths. The strings that every session has stand together, so that
// deflate finds them.
func appendBody(b []byte, s *Session) ([]byte, error) {
	if s.Kind == 0 || s.Kind >= kinds {
		return nil, errors.New("session has no kind")
	}
	account, err := strconv.ParseUint(s.Account.String(), 10, 64)
	if err != nil {
		return nil, errors.New("session has no account")
	}
	secret, err := base64.StdEncoding.Strict().DecodeString(s.SecretAccessKey)
	if err != nil || len(secret) != secretBytes {
		return nil, errors.New("session's secret is not one that NewSecret made")
	}
	life := s.Expires.Unix() - s.IssuedAt.Unix()
	if life <= 0 || life > int64(MaxLife/time.Second) || s.IssuedAt.Unix() <= 0 || s.ChainDepth < 0 || s.ChainDepth >= maxDepth {
		return nil, errors.New("session's times or depth are impossible")
	}
	b = append(b, bodyVersion, byte(s.Kind))
	b = append(b, secret...)
	b = binary.AppendUvarint(b, account)
	b = binary.AppendUvarint(b, uint64(s.IssuedAt.Unix()))
	b = binary.AppendUvarint(b, uint64(life))
	b = binary.AppendUvarint(b, uint64(s.ChainDepth))
	b = binary.AppendUvarint(b, unixOrZero(s.MFATime))
	for _, text := range [...]string{s.PrincipalID, s.Name, s.Path, s.SessionName, s.Issuer, s.SourceIdentity, s.Provider, s.Policy} {
		b = appendString(b, text)
	}
	b = appendStrings(b, s.PolicyARNs)
	b = binary.AppendUvarint(b, uint64(len(s.Tags)))
	for _, tag := range s.Tags {
		b = appendTag(b, tag)
	}
	b = binary.AppendUvarint(b, uint64(len(s.Claims)))
	for _, c := range s.Claims {
		b = appendStrings(appendString(b, c.Key), c.Values)
	}
	return b, nil
}

// appendTag writes the flag first: it is often 0 and then part of a run.
func appendTag(b []byte, tag Tag) []byte {
	flag := byte(0)
	if tag.Transitive {
		flag = 1
	}
	return appendString(appendString(append(b, flag), tag.Key), tag.Value)
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendStrings(b []byte, list []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(list)))
	for _, s := range list {
		b = appendString(b, s)
	}
	return b
}

func unixOrZero(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	return uint64(max(t.Unix(), 1))
}

// parseBody reads what appendBody wrote, all of it and nothing else. The
// strings of the answer share the memory of one copy of b.
func parseBody(b []byte) (*Session, error) {
	r := &reader{rest: string(b)}
	if r.byte() != bodyVersion {
		return nil, errBody
	}
	s := &Session{Kind: Kind(r.byte())}
	s.SecretAccessKey = base64.StdEncoding.EncodeToString([]byte(r.take(secretBytes)))
	account := strconv.FormatUint(r.number(), 10)
	issued, life := r.number(), r.number()
	depth := r.number()
	s.ChainDepth = int(depth % maxDepth)
	mfa := r.number()
	for _, text := range [...]*string{&s.PrincipalID, &s.Name, &s.Path, &s.SessionName, &s.Issuer, &s.SourceIdentity, &s.Provider, &s.Policy} {
		*text = r.string()
	}
	s.PolicyARNs = r.strings()
	for range r.count() {
		flag := r.byte()
		s.Tags = append(s.Tags, Tag{Key: r.string(), Value: r.string(), Transitive: flag == 1})
	}
	for range r.count() {
		s.Claims = append(s.Claims, Claim{Key: r.string(), Values: r.strings()})
	}
	if r.bad || r.rest != "" || s.Kind == 0 || s.Kind >= kinds || len(account) > 12 ||
		life == 0 || life > uint64(MaxLife/time.Second) || issued == 0 || issued > maxUnix || mfa > maxUnix || depth >= maxDepth {
		return nil, errBody
	}
	var err error
	if s.Account, err = arn.ParseAccountID("000000000000"[len(account):] + account); err != nil {
		return nil, errBody
	}
	s.IssuedAt = time.Unix(int64(issued), 0).UTC()
	s.Expires = time.Unix(int64(issued+life), 0).UTC()
	if mfa > 0 {
		s.MFATime = time.Unix(int64(mfa), 0).UTC()
	}
	return s, nil
}

// maxDepth is beyond any chain of sessions; each link takes a request.
const maxDepth = 1 << 20

// maxUnix is the end of the year 9999, beyond which AWS's time formats end.
const maxUnix = 253402300799

// reader takes a body apart. After a piece that is not there it is bad and
// answers zeros.
type reader struct {
	rest string
	bad  bool
}

func (r *reader) fail() {
	r.bad, r.rest = true, ""
}

func (r *reader) byte() byte {
	s := r.take(1)
	if s == "" {
		return 0
	}
	return s[0]
}

func (r *reader) take(n uint64) string {
	if n > uint64(len(r.rest)) {
		r.fail()
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

// number reads a varint, in its shortest form only.
func (r *reader) number() uint64 {
	var n uint64
	for i := range min(len(r.rest), binary.MaxVarintLen64) {
		c := r.rest[i]
		n |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			if c == 0 && i > 0 || i == 9 && c > 1 {
				break
			}
			r.rest = r.rest[i+1:]
			return n
		}
	}
	r.fail()
	return 0
}

// count reads how many items follow. Each takes a byte at least, so a count
// beyond what is left is a lie.
func (r *reader) count() uint64 {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.fail()
		return 0
	}
	return n
}

func (r *reader) string() string { return r.take(r.number()) }

func (r *reader) strings() []string {
	n := r.count()
	if n == 0 {
		return nil
	}
	list := make([]string, 0, n)
	for range n {
		list = append(list, r.string())
	}
	return list
}

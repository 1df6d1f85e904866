package sigv4

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/rolecall-iam/rolecall/authn/internal/table"
)

// maxShown bounds the canonical request that a refusal repeats.
const maxShown = 8 << 10

// Verifier checks signatures. It remembers derived signing keys, up to the
// number NewVerifier was given, and reuses its working memory. It is safe for
// many goroutines; reads take no lock. The zero value is not usable.
type Verifier struct {
	keys    *table.Table[signingKey]
	scratch sync.Pool
}

// NewVerifier makes a Verifier that remembers about that many signing keys. A
// key takes some 400 bytes and is worth keeping for the day it is for.
func NewVerifier(keys int) *Verifier {
	v := &Verifier{keys: table.New[signingKey](keys)}
	v.scratch.New = func() any { return &scratch{digest: newDigest()} }
	return v
}

// Verify answers nil when the holder of secret signed the request that a was
// parsed from, with this body, at about now. Any other answer is an *Error.
// It refuses a body that is signed chunk by chunk (Streaming), and takes a
// body that is not signed for S3 alone.
func (v *Verifier) Verify(a *Authorization, secret string, body []byte, now time.Time) error {
	if a.Payload == PayloadStream {
		return NewError(Streaming)
	}
	if isS3(a.Service) && a.Payload == PayloadUnsigned {
		return v.VerifyHead(a, secret, now)
	}
	s := v.scratch.Get().(*scratch)
	defer v.release(s)
	s.sum = sha256.Sum256(body)
	hex.Encode(s.hex[:], s.sum[:])
	if !isS3(a.Service) {
		return v.verify(s, a, secret, s.hex[:], now)
	}
	same := subtle.ConstantTimeCompare(s.hex[:], []byte(a.ContentSHA256)) == 1
	copy(s.hex[:], a.ContentSHA256)
	if err := v.verify(s, a, secret, s.hex[:], now); err != nil {
		return err
	}
	if !same {
		return NewError(PayloadMismatch)
	}
	return nil
}

// VerifyHead is Verify for an S3 request whose body is still to come. It takes
// ContentSHA256 for the body's hash; the caller holds the body to it, by
// a.Payload, as it reads.
func (v *Verifier) VerifyHead(a *Authorization, secret string, now time.Time) error {
	if !isS3(a.Service) {
		return NewError(Mismatch)
	}
	s := v.scratch.Get().(*scratch)
	defer v.release(s)
	payload := a.ContentSHA256
	if payload == "" {
		payload = unsignedPayload
	}
	return v.verify(s, a, secret, []byte(payload), now)
}

// release keeps working memory for the next request, unless a giant one blew
// it up.
func (v *Verifier) release(s *scratch) {
	if cap(s.canonical)+cap(s.query) <= 64<<10 {
		v.scratch.Put(s)
	}
}

// verify compares signatures, payload being what stands for the body.
func (v *Verifier) verify(s *scratch, a *Authorization, secret string, payload []byte, now time.Time) error {
	if secret == "" {
		return NewError(UnknownKey)
	}
	if err := a.checkTime(now); err != nil {
		return err
	}
	if err := s.appendRequest(a, payload); err != nil {
		return err
	}
	key, known := v.keys.Get(a.credential)
	if known && subtle.ConstantTimeCompare([]byte(key.secret), []byte(secret)) != 1 {
		known = false
	}
	if !known {
		derived := deriveKey(secret, a)
		key = &derived
	}
	end := len(s.canonical)
	if !s.matches(a, key) {
		canonical, toSign := string(s.canonical[:end]), string(s.canonical[end:])
		if !s.withoutBrackets(a, canonical) || !s.matches(a, key) {
			return mismatch(a, canonical, toSign)
		}
	}
	if !known {
		v.keys.Put(strings.Clone(a.credential), *key)
	}
	return nil
}

// matches tells whether a's signature is that of the canonical request in
// s.canonical, and appends the string to sign to it.
func (s *scratch) matches(a *Authorization, key *signingKey) bool {
	s.sum = sha256.Sum256(s.canonical)
	end := len(s.canonical)
	s.appendStringToSign(a)
	s.mac(key, s.canonical[end:])
	return subtle.ConstantTimeCompare(s.hex[:], []byte(a.signature)) == 1
}

// withoutBrackets makes s.canonical the canonical request as older botocores
// sign it, that of the aws CLI 2.9 among them: with an IPv6 address bare in the
// line of the host, though they send it in brackets. It answers false for all
// hosts but such an address with a port. That nothing else is meant by the bare
// form is sure there: what is behind its last colon is the port. Without a port
// it could be another address with one.
//
// Sources: https://github.com/boto/botocore/pull/2601,
// https://github.com/aws/aws-cli/pull/8869
func (s *scratch) withoutBrackets(a *Authorization, canonical string) bool {
	host := a.request.Host
	at, err := netip.ParseAddrPort(host)
	if err != nil || !at.Addr().Is6() || at.Addr().Zone() != "" {
		return false
	}
	before, after, found := strings.Cut(canonical, "\nhost:"+host+"\n")
	if !found {
		return false
	}
	bare := strings.NewReplacer("[", "", "]", "").Replace(host)
	s.canonical = append(s.canonical[:0], before+"\nhost:"+bare+"\n"+after...)
	return true
}

// appendStringToSign appends it to the canonical request whose hash is s.sum.
func (s *scratch) appendStringToSign(a *Authorization) {
	b := append(s.canonical, algorithm+"\n"...)
	b = append(b, a.timestamp...)
	b = append(b, '\n')
	b = append(b, a.credential[len(a.AccessKeyID)+1:]...)
	b = append(b, '\n')
	s.canonical = hex.AppendEncode(b, s.sum[:])
}

// mismatch is the refusal of a signature, with what ours was computed over.
// STS leaves that out of its message, and S3 has elements of its own for it.
func mismatch(a *Authorization, canonical, toSign string) error {
	e := NewError(Mismatch)
	if len(canonical) > maxShown {
		return e
	}
	e.CanonicalRequest, e.StringToSign = canonical, toSign
	if a.Token != "" {
		encoded := strings.ReplaceAll(url.QueryEscape(a.Token), "+", "%20")
		e.CanonicalRequest = strings.NewReplacer(a.Token, "***", encoded, "***").Replace(canonical)
	}
	if a.Service != "sts" && !isS3(a.Service) {
		e.Message += "\n\nThe Canonical String for this request should have been\n'" + e.CanonicalRequest +
			"'\n\nThe String-to-Sign should have been\n'" + e.StringToSign + "'\n"
	}
	return e
}

package xmldsig

import (
	"crypto"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strings"
)

// errSignature is why a signature does not hold, as far as anyone is told.
var errSignature = errors.New("the signature does not verify")

// Verify checks the signature that is a child of e, with one of the keys, and
// answers e as it was signed: parsed anew from the bytes that were digested,
// without the signature. Nothing but that answer may be relied on.
func Verify(e *Element, keys []crypto.PublicKey) (*Element, error) {
	signature := e.One(Space, "Signature")
	if signature == nil {
		return nil, errors.New("there is not one signature")
	}
	info, value, err := parts(signature)
	if err != nil {
		return nil, err
	}
	if _, err := readInfo(info); err != nil { // bounds the work that follows
		return nil, err
	}
	inclusive, err := canonicalization(info.One(Space, "CanonicalizationMethod"))
	if err != nil {
		return nil, err
	}
	canonical := info.Canonical(inclusive, nil)
	// From here on only what the key is to have signed is read.
	if info, err = Parse(string(canonical)); err != nil {
		return nil, err
	}
	ref, err := readInfo(info)
	if err != nil {
		return nil, err
	}
	if id, ok := e.Attr("ID"); !ok || id == "" || ref.uri != "#"+id {
		return nil, errors.New("the signature is of another element")
	}
	if !signedBy(keys, ref.method, canonical, value) {
		return nil, errSignature
	}
	content := e.Canonical(ref.inclusive, signature)
	sum := ref.hash.New()
	sum.Write(content)
	if subtle.ConstantTimeCompare(sum.Sum(nil), ref.digest) != 1 {
		return nil, errSignature
	}
	return Parse(string(content))
}

func signedBy(keys []crypto.PublicKey, m method, signed, signature []byte) bool {
	for _, key := range keys {
		if m.verifies(key, signed, signature) {
			return true
		}
	}
	return false
}

// parts are what a signature is made of: SignedInfo, SignatureValue and, of no
// interest, KeyInfo, in that order and nothing else.
func parts(signature *Element) (info *Element, value []byte, err error) {
	malformed := errors.New("the signature is malformed")
	list := signature.Children()
	if len(list) < 2 || len(list) > 3 || !signature.Blank() ||
		!list[0].Is(Space, "SignedInfo") || !list[1].Is(Space, "SignatureValue") || len(list) == 3 && !list[2].Is(Space, "KeyInfo") {
		return nil, nil, malformed
	}
	if value, err = encoded(list[1]); err != nil {
		return nil, nil, malformed
	}
	return list[0], value, nil
}

// signed is what a signature says of the element it is of.
type signed struct {
	uri       string
	method    method
	inclusive []string
	hash      crypto.Hash
	digest    []byte
}

// readInfo reads a SignedInfo that has one reference, and of everything only
// what is allowed.
func readInfo(info *Element) (ref signed, err error) {
	malformed := errors.New("SignedInfo is malformed")
	list := info.Children()
	if len(list) != 3 || !info.Blank() || !list[0].Is(Space, "CanonicalizationMethod") || !list[1].Is(Space, "SignatureMethod") || !list[2].Is(Space, "Reference") {
		return ref, malformed
	}
	var known bool
	name, _ := list[1].Attr("Algorithm")
	if ref.method, known = methods[name]; !known || len(list[1].Children()) > 0 {
		return ref, errors.New("the algorithm of the signature is not allowed")
	}
	ref.uri, _ = list[2].Attr("URI")
	list = list[2].Children()
	if len(list) != 3 || !list[0].Is(Space, "Transforms") || !list[1].Is(Space, "DigestMethod") || !list[2].Is(Space, "DigestValue") {
		return ref, malformed
	}
	name, _ = list[1].Attr("Algorithm")
	if ref.hash, known = digests[name]; !known || len(list[1].Children()) > 0 {
		return ref, errors.New("the algorithm of the digest is not allowed")
	}
	if ref.digest, err = encoded(list[2]); err != nil {
		return ref, malformed
	}
	ref.inclusive, err = transforms(list[0].Children())
	return ref, err
}

// transforms holds them to SAML's two: the signature is taken out, and the rest
// brought into exclusive canonical form.
func transforms(list []*Element) (inclusive []string, err error) {
	if len(list) != 2 || !list[0].Is(Space, "Transform") || !list[1].Is(Space, "Transform") {
		return nil, errors.New("the transforms are not SAML's")
	}
	if name, _ := list[0].Attr("Algorithm"); name != enveloped || len(list[0].Children()) > 0 {
		return nil, errors.New("the transforms are not SAML's")
	}
	return canonicalization(list[1])
}

// canonicalization reads the prefixes that exclusive canonicalization is to
// treat inclusively; no other is taken.
func canonicalization(e *Element) (inclusive []string, err error) {
	notExclusive := errors.New("the canonicalization is not exclusive without comments")
	if e == nil {
		return nil, notExclusive
	}
	if name, _ := e.Attr("Algorithm"); name != exclusive {
		return nil, notExclusive
	}
	list := e.Children()
	if len(list) == 0 {
		return nil, nil
	}
	if len(list) > 1 || !list[0].Is(exclusiveSpace, "InclusiveNamespaces") || len(list[0].nodes) > 0 {
		return nil, notExclusive
	}
	prefixes, _ := list[0].Attr("PrefixList")
	inclusive = strings.Fields(prefixes)
	if len(inclusive) > most {
		return nil, notExclusive
	}
	for i, p := range inclusive {
		if p == "#default" {
			inclusive[i] = ""
		}
	}
	return inclusive, nil
}

// encoded is the base64 in an element, in which white space may stand.
func encoded(e *Element) ([]byte, error) {
	text, ok := e.Text()
	if !ok || len(text) > longestEncoding {
		return nil, errors.New("a value is not base64")
	}
	return base64.StdEncoding.Strict().DecodeString(noSpace.Replace(text))
}

var noSpace = strings.NewReplacer(" ", "", "\t", "", "\r", "", "\n", "")

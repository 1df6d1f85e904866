package oidctest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// Config says what an issuer is to be.
type Config struct {
	// Host is the name that its URL and its certificate have, so that it can
	// stand in for a real issuer; empty for its own address.
	Host  string
	Path  string // of its URL, such as /id/ABC; empty for none
	Plain bool   // it speaks plain HTTP
}

// Issuer is an issuer that is running.
type Issuer struct {
	URL      string // as its tokens name it
	Provider string // as it is registered: the URL without its scheme
	Address  string // that it listens at, host:port

	// Authority signed its certificate; Thumbprint and LeafThumbprint are the
	// SHA-1 thumbprints of the authority's certificate and of its own.
	Authority                  *x509.Certificate
	Thumbprint, LeafThumbprint string

	// RSA and EC are its keys, called "rsa" and "ec" until Rotate.
	RSA *rsa.PrivateKey
	EC  *ecdsa.PrivateKey

	server *httptest.Server

	mu      sync.Mutex
	rsaName string
	keys    []jose.JSONWebKey
	asked   map[string]int // by path, and "" for all
	instead map[string]http.HandlerFunc
}

// The paths of its two documents, behind the path of its URL.
const (
	Discovery = "/.well-known/openid-configuration"
	Keys      = "/keys"
)

// Start starts an issuer. Close it when done.
func Start(c Config) (*Issuer, error) {
	i := &Issuer{rsaName: "rsa", asked: map[string]int{}, instead: map[string]http.HandlerFunc{}}
	var err error
	if i.RSA, err = rsa.GenerateKey(rand.Reader, 2048); err != nil {
		return nil, err
	}
	if i.EC, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		return nil, err
	}
	i.Publish(jose.JSONWebKey{Key: i.RSA.Public(), KeyID: "rsa", Use: "sig"}, jose.JSONWebKey{Key: i.EC.Public(), KeyID: "ec", Use: "sig"})
	i.server = httptest.NewUnstartedServer(http.HandlerFunc(i.serve))
	i.server.Config.ErrorLog = quiet()
	i.Address = i.server.Listener.Addr().String()
	host := c.Host
	if host == "" {
		host = i.Address
	}
	i.Provider = host + c.Path
	if c.Plain {
		i.URL = "http://" + i.Provider
		i.server.Start()
		return i, nil
	}
	i.URL = "https://" + i.Provider
	return i, i.startTLS(c.Host)
}

func (i *Issuer) startTLS(host string) error {
	authority, err := newAuthority()
	if err != nil {
		return err
	}
	leaf, err := authority.sign(host)
	if err != nil {
		return err
	}
	i.Authority = authority.certificate
	i.Thumbprint, i.LeafThumbprint = thumbprint(authority.certificate.Raw), thumbprint(leaf.Certificate[0])
	i.server.TLS = &tls.Config{Certificates: []tls.Certificate{leaf}}
	i.server.StartTLS()
	return nil
}

// Close stops the issuer, and hangs up on whoever is still being answered.
func (i *Issuer) Close() {
	i.server.CloseClientConnections()
	i.server.Close()
}

// Publish replaces the keys that it publishes.
func (i *Issuer) Publish(keys ...jose.JSONWebKey) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = keys
}

// Rotate replaces its RSA key by a new one with another name.
func (i *Issuer) Rotate(name string) error {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return err
	}
	i.Publish(jose.JSONWebKey{Key: key.Public(), KeyID: name, Use: "sig"})
	i.mu.Lock()
	defer i.mu.Unlock()
	i.RSA, i.rsaName = key, name
	return nil
}

// Answer has it answer a path by something else; nil for as usual.
func (i *Issuer) Answer(path string, h http.HandlerFunc) {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.instead[path] = h
}

// Asked is how often it was asked for a path, or for anything by "".
func (i *Issuer) Asked(path string) int {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.asked[path]
}

func (i *Issuer) serve(w http.ResponseWriter, r *http.Request) {
	_, path, _ := strings.Cut(i.Provider, "/")
	if path != "" {
		path = "/" + path
	}
	asked := strings.TrimPrefix(r.URL.Path, strings.TrimSuffix(path, "/"))
	i.mu.Lock()
	i.asked[asked]++
	i.asked[""]++
	other, keys := i.instead[asked], i.keys
	i.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	switch {
	case other != nil:
		other(w, r)
	case asked == Discovery:
		_ = json.NewEncoder(w).Encode(i.Document())
	case asked == Keys:
		_ = json.NewEncoder(w).Encode(jose.JSONWebKeySet{Keys: keys})
	default:
		http.NotFound(w, r)
	}
}

// Document is its discovery document.
func (i *Issuer) Document() map[string]any {
	home := strings.TrimSuffix(i.URL, "/")
	return map[string]any{
		"issuer": i.URL, "jwks_uri": home + Keys, "authorization_endpoint": home + "/authorize", "token_endpoint": home + "/token",
		"response_types_supported": []string{"id_token"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{"RS256", "ES256"},
	}
}

// Token signs claims with its RSA key, by RS256. The issuer's name is in them
// unless they have one.
func (i *Issuer) Token(claims map[string]any) (string, error) {
	i.mu.Lock()
	key, name := i.RSA, i.rsaName
	i.mu.Unlock()
	all := map[string]any{"iss": i.URL}
	maps.Copy(all, claims)
	body, err := json.Marshal(all)
	if err != nil {
		return "", err
	}
	return Sign(jose.RS256, key, map[string]any{"kid": name, "typ": "JWT"}, body)
}

// Sign makes a token of any bytes with any header.
func Sign(algorithm jose.SignatureAlgorithm, key any, header map[string]any, body []byte) (string, error) {
	options := new(jose.SignerOptions)
	for name, value := range header {
		options.WithHeader(jose.HeaderKey(name), value)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: algorithm, Key: key}, options)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(body)
	if err != nil {
		return "", err
	}
	return signed.CompactSerialize()
}

func thumbprint(certificate []byte) string {
	sum := sha1.Sum(certificate)
	return hex.EncodeToString(sum[:])
}

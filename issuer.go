package rolecall

import (
	"net/http"
	"strings"

	"github.com/rolecall-iam/rolecall/authn/oidc"
	"github.com/rolecall-iam/rolecall/service/sts"
)

// issuerPath is where the issuers of outbound tokens publish.
const issuerPath = "/_/issuer/"

// The documents that an issuer has, behind its UUID.
const (
	discoveryPath = "/.well-known/openid-configuration"
	keysPath      = "/.well-known/jwks.json"
)

// publish answers what verifiers of outbound tokens ask of an account's issuer:
// its discovery document and its keys. Anybody may ask.
func (s *Server) publish(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	issuer, path, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, issuerPath), "/")
	view, err := s.dir.View(r.Context())
	if err != nil {
		http.Error(w, "the store cannot be read", http.StatusServiceUnavailable)
		return
	}
	keys, ok := sts.IssuerKeys(&view.Reader, issuer, s.now())
	view.Close()
	if err := view.Err(); err != nil {
		http.Error(w, "the store cannot be read", http.StatusServiceUnavailable)
		return
	}
	var document []byte
	switch "/" + path {
	case keysPath:
		document = keys
	case discoveryPath:
		url := s.origin(r) + issuerPath + issuer
		document, err = oidc.PublishDiscovery(url, url+keysPath)
		ok = ok && err == nil
	default:
		ok = false
	}
	if !ok {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=300")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(document) // whoever has hung up does not read
}

// origin is the scheme and host under which a request's issuer publishes, as
// service.Call.IssuerURL has it.
func (s *Server) origin(r *http.Request) string {
	switch {
	case strings.HasPrefix(s.url, "https://"):
		return strings.TrimSuffix(s.url, "/")
	case r.TLS != nil:
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

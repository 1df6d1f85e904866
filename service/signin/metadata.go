package signin

import (
	"encoding/xml"
	"net/http"
	"strings"
)

// metadata is the service provider, for identity providers to import: AWS's
// entity ID, so that nothing but the address differs from AWS, the attributes
// that AWS reads, and this server's page.
//
// Source: https://signin.aws.amazon.com/static/saml-metadata.xml, which it has
// the shape of
func (h *handler) metadata(w http.ResponseWriter, r *http.Request) {
	origin := h.URL
	if origin == "" {
		origin = "http://" + r.Host
		if r.TLS != nil {
			origin = "https://" + r.Host
		}
	}
	var location strings.Builder
	if err := xml.EscapeText(&location, []byte(origin+Path+"saml")); err != nil {
		http.Error(w, "the address cannot be written", http.StatusInternalServerError)
		return
	}
	text, err := pages.ReadFile("pages/metadata.xml")
	if err != nil {
		http.Error(w, "the metadata cannot be read", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/samlmetadata+xml")
	_, _ = w.Write([]byte(strings.ReplaceAll(string(text), "{location}", location.String()))) // nobody is left to tell
}

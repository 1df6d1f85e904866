package mfa

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"github.com/boombuler/barcode/qr"
)

// PersonURI is what an authenticator app reads of a person's device: who asks
// for codes, whom the device is of, and the seed.
func PersonURI(issuer, user, seed string) string {
	return "otpauth://totp/" + url.PathEscape(issuer) + ":" + url.PathEscape(user) + "?secret=" + url.QueryEscape(seed) + "&issuer=" + url.QueryEscape(issuer)
}

// quiet is how many points are left white around a code.
const quiet = 4

// SVG is a picture of a URI for a page, dark on light whatever the page is. A
// point is one unit. It fails for a URI that is too long for one.
func SVG(uri, label string) (string, error) {
	code, err := qr.Encode(uri, qr.M, qr.Auto)
	if err != nil {
		return "", fmt.Errorf("draw a QR code: %w", err)
	}
	var dark strings.Builder
	n := code.Bounds().Dx()
	for y := range n {
		for x := 0; x < n; x++ {
			from := x
			for x < n && isDark(code.At(x, y).RGBA()) {
				x++
			}
			if x > from {
				fmt.Fprintf(&dark, "M%d %dh%dv1h-%dz", from+quiet, y+quiet, x-from, x-from)
			}
		}
	}
	side := strconv.Itoa(n + 2*quiet)
	return `<svg xmlns="http://www.w3.org/2000/svg" class="qr" role="img" aria-label="` + attribute(label) + `" viewBox="0 0 ` + side + ` ` + side +
		`" shape-rendering="crispEdges"><rect width="` + side + `" height="` + side + `" fill="#fff"/><path fill="#000" d="` + dark.String() + `"/></svg>`, nil
}

func isDark(r, _, _, _ uint32) bool { return r < 0x8000 }

// attribute is text within the quotes of an attribute.
func attribute(text string) string {
	return strings.NewReplacer("&", "&amp;", `"`, "&#34;", "<", "&lt;", ">", "&gt;").Replace(text)
}

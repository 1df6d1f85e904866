package mfa_test

import (
	"encoding/xml"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authn/mfa"
)

func TestAPersonsURIHasIssuerUserAndSeed(t *testing.T) {
	parsed, err := url.Parse(mfa.PersonURI("rolecall", "ja/ne?&@example.com", rfcSeed))
	if err != nil || parsed.Host != "totp" || parsed.Path != "/rolecall:ja/ne?&@example.com" {
		t.Fatalf("%+v, %v", parsed, err)
	}
	if q := parsed.Query(); q.Get("secret") != rfcSeed || q.Get("issuer") != "rolecall" {
		t.Errorf("%v", q)
	}
}

// The SVG is drawn from the same code as the PNG of IAM's virtual devices.
func TestTheSVGIsOnePictureWithoutStylesOrLinks(t *testing.T) {
	picture, err := mfa.SVG(mfa.PersonURI("rolecall", "jane", rfcSeed), `"<QR> & code`)
	if err != nil {
		t.Fatal(err)
	}
	d := xml.NewDecoder(strings.NewReader(picture))
	var elements []string
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok {
			elements = append(elements, start.Name.Local)
			for _, a := range start.Attr {
				if a.Name.Local == "style" || a.Name.Local == "href" || strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("%s has %s", start.Name.Local, a.Name.Local)
				}
				if a.Name.Local == "aria-label" && a.Value != `"<QR> & code` {
					t.Errorf("label %q", a.Value)
				}
			}
		}
	}
	if strings.Join(elements, " ") != "svg rect path" {
		t.Errorf("%v", elements)
	}
	// A code begins with a dark finder of seven points, behind the quiet zone.
	if !strings.Contains(picture, `d="M4 4h7v1h-7z`) {
		t.Errorf("no finder: %.300s", picture)
	}
	if other, _ := mfa.SVG("otpauth://totp/other", "x"); other == picture {
		t.Error("two URIs have the same picture")
	}
	if _, err := mfa.SVG(strings.Repeat("a", 5000), "x"); err == nil {
		t.Error("a URI of 5,000 characters was drawn")
	}
}

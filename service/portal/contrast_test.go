package portal_test

import (
	"math"
	"os"
	"regexp"
	"strconv"
	"testing"
)

// Text stands out from what is behind it by at least 4.5 to 1, and what shows
// where one can type or is by 3 to 1, in both schemes.
//
// Source: https://www.w3.org/TR/WCAG22/#contrast-minimum, https://www.w3.org/TR/WCAG22/#non-text-contrast
func TestColoursStandOut(t *testing.T) {
	text, err := os.ReadFile("pages/style.css")
	if err != nil {
		t.Fatal(err)
	}
	schemes := regexp.MustCompile(`:root\{([^}]*--ink[^}]*)\}`).FindAllStringSubmatch(string(text), -1)
	if len(schemes) != 2 {
		t.Fatalf("%d schemes", len(schemes))
	}
	for i, scheme := range schemes {
		colours := map[string]float64{}
		for _, m := range regexp.MustCompile(`--(\w+):#([0-9a-f]{6})`).FindAllStringSubmatch(scheme[1], -1) {
			colours[m[1]] = luminance(t, m[2])
		}
		for _, pair := range []struct {
			front, back string
			least       float64
		}{
			{"ink", "paper", 4.5}, {"ink", "ground", 4.5}, {"ink", "soft", 4.5}, {"dim", "paper", 4.5}, {"dim", "ground", 4.5},
			{"mark", "paper", 4.5}, {"mark", "ground", 4.5}, {"dark", "paper", 4.5}, {"dark", "soft", 4.5}, {"on", "mark", 4.5}, {"on", "dark", 4.5},
			{"bad", "paper", 4.5}, {"bad", "wash", 4.5}, {"good", "mint", 4.5}, {"edge", "paper", 3}, {"mark", "soft", 3},
		} {
			front, ok := colours[pair.front]
			back, known := colours[pair.back]
			if !ok || !known {
				t.Fatalf("scheme %d has no %s or %s", i, pair.front, pair.back)
			}
			if got := (math.Max(front, back) + 0.05) / (math.Min(front, back) + 0.05); got < pair.least {
				t.Errorf("scheme %d: %s on %s has %.2f to 1", i, pair.front, pair.back, got)
			}
		}
	}
	// Every colour of the sheet is one of the schemes', apart from the QR code's.
	rest := regexp.MustCompile(`:root\{[^}]*\}`).ReplaceAllString(string(text), "")
	if found := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b`).FindAllString(rest, -1); len(found) != 1 || found[0] != "#fff" {
		t.Errorf("colours beside the schemes: %v", found)
	}
}

// luminance is the relative luminance of a colour.
//
// Source: https://www.w3.org/TR/WCAG22/#dfn-relative-luminance
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	var sum float64
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

package mfa_test

import (
	"bytes"
	"image/png"
	"net/url"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authn/mfa"
)

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html:
// otpauth://totp/$virtualMFADeviceName@$AccountName?secret=$Base32String.
func TestTheURIHasNameAccountAndSeed(t *testing.T) {
	if got, want := mfa.URI("alice", "acme", rfcSeed), "otpauth://totp/alice@acme?secret="+rfcSeed; got != want {
		t.Errorf("the URI is %s, want %s", got, want)
	}
	parsed, err := url.Parse(mfa.URI("a?b&c/d%e", "123456789012", rfcSeed))
	if err != nil || parsed.Path != "/a?b&c/d%e@123456789012" || parsed.Query().Get("secret") != rfcSeed {
		t.Errorf("a name with signs is read as %+v (%v)", parsed, err)
	}
}

func TestTheQRCodeIsAPictureOfTheURI(t *testing.T) {
	draw := func(uri string) []byte {
		t.Helper()
		b, err := mfa.QR(uri)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	picture, err := png.Decode(bytes.NewReader(draw(mfa.URI("alice", "acme", rfcSeed))))
	if err != nil || picture.Bounds().Dx() != picture.Bounds().Dy() {
		t.Fatalf("not a square picture: %v", err)
	}
	colours := make(map[uint32]int)
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			r, _, _, _ := picture.At(x, y).RGBA()
			colours[r]++
		}
	}
	if len(colours) != 2 || colours[0] == 0 || colours[0xffff] == 0 {
		t.Errorf("the picture has the colours %v", colours)
	}
	if bytes.Equal(draw("otpauth://totp/a"), draw("otpauth://totp/b")) {
		t.Error("two URIs have the same picture")
	}
}

// The longest that CreateVirtualMFADevice takes: names have at most 226
// characters, each perhaps written as three.
func TestTheLongestURIHasAPictureAndAnEndlessOneHasNot(t *testing.T) {
	if _, err := mfa.QR(mfa.URI(strings.Repeat(",", 226), strings.Repeat("a", 63), strings.Repeat("A", 64))); err != nil {
		t.Error(err)
	}
	if _, err := mfa.QR(strings.Repeat("a", 5000)); err == nil {
		t.Error("a URI of 5,000 characters was drawn")
	}
}

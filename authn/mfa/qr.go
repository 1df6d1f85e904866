package mfa

import (
	"bytes"
	"fmt"
	"image/png"
	"net/url"

	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/qr"
)

// pixels is the width and the height of the picture. It is more than a code of
// the longest URI has points.
const pixels = 300

// URI is what an authenticator app reads of a device: its name, the account by
// its alias or number, and the seed.
//
// Source: QRCodePNG of https://docs.aws.amazon.com/IAM/latest/APIReference/API_VirtualMFADevice.html
func URI(device, account, seed string) string {
	return "otpauth://totp/" + url.PathEscape(device+"@"+account) + "?secret=" + url.QueryEscape(seed)
}

// QR is a picture of a URI in PNG. It fails for a URI that is too long for one.
func QR(uri string) ([]byte, error) {
	code, err := qr.Encode(uri, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("draw a QR code: %w", err)
	}
	scaled, err := barcode.Scale(code, pixels, pixels)
	if err != nil {
		return nil, fmt.Errorf("draw a QR code: %w", err)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, scaled); err != nil {
		return nil, fmt.Errorf("draw a QR code: %w", err)
	}
	return b.Bytes(), nil
}

package iam_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"github.com/rolecall-iam/rolecall"
)

// Neither the seed of an MFA device nor the private key of a SAML provider is
// in clear in anything that is written, the trail of calls included.
func TestSeedsAndPrivateKeysAreSealedAtRest(t *testing.T) {
	dir, ctx := filepath.Join(t.TempDir(), "data"), context.Background()
	h := openWith(t, rolecall.Config{Dir: dir})
	seed := must(h.admin.CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: aws.String("phone")}))(t).VirtualMFADevice.Base32StringSeed
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der := x509.MarshalPKCS1PrivateKey(key)
	document := metadata(t, "https://idp.example.com/", "", 1000)
	must(h.admin.CreateSAMLProvider(ctx, &iam.CreateSAMLProviderInput{
		Name: aws.String("Corp"), SAMLMetadataDocument: &document,
		AddPrivateKey: aws.String(string(pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: der}))),
	}))(t)
	secrets := map[string][]byte{
		"the seed": seed, "the seed in base 64": []byte(base64.StdEncoding.EncodeToString(seed)[:40]),
		"the key": der[:64], "the key in base 64": []byte(base64.StdEncoding.EncodeToString(der)[:60]), "its header": []byte("RSA PRIVATE KEY"),
	}
	found := false
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		for what, secret := range secrets {
			if bytes.Contains(text, secret) {
				t.Errorf("%s is in %s", what, filepath.Base(path))
			}
		}
		found = found || bytes.Contains(text, []byte("Corp"))
		return err
	})
	if err != nil || !found {
		t.Errorf("the data was not found at all: %v, %v", found, err)
	}
}

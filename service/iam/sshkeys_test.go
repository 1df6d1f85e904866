package iam_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"golang.org/x/crypto/ssh"
)

// rsaKey makes a key. Keys shorter than crypto/rsa's least are not made here.
func rsaKey(t *testing.T, bits int) *rsa.PrivateKey {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// sshLine is a public key as ssh-keygen writes it, without a comment.
func sshLine(t *testing.T, public any) string {
	t.Helper()
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key)))
}

func publicPEM(t *testing.T, public any) string {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
}

// Recorded: test_iam_ssh_public_keys. Both encodings:
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetSSHPublicKey.html
func TestAnSSHKeyIsUploadedReadInBothEncodingsChangedAndDeleted(t *testing.T) {
	h, ctx, alice := open(t), context.Background(), aws.String("alice")
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: alice}))(t)
	key := rsaKey(t, 2048)
	line, block := sshLine(t, &key.PublicKey), publicPEM(t, &key.PublicKey)
	made := must(h.admin.UploadSSHPublicKey(ctx, &iam.UploadSSHPublicKeyInput{UserName: alice, SSHPublicKeyBody: aws.String(line + " alice@home")}))(t).SSHPublicKey
	wire, _ := ssh.NewPublicKey(&key.PublicKey)
	if *made.Fingerprint != ssh.FingerprintLegacyMD5(wire) || *made.SSHPublicKeyBody != line+" alice@home" || made.Status != types.StatusTypeActive ||
		!strings.HasPrefix(*made.SSHPublicKeyId, "APKA") || len(*made.SSHPublicKeyId) != 20 || made.UploadDate == nil || *made.UserName != "alice" {
		t.Errorf("uploaded %+v", made)
	}
	for encoding, want := range map[types.EncodingType]string{types.EncodingTypeSsh: line + " alice@home", types.EncodingTypePem: block} {
		got := must(h.admin.GetSSHPublicKey(ctx, &iam.GetSSHPublicKeyInput{UserName: alice, SSHPublicKeyId: made.SSHPublicKeyId, Encoding: encoding}))(t)
		if *got.SSHPublicKey.SSHPublicKeyBody != want {
			t.Errorf("as %s it is %s\nwant %s", encoding, *got.SSHPublicKey.SSHPublicKeyBody, want)
		}
	}
	must(h.admin.UpdateSSHPublicKey(ctx, &iam.UpdateSSHPublicKeyInput{UserName: alice, SSHPublicKeyId: made.SSHPublicKeyId, Status: types.StatusTypeInactive}))(t)
	list := must(h.admin.ListSSHPublicKeys(ctx, &iam.ListSSHPublicKeysInput{UserName: alice}))(t)
	if len(list.SSHPublicKeys) != 1 || list.SSHPublicKeys[0].Status != types.StatusTypeInactive || list.IsTruncated {
		t.Errorf("listed %+v", list)
	}
	_, err := h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: alice}) // rebuy-de/aws-nuke#522
	mustRefuse(t, err, refusal{409, "DeleteConflict", "Cannot delete entity, must remove referenced objects first."})
	must(h.admin.DeleteSSHPublicKey(ctx, &iam.DeleteSSHPublicKeyInput{UserName: alice, SSHPublicKeyId: made.SSHPublicKeyId}))(t)
	if list := must(h.admin.ListSSHPublicKeys(ctx, &iam.ListSSHPublicKeysInput{UserName: alice}))(t); len(list.SSHPublicKeys) != 0 {
		t.Errorf("left are %+v", list)
	}
	must(h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: alice}))(t)
}

func TestAnSSHKeyInPEMIsReadAsALine(t *testing.T) {
	h, ctx, admin := open(t), context.Background(), aws.String("admin")
	key := rsaKey(t, 2048)
	made := must(h.admin.UploadSSHPublicKey(ctx, &iam.UploadSSHPublicKeyInput{UserName: admin, SSHPublicKeyBody: aws.String(publicPEM(t, &key.PublicKey) + "\n")}))(t)
	got := must(h.admin.GetSSHPublicKey(ctx, &iam.GetSSHPublicKeyInput{UserName: admin, SSHPublicKeyId: made.SSHPublicKey.SSHPublicKeyId, Encoding: types.EncodingTypeSsh}))(t)
	if *got.SSHPublicKey.SSHPublicKeyBody != sshLine(t, &key.PublicKey) {
		t.Errorf("it is %s", *got.SSHPublicKey.SSHPublicKeyBody)
	}
}

// Recorded: test_iam_ssh_public_keys; the codes are the model's.
func TestRefusalsOfSSHKeys(t *testing.T) {
	h := open(t)
	key := rsaKey(t, 2048)
	line := sshLine(t, &key.PublicKey)
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	upload := func(body string) string { return "UserName=admin&SSHPublicKeyBody=" + url.QueryEscape(body) }
	if status, body := h.post(url.Values{"Action": {"UploadSSHPublicKey"}, "UserName": {"admin"}, "SSHPublicKeyBody": {line}}); status != 200 {
		t.Fatal(body)
	}
	bad := refusal{400, "InvalidPublicKey", "The public key is not an RSA key of at least 2048 bits."}
	unknown := refusal{400, "UnrecognizedPublicKeyEncoding", "The public key is neither in ssh-rsa nor in PEM format."}
	missing := refusal{404, "NoSuchEntity", "The Public Key with id APKAXXXXXXXXXXXXXXXXX cannot be found."}
	const id = "UserName=admin&SSHPublicKeyId=APKAXXXXXXXXXXXXXXXXX"
	h.refused([]refused{
		{"no key at all", "UploadSSHPublicKey", upload("hello"), unknown},
		{"the same key with a comment", "UploadSSHPublicKey", upload(line + " me"),
			refusal{400, "DuplicateSSHPublicKey", "The SSH public key is already associated with the user."}},
		{"the same key in PEM", "UploadSSHPublicKey", upload(publicPEM(t, &key.PublicKey)),
			refusal{400, "DuplicateSSHPublicKey", "The SSH public key is already associated with the user."}},
		{"too few bits", "UploadSSHPublicKey", upload(sshLine(t, &rsaKey(t, 1024).PublicKey)), bad},
		{"a curve", "UploadSSHPublicKey", upload(publicPEM(t, &curve.PublicKey)), bad},
		{"an older algorithm", "UploadSSHPublicKey", upload("ssh-dss AAAAB3NzaC1kc3M="), bad},
		{"cut short", "UploadSSHPublicKey", upload(line[:len(line)-40]), bad},
		{"two lines", "UploadSSHPublicKey", upload(line + "\n" + line), bad},
		{"a private key's label", "UploadSSHPublicKey", upload("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"), bad},
		{"an open block", "UploadSSHPublicKey", upload("-----BEGIN PUBLIC KEY-----\nAAAA"), bad},
		{"none to read", "GetSSHPublicKey", id + "&Encoding=SSH", missing},
		{"none to change", "UpdateSSHPublicKey", id + "&Status=Inactive", missing},
		{"none to delete", "DeleteSSHPublicKey", id, missing},
		{"nobody to give one", "UploadSSHPublicKey", "UserName=nobody&SSHPublicKeyBody=" + url.QueryEscape(line),
			refusal{404, "NoSuchEntity", "The user with name nobody cannot be found."}},
	})
}

package iam_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// pair is a certificate and its private key, both also in PEM.
type pair struct {
	cert      *x509.Certificate
	key       *ecdsa.PrivateKey
	body, pem string
}

// newPair makes a certificate for a name that is signed by another, or by
// itself, and holds from a time for a day.
func newPair(t *testing.T, name string, by *pair, from time.Time) *pair {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return pairOf(t, key, name, by, from)
}

// pairOf is newPair for a key that there is.
func pairOf(t *testing.T, key *ecdsa.PrivateKey, name string, by *pair, from time.Time) *pair {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(from.UnixNano()), Subject: pkix.Name{CommonName: name}, NotBefore: from, NotAfter: from.Add(24 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	parent, signer := template, crypto.Signer(key)
	if by != nil {
		parent, signer = by.cert, by.key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return &pair{cert, key, inPEM("CERTIFICATE", der), inPEM("PRIVATE KEY", private)}
}

func inPEM(kind string, der []byte) string {
	return strings.TrimSpace(string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der})))
}

// Recorded: test_signing_certificate_lifecycle.
func TestASigningCertificateIsUploadedListedChangedAndDeletedAsRecordedAtAWS(t *testing.T) {
	h, ctx, alice := open(t), context.Background(), aws.String("alice")
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: alice}))(t)
	body := newPair(t, "alice", nil, time.Now().Add(-time.Hour)).body
	made := must(h.admin.UploadSigningCertificate(ctx, &iam.UploadSigningCertificateInput{UserName: alice, CertificateBody: &body}))(t).Certificate
	if *made.CertificateBody != body || made.Status != types.StatusTypeActive || *made.UserName != "alice" || len(*made.CertificateId) != 32 || made.UploadDate == nil {
		t.Errorf("uploaded %+v", made)
	}
	must(h.admin.UpdateSigningCertificate(ctx, &iam.UpdateSigningCertificateInput{UserName: alice, CertificateId: made.CertificateId, Status: types.StatusTypeInactive}))(t)
	list := must(h.admin.ListSigningCertificates(ctx, &iam.ListSigningCertificatesInput{UserName: alice}))(t)
	if len(list.Certificates) != 1 || list.Certificates[0].Status != types.StatusTypeInactive || *list.Certificates[0].CertificateBody != body {
		t.Errorf("listed %+v", list)
	}
	_, err := h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: alice}) // rebuy-de/aws-nuke#671
	mustRefuse(t, err, refusal{409, "DeleteConflict", "Cannot delete entity, must delete certificates first."})
	must(h.admin.DeleteSigningCertificate(ctx, &iam.DeleteSigningCertificateInput{UserName: alice, CertificateId: made.CertificateId}))(t)
	must(h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: alice}))(t)
}

// Recorded: test_signing_certificate_errors.
func TestRefusalsOfSigningCertificates(t *testing.T) {
	h, now := open(t), time.Now()
	one, two, three := newPair(t, "one", nil, now.Add(-time.Hour)).body, newPair(t, "two", nil, now.Add(-time.Hour)).body, newPair(t, "three", nil, now.Add(-time.Hour)).body
	upload := func(body string) string { return "UserName=admin&CertificateBody=" + url.QueryEscape(body) }
	for _, body := range []string{one, two} {
		if status, answer := h.post(url.Values{"Action": {"UploadSigningCertificate"}, "UserName": {"admin"}, "CertificateBody": {body}}); status != 200 {
			t.Fatal(answer)
		}
	}
	missing := refusal{404, "NoSuchEntity", "The Certificate with id NONEXISTENTCERTID12345678901 cannot be found."}
	invalid := refusal{400, "InvalidCertificate", "The certificate is not valid at this time."}
	h.refused([]refused{
		{"nobody", "ListSigningCertificates", "UserName=nobody", refusal{404, "NoSuchEntity", "The user with name nobody cannot be found."}},
		{"no certificate", "UploadSigningCertificate", upload("invalid-certificate-body"),
			refusal{400, "MalformedCertificate", "Certificate invalid-certificate-body is malformed."}},
		{"a private key instead, which is not repeated", "UploadSigningCertificate", upload("-----BEGIN PRIVATE KEY-----"),
			refusal{400, "MalformedCertificate", "Certificate body is malformed."}},
		{"a third", "UploadSigningCertificate", upload(three), refusal{409, "LimitExceeded", "Cannot exceed quota for CertificatesPerUser: 2"}},
		{"the same again", "UploadSigningCertificate", upload(one), refusal{409, "DuplicateCertificate", "The certificate is already associated with the user."}},
		{"from tomorrow", "UploadSigningCertificate", upload(newPair(t, "x", nil, now.Add(time.Hour)).body), invalid},
		{"from last week", "UploadSigningCertificate", upload(newPair(t, "x", nil, now.Add(-200*time.Hour)).body), invalid},
		{"none to change", "UpdateSigningCertificate", "UserName=admin&CertificateId=NONEXISTENTCERTID12345678901&Status=Active", missing},
		{"none to delete", "DeleteSigningCertificate", "UserName=admin&CertificateId=NONEXISTENTCERTID12345678901", missing},
	})
}

// Source: AccountSigningCertificatesPresent of
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html
func TestTheRootUserHasSigningCertificatesOfItsOwn(t *testing.T) {
	h, ctx := open(t), context.Background()
	body := newPair(t, "root", nil, time.Now().Add(-time.Hour)).body
	must(h.root.UploadSigningCertificate(ctx, &iam.UploadSigningCertificateInput{CertificateBody: &body}))(t)
	if n := len(must(h.root.ListSigningCertificates(ctx, &iam.ListSigningCertificatesInput{}))(t).Certificates); n != 1 {
		t.Errorf("root has %d", n)
	}
	if n := len(must(h.admin.ListSigningCertificates(ctx, &iam.ListSigningCertificatesInput{}))(t).Certificates); n != 0 {
		t.Errorf("admin has %d", n)
	}
	if n := must(h.admin.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap["AccountSigningCertificatesPresent"]; n != 1 {
		t.Errorf("the summary says %d", n)
	}
}

// Recorded: test_server_certificate_lifecycle, test_server_certificate_with_chain.
func TestAServerCertificateIsUploadedReadRenamedTaggedAndDeletedAsRecordedAtAWS(t *testing.T) {
	h, ctx, now := open(t), context.Background(), time.Now().Add(-time.Hour)
	root := newPair(t, "root", nil, now)
	middle := newPair(t, "middle", root, now)
	leaf := newPair(t, "leaf", middle, now)
	chain := middle.body + "\n" + root.body
	up := must(h.admin.UploadServerCertificate(ctx, &iam.UploadServerCertificateInput{
		ServerCertificateName: aws.String("web"), Path: aws.String("/cloudfront/"), CertificateBody: aws.String(leaf.body + "\n"),
		CertificateChain: &chain, PrivateKey: &leaf.pem, Tags: tags("a", "1"),
	}))(t)
	made := up.ServerCertificateMetadata
	if *made.Arn != "arn:aws:iam::123456789012:server-certificate/cloudfront/web" || len(*made.ServerCertificateId) != 21 ||
		!strings.HasPrefix(*made.ServerCertificateId, "ASCA") || !made.Expiration.Equal(leaf.cert.NotAfter) || text(up.Tags) != "a=1 " {
		t.Errorf("uploaded %+v", made)
	}
	got := must(h.admin.GetServerCertificate(ctx, &iam.GetServerCertificateInput{ServerCertificateName: aws.String("WEB")}))(t).ServerCertificate
	if *got.CertificateBody != leaf.body || *got.CertificateChain != chain || text(got.Tags) != "a=1 " {
		t.Errorf("read %+v", got)
	}
	must(h.admin.UpdateServerCertificate(ctx, &iam.UpdateServerCertificateInput{
		ServerCertificateName: aws.String("web"), NewServerCertificateName: aws.String("api"), NewPath: aws.String("/x/"),
	}))(t)
	must(h.admin.TagServerCertificate(ctx, &iam.TagServerCertificateInput{ServerCertificateName: aws.String("api"), Tags: tags("A", "2")}))(t)
	must(h.admin.UntagServerCertificate(ctx, &iam.UntagServerCertificateInput{ServerCertificateName: aws.String("api"), TagKeys: []string{"a"}}))(t)
	if got := text(must(h.admin.ListServerCertificateTags(ctx, &iam.ListServerCertificateTagsInput{ServerCertificateName: aws.String("api")}))(t).Tags); got != "A=2 " {
		t.Errorf("it has the tags %s", got)
	}
	list := must(h.admin.ListServerCertificates(ctx, &iam.ListServerCertificatesInput{PathPrefix: aws.String("/x/")}))(t)
	if len(list.ServerCertificateMetadataList) != 1 || *list.ServerCertificateMetadataList[0].ServerCertificateId != *made.ServerCertificateId {
		t.Errorf("listed %+v", list)
	}
	if n := must(h.admin.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap["ServerCertificates"]; n != 1 {
		t.Errorf("the summary says %d", n)
	}
	must(h.admin.DeleteServerCertificate(ctx, &iam.DeleteServerCertificateInput{ServerCertificateName: aws.String("api")}))(t)
	_, err := h.admin.GetServerCertificate(ctx, &iam.GetServerCertificateInput{ServerCertificateName: aws.String("api")})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The Server Certificate with name api cannot be found."})
}

// Recorded: test_server_certificate_errors. The chain: go-acme/lego#304,
// aws/aws-cli#715, aws/aws-sdk-go#2586; PEM: openshift/openshift-ansible#11214.
func TestRefusalsOfServerCertificates(t *testing.T) {
	h, now := open(t), time.Now()
	root := newPair(t, "root", nil, now.Add(-time.Hour))
	leaf, other := newPair(t, "leaf", root, now.Add(-time.Hour)), newPair(t, "other", nil, now.Add(-time.Hour))
	early, late := newPair(t, "early", nil, now.Add(time.Hour)), newPair(t, "late", nil, now.Add(-200*time.Hour))
	form := func(name, body, key, chain string) string {
		v := url.Values{"ServerCertificateName": {name}, "CertificateBody": {body}, "PrivateKey": {key}}
		if chain != "" {
			v.Set("CertificateChain", chain)
		}
		return v.Encode()
	}
	first, _ := url.ParseQuery(form("web", leaf.body, leaf.pem, root.body))
	first.Set("Action", "UploadServerCertificate")
	if status, body := h.post(first); status != 200 {
		t.Fatal(body)
	}
	notPEM := refusal{400, "MalformedCertificate", "Unable to parse certificate. Please ensure the certificate is in PEM format."}
	badChain := func(index string) refusal {
		return refusal{400, "MalformedCertificate", "Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, " +
			"followed by any intermediaries in order. The index within the chain of the invalid certificate is: " + index}
	}
	badKey := refusal{400, "MalformedCertificate", "Unable to parse private key. Please ensure the private key is in PEM format and not encrypted."}
	missing := refusal{404, "NoSuchEntity", "The Server Certificate with name none cannot be found."}
	const upload = "UploadServerCertificate"
	h.refused([]refused{
		{"a name is taken in whatever case", upload, form("WEB", leaf.body, leaf.pem, ""),
			refusal{409, "EntityAlreadyExists", "The Server Certificate with name WEB already exists."}},
		{"no PEM", upload, form("new", "hello", leaf.pem, ""), notPEM},
		{"two certificates", upload, form("new", leaf.body+"\n"+root.body, leaf.pem, ""), notPEM},
		{"no private key", upload, form("new", leaf.body, "hello", ""), badKey},
		{"an encrypted private key", upload, form("new", leaf.body, inPEM("ENCRYPTED PRIVATE KEY", []byte("x")), ""), badKey},
		{"another's private key", upload, form("new", leaf.body, other.pem, ""), refusal{400, "KeyPairMismatch", "The private key does not match the certificate."}},
		{"a chain that did not sign it", upload, form("new", leaf.body, leaf.pem, other.body), badChain("-1")},
		{"a chain that goes on with another", upload, form("new", leaf.body, leaf.pem, root.body+"\n"+other.body), badChain("0")},
		{"a chain with the right key under another name", upload, form("new", leaf.body, leaf.pem, pairOf(t, root.key, "alias", nil, now.Add(-time.Hour)).body), badChain("-1")},
		{"text before the chain", upload, form("new", leaf.body, leaf.pem, "Issuer: me\n"+root.body), badChain("-1")},
		{"from tomorrow", upload, form("new", early.body, early.pem, ""), badChain("-1")},
		{"from last week", upload, form("new", late.body, late.pem, ""),
			refusal{400, "MalformedCertificate", "Certificate is no longer valid. The &#39;Not After&#39; date restriction on the certificate has passed."}},
		{"a chain that is too long for us", upload, form("new", leaf.body, leaf.pem, strings.Repeat(root.body+"\n", 1000)),
			refusal{409, "LimitExceeded", "Cannot exceed 262144 bytes of certificate chain"}},
		{"none to read", "GetServerCertificate", "ServerCertificateName=none", missing},
		{"none to change", "UpdateServerCertificate", "ServerCertificateName=none&NewPath=/x/", missing},
		{"none to delete", "DeleteServerCertificate", "ServerCertificateName=none", missing},
		{"none to tag", "TagServerCertificate", "ServerCertificateName=none&Tags.member.1.Key=a&Tags.member.1.Value=b", missing},
		{"none to untag", "UntagServerCertificate", "ServerCertificateName=none&TagKeys.member.1=a", missing},
		{"none to list the tags of", "ListServerCertificateTags", "ServerCertificateName=none", missing},
	})
}

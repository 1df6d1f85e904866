package iam_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/rolecall-iam/rolecall"
)

// account is the account of every test.
const account = "123456789012"

var (
	rootKey  = rolecall.Credentials{AccessKeyID: "AKIAROOTROOTROOTROOT", SecretAccessKey: "root/secret/root/secret/root/secret/root/"}
	adminKey = rolecall.Credentials{AccessKeyID: "AKIAADMINADMINADMIN0", SecretAccessKey: "admin+secret+admin+secret+admin+secret+a"}
)

// house is a whole service in memory and the real clients that visit it.
type house struct {
	t      *testing.T
	url    string
	server *rolecall.Server
	admin  *iam.Client // of the user admin, who may do everything
	root   *iam.Client // of the root user
}

// open starts a service that ends with the test.
func open(t *testing.T) *house {
	t.Helper()
	return openWith(t, rolecall.Config{})
}

// openWith is open for a service that is made otherwise than usual.
func openWith(t *testing.T, config rolecall.Config) *house {
	t.Helper()
	config.Admin, config.Root = adminKey, rootKey
	s, err := rolecall.New(config)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	t.Cleanup(func() {
		web.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{t: t, url: web.URL, server: s}
	h.admin, h.root = h.client(adminKey, ""), h.client(rootKey, "")
	return h
}

// client is IAM's for a key, and a token where the key is a session's.
func (h *house) client(k rolecall.Credentials, token string) *iam.Client {
	return iam.New(iam.Options{
		BaseEndpoint: &h.url, Region: "us-east-1", Retryer: aws.NopRetryer{}, HTTPClient: steady{},
		Credentials: credentials.NewStaticCredentialsProvider(k.AccessKeyID, k.SecretAccessKey, token),
	})
}

// user makes a user with one inline policy ("" for none), and its client.
func (h *house) user(name, document string) *iam.Client {
	h.t.Helper()
	return h.client(h.userKey(name, document), "")
}

// userKey makes a user as user does, and answers its access key.
func (h *house) userKey(name, document string) rolecall.Credentials {
	h.t.Helper()
	ctx := context.Background()
	if _, err := h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: &name}); err != nil {
		h.t.Fatal(err)
	}
	if document != "" {
		if _, err := h.admin.PutUserPolicy(ctx, &iam.PutUserPolicyInput{
			UserName: &name, PolicyName: aws.String("test"), PolicyDocument: &document,
		}); err != nil {
			h.t.Fatal(err)
		}
	}
	key, err := h.admin.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name})
	if err != nil {
		h.t.Fatal(err)
	}
	return rolecall.Credentials{AccessKeyID: *key.AccessKey.AccessKeyId, SecretAccessKey: *key.AccessKey.SecretAccessKey}
}

// session makes a role that may do everything, and the client of its session
// "night".
func (h *house) session(role string) *iam.Client {
	h.t.Helper()
	ctx := context.Background()
	if _, err := h.admin.CreateRole(ctx, &iam.CreateRoleInput{
		RoleName: &role, AssumeRolePolicyDocument: aws.String(trustAccount),
	}); err != nil {
		h.t.Fatal(err)
	}
	if _, err := h.admin.AttachRolePolicy(ctx, &iam.AttachRolePolicyInput{
		RoleName: &role, PolicyArn: aws.String("arn:aws:iam::aws:policy/AdministratorAccess"),
	}); err != nil {
		h.t.Fatal(err)
	}
	out, err := h.sts(adminKey).AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::" + account + ":role/" + role), RoleSessionName: aws.String("night"),
	})
	if err != nil {
		h.t.Fatal(err)
	}
	c := out.Credentials
	return h.client(rolecall.Credentials{AccessKeyID: *c.AccessKeyId, SecretAccessKey: *c.SecretAccessKey}, *c.SessionToken)
}

func (h *house) sts(k rolecall.Credentials) *sts.Client {
	return sts.New(sts.Options{
		BaseEndpoint: &h.url, Region: "us-east-1", Retryer: aws.NopRetryer{},
		Credentials: credentials.NewStaticCredentialsProvider(k.AccessKeyID, k.SecretAccessKey, ""),
	})
}

// trustAccount is a trust policy that trusts the test's account.
const trustAccount = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"}]}`

// post sends one request as admin and answers what came back, for what the
// SDK's client hides: it checks some constraints itself and does not tell an
// empty element from none.
func (h *house) post(form url.Values) (status int, body string) {
	h.t.Helper()
	return h.postAs(adminKey, form)
}

// postAs is post with another key.
func (h *house) postAs(k rolecall.Credentials, form url.Values) (status int, body string) {
	h.t.Helper()
	form.Set("Version", "2010-05-08")
	payload := form.Encode()
	req, err := http.NewRequest(http.MethodPost, h.url, bytes.NewReader([]byte(payload)))
	if err != nil {
		h.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	sum := sha256.Sum256([]byte(payload))
	key := aws.Credentials{AccessKeyID: k.AccessKeyID, SecretAccessKey: k.SecretAccessKey}
	err = signer.NewSigner().SignHTTP(context.Background(), key, req, hex.EncodeToString(sum[:]), "iam", "us-east-1", time.Now())
	if err != nil {
		h.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		h.t.Fatal(err)
	}
	return res.StatusCode, string(b)
}

// refusal is an answer of AWS that refuses. The zero value is none.
type refusal struct {
	Status        int
	Code, Message string
}

// refusalOf is what the SDK's client was told.
func refusalOf(err error) refusal {
	var status *smithyhttp.ResponseError
	var told smithy.APIError
	if err == nil || !errors.As(err, &told) || !errors.As(err, &status) {
		return refusal{}
	}
	return refusal{status.HTTPStatusCode(), told.ErrorCode(), told.ErrorMessage()}
}

// mustRefuse demands that err is that refusal.
func mustRefuse(t *testing.T, err error, want refusal) {
	t.Helper()
	if err == nil {
		t.Fatalf("it was done; want %+v", want)
	}
	if got := refusalOf(err); got != want {
		t.Errorf("\n got %+v\nwant %+v\n(%v)", got, want, err)
	}
}

// must demands that nothing failed.
func must[T any](out T, err error) func(*testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// tags are tags from key and value by turns.
func tags(keysAndValues ...string) []types.Tag {
	var list []types.Tag
	for i := 0; i < len(keysAndValues); i += 2 {
		list = append(list, types.Tag{Key: &keysAndValues[i], Value: &keysAndValues[i+1]})
	}
	return list
}

// text is the tags as one line.
func text(list []types.Tag) string {
	line := ""
	for _, tag := range list {
		line += *tag.Key + "=" + *tag.Value + " "
	}
	return line
}

package sdk

import (
	"bytes"
	"errors"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/rolecall-iam/rolecall"
)

// newServer starts the whole service and answers its address and the admin's
// keys.
func newServer(t *testing.T) (string, rolecall.Credentials) {
	t.Helper()
	s, err := rolecall.New(rolecall.Config{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		server.Close()
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	first, _ := s.FirstStart()
	return server.URL, first.Credentials
}

func TestBoto3LivesALife(t *testing.T) { live(t, "python3", "-c", "import boto3", "life.py") }
func TestJavaScriptLivesALife(t *testing.T) {
	live(t, "node", "-e", `import("@aws-sdk/client-iam").then(() => import("@aws-sdk/client-sts")).catch(() => process.exit(1))`, "life.mjs")
}

// live runs a program of another language, if its SDK is there.
func live(t *testing.T, interpreter, flag, probe, program string) {
	if err := exec.Command(interpreter, flag, probe).Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s has not got AWS's SDK: %v", interpreter, err)
		}
		t.Skipf("SKIPPED: %s has not got AWS's SDK", interpreter)
	}
	url, keys := newServer(t)
	cmd := exec.CommandContext(t.Context(), interpreter, program, url)
	cmd.Env = append(os.Environ(), "AWS_ACCESS_KEY_ID="+keys.AccessKeyID, "AWS_SECRET_ACCESS_KEY="+keys.SecretAccessKey,
		"AWS_SESSION_TOKEN=", "AWS_EC2_METADATA_DISABLED=true", "AWS_CONFIG_FILE=/dev/null", "AWS_SHARED_CREDENTIALS_FILE=/dev/null")
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("lived")) {
		t.Errorf("%v\n%s", err, out)
	}
}

func TestGoLivesALife(t *testing.T) {
	url, keys := newServer(t)
	ctx := t.Context()
	config := func(id, secret, token string) aws.Config {
		return aws.Config{Region: "us-east-1", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider(id, secret, token)}
	}
	admin := iam.NewFromConfig(config(keys.AccessKeyID, keys.SecretAccessKey, ""))
	user, err := admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("gopher")})
	check(t, err)
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + *user.User.Arn + `"},"Action":"sts:AssumeRole"}]}`
	role, err := admin.CreateRole(ctx, &iam.CreateRoleInput{RoleName: aws.String("gopher-role"), AssumeRolePolicyDocument: &trust})
	check(t, err)
	key, err := admin.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: aws.String("gopher")})
	check(t, err)
	me := sts.NewFromConfig(config(*key.AccessKey.AccessKeyId, *key.AccessKey.SecretAccessKey, ""))
	session, err := me.AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: role.Role.Arn, RoleSessionName: aws.String("s1")})
	check(t, err)
	assumed := config(*session.Credentials.AccessKeyId, *session.Credentials.SecretAccessKey, *session.Credentials.SessionToken)
	who, err := sts.NewFromConfig(assumed).GetCallerIdentity(ctx, nil)
	check(t, err)
	if want := "arn:aws:sts::123456789012:assumed-role/gopher-role/s1"; *who.Arn != want {
		t.Errorf("the session is %s, want %s", *who.Arn, want)
	}
	_, err = iam.NewFromConfig(assumed).ListRoles(ctx, nil)
	refused(t, err, "AccessDenied")
	_, err = admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("gopher")})
	refused(t, err, "DeleteConflict")
	_, err = admin.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: aws.String("gopher"), AccessKeyId: key.AccessKey.AccessKeyId})
	check(t, err)
	_, err = admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("gopher")})
	check(t, err)
	_, err = admin.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String("gopher-role")})
	check(t, err)
	_, err = sts.NewFromConfig(assumed).GetCallerIdentity(ctx, nil)
	refused(t, err, "InvalidClientTokenId")
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, err error, code string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || !strings.HasPrefix(e.ErrorCode(), code) {
		t.Errorf("answered %v, want %s", err, code)
	}
}

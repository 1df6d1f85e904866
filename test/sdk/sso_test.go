package sdk

import (
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sso"
	"github.com/aws/aws-sdk-go-v2/service/ssooidc"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/rolecall-iam/rolecall/test/ssotest"
)

// sharedConfig has a profile of either form.
//
// Source: https://docs.aws.amazon.com/sdkref/latest/guide/feature-sso-credentials.html
const sharedConfig = `[sso-session work]
sso_start_url = ` + startURL + `
sso_region = us-east-1
sso_registration_scopes = sso:account:access
[profile session]
sso_session = work
sso_account_id = ` + account + `
sso_role_name = Reader
region = us-east-1
[profile legacy]
sso_start_url = ` + startURL + `
sso_region = us-east-1
sso_account_id = ` + account + `
sso_role_name = Reader
region = us-east-1
`

var whoJaneIs = regexp.MustCompile(`arn:aws:sts::` + account + `:assumed-role/AWSReservedSSO_Reader_[0-9a-f]{16}/jane@example\.com`)

// TestSDKsSignInThroughSSO: each finds what "aws sso login" left, in the form of
// a session and in the older one. The token of the session has expired by the
// SDK's clock, so each has to refresh it first.
func TestSDKsSignInThroughSSO(t *testing.T) {
	c := newCenter(t)
	t.Run("boto3", func(t *testing.T) { ssoProgram(t, c, "python3", "-c", "import boto3", "sso.py") })
	t.Run("JavaScript", func(t *testing.T) {
		ssoProgram(t, c, "node", "-e", `import("@aws-sdk/client-sts").catch(() => process.exit(1))`, "sso.mjs")
	})
	t.Run("Go", func(t *testing.T) {
		home, expired := c.home(t)
		t.Setenv("HOME", home)
		// While it reads a profile, the SDK knows the last two alone.
		for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC"} {
			t.Setenv(name, c.url)
		}
		for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"} {
			t.Setenv(name, "")
		}
		for _, profile := range []string{"session", "legacy"} {
			loaded, err := config.LoadDefaultConfig(t.Context(), config.WithSharedConfigProfile(profile),
				config.WithSharedConfigFiles([]string{filepath.Join(home, ".aws", "config")}), config.WithSharedCredentialsFiles(nil))
			check(t, err)
			who, err := sts.NewFromConfig(loaded).GetCallerIdentity(t.Context(), nil)
			check(t, err)
			if !whoJaneIs.MatchString(*who.Arn) {
				t.Errorf("%s: %s", profile, *who.Arn)
			}
		}
		refreshed(t, home, expired)
	})
}

func ssoProgram(t *testing.T, c *center, interpreter, flag, probe, program string) {
	if err := exec.Command(interpreter, flag, probe).Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("%s has not got AWS's SDK: %v", interpreter, err)
		}
		t.Skipf("SKIPPED: %s has not got AWS's SDK", interpreter)
	}
	home, expired := c.home(t)
	cmd := exec.CommandContext(t.Context(), interpreter, program, "session", "legacy")
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "AWS_") && !strings.HasPrefix(v, "HOME=") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "HOME="+home, "AWS_ENDPOINT_URL="+c.url, "AWS_EC2_METADATA_DISABLED=true")
	out, err := cmd.CombinedOutput()
	if err != nil || len(whoJaneIs.FindAll(out, -1)) != 2 {
		t.Errorf("%v\n%s", err, out)
	}
	refreshed(t, home, expired)
}

// home is a home directory in which "aws sso login" was called for both
// profiles. It answers the access token that is to be refreshed, too.
func (c *center) home(t *testing.T) (dir, expired string) {
	t.Helper()
	dir = t.TempDir()
	cache := filepath.Join(dir, ".aws", "sso", "cache")
	check(t, os.MkdirAll(cache, 0o700))
	check(t, os.WriteFile(filepath.Join(dir, ".aws", "config"), []byte(sharedConfig), 0o600))
	session := c.signIn("botocore-client-work", []string{"sso:account:access"})
	session.keep(t, cache, "work", time.Now().Add(-time.Minute))
	c.signIn("botocore-client-1700000000", nil).keep(t, cache, startURL, time.Now().Add(time.Hour))
	return dir, *session.token.AccessToken
}

// keep writes the cache of AWS's clients, in which a token is found by the name
// of its session or by its start URL.
func (s signedIn) keep(t *testing.T, cache, name string, expires time.Time) {
	t.Helper()
	kept := object{
		"startUrl": startURL, "region": "us-east-1", "accessToken": s.token.AccessToken, "expiresAt": expires.UTC().Format(time.RFC3339),
		"clientId": s.client.ClientId, "clientSecret": s.client.ClientSecret,
		"registrationExpiresAt": time.Unix(s.client.ClientSecretExpiresAt, 0).UTC().Format(time.RFC3339),
	}
	if s.token.RefreshToken != nil {
		kept["refreshToken"] = s.token.RefreshToken
	}
	text, err := json.Marshal(kept)
	check(t, err)
	check(t, os.WriteFile(cached(cache, name), text, 0o600))
}

func cached(cache, name string) string {
	sum := sha1.Sum([]byte(name))
	return filepath.Join(cache, hex.EncodeToString(sum[:])+".json")
}

// refreshed looks whether the session's token was.
func refreshed(t *testing.T, home, expired string) {
	t.Helper()
	text, err := os.ReadFile(cached(filepath.Join(home, ".aws", "sso", "cache"), "work"))
	check(t, err)
	var kept struct{ AccessToken, RefreshToken string }
	check(t, json.Unmarshal(text, &kept))
	if kept.AccessToken == "" || kept.AccessToken == expired || kept.RefreshToken == "" {
		t.Error("the session's token was not refreshed")
	}
}

// Tools that sign in by themselves, under their own names. AWS gives a refresh
// token to those that ask for sso:account:access.
//
// Source: https://github.com/common-fate/granted (pkg/idclogin),
// https://github.com/99designs/aws-vault (vault/ssorolecredentialsprovider.go),
// https://docs.aws.amazon.com/cli/latest/userguide/sso-configure-profile-legacy.html
func TestToolsSignInThroughSSO(t *testing.T) {
	c := newCenter(t)
	for name, tool := range map[string]struct {
		client  string
		scopes  []string
		refresh bool
	}{
		"granted, with the scopes of an sso-session": {"Granted CLI", []string{"sso:account:access"}, true},
		"granted, with a profile without a session":  {"Granted CLI", []string{"sso-portal:*"}, false},
		"aws-vault":   {"aws-vault", nil, false},
		"aws-sso-cli": {"aws-sso-cli", nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			in := c.signIn(tool.client, tool.scopes)
			if (in.token.RefreshToken != nil) != tool.refresh {
				t.Errorf("a refresh token is there: %t", in.token.RefreshToken != nil)
			}
			c.uses(t, *in.token.AccessToken)
			if !tool.refresh {
				return
			}
			again, err := c.oidc().CreateToken(t.Context(), &ssooidc.CreateTokenInput{
				ClientId: in.client.ClientId, ClientSecret: in.client.ClientSecret, GrantType: aws.String("refresh_token"), RefreshToken: in.token.RefreshToken,
			})
			check(t, err)
			c.uses(t, *again.AccessToken)
		})
	}
}

// uses gets role credentials with an access token, as tools do: by what the
// lists tell.
func (c *center) uses(t *testing.T, token string) {
	t.Helper()
	portal := sso.New(sso.Options{Region: "us-east-1", BaseEndpoint: &c.url})
	accounts, err := portal.ListAccounts(t.Context(), &sso.ListAccountsInput{AccessToken: &token})
	check(t, err)
	roles, err := portal.ListAccountRoles(t.Context(), &sso.ListAccountRolesInput{AccessToken: &token, AccountId: accounts.AccountList[0].AccountId})
	check(t, err)
	got, err := portal.GetRoleCredentials(t.Context(), &sso.GetRoleCredentialsInput{
		AccessToken: &token, AccountId: roles.RoleList[0].AccountId, RoleName: roles.RoleList[0].RoleName,
	})
	check(t, err)
	keys := credentials.NewStaticCredentialsProvider(*got.RoleCredentials.AccessKeyId, *got.RoleCredentials.SecretAccessKey, *got.RoleCredentials.SessionToken)
	who, err := sts.New(sts.Options{Region: "us-east-1", BaseEndpoint: &c.url, Credentials: keys}).GetCallerIdentity(t.Context(), nil)
	check(t, err)
	if !whoJaneIs.MatchString(*who.Arn) || !strings.HasSuffix(*who.Arn, ssotest.UserName) {
		t.Errorf("they are of %s", *who.Arn)
	}
}

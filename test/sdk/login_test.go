package sdk

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/rolecall-iam/rolecall/test/chromium"
)

const consolePassword = "Console-Horse-7!"

// login is what `aws login` does of the AWS CLI 2.32 and later, step by step: it
// opens the page to authorize in a browser, listens for the code on a loopback
// address, redeems the code with a proof of its key, and leaves the tokens where
// the SDKs find them. Its refreshing is the SDKs' own.
//
// Source: awscli/customizations/login (login.py, utils.py) of the AWS CLI
type login struct {
	t        *testing.T
	endpoint string
	key      *ecdsa.PrivateKey
}

// browse opens a page in a headless Chromium, signs in, and allows the program.
func browse(t *testing.T, address, account, user string) {
	t.Helper()
	b, err := chromium.Start()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { check(t, b.Stop()) }()
	check(t, b.Open(address))
	check(t, b.Fill("#account", account))
	check(t, b.Fill("#username", user))
	check(t, b.Fill("#password", consolePassword))
	check(t, b.Click("#submit"))
	if who, err := b.Text("#who"); err != nil || who != "arn:aws:iam::"+account+":user/"+user {
		t.Errorf("%q %v", who, err)
	}
	check(t, b.Click("#allow"))
}

// run is the whole command. It answers the file of the tokens and the session's
// name.
func (l *login) run(home, account, user string) (file, session string) {
	l.t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(l.t, err)
	came := make(chan url.Values, 1)
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/oauth/callback" {
			came <- r.URL.Query()
		}
		fmt.Fprint(w, "<h1>Return to your terminal</h1>")
	})}
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	redirect := "http://" + listener.Addr().String() + "/oauth/callback"
	verifier := strings.Repeat("Ab1-._~", 9)
	sum := sha256.Sum256([]byte(verifier))
	q := url.Values{
		"response_type": {"code"}, "client_id": {"arn:aws:signin:::devtools/same-device"}, "state": {"state-1"}, "code_challenge_method": {"SHA-256"},
		"scope": {"openid"}, "redirect_uri": {redirect}, "code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])},
	}
	browse(l.t, l.endpoint+"/v1/authorize?"+q.Encode(), account, user)
	back := <-came
	if back.Get("state") != "state-1" {
		l.t.Fatalf("%v", back)
	}
	body, err := json.Marshal(map[string]string{
		"clientId": q.Get("client_id"), "grantType": "authorization_code", "code": back.Get("code"), "codeVerifier": verifier, "redirectUri": redirect,
	})
	check(l.t, err)
	return l.keep(home, l.redeem(string(body)))
}

// tokens are what the token endpoint answers.
type tokens struct {
	AccessToken                            map[string]string
	ExpiresIn                              int
	IDToken, RefreshToken, TokenType, Name string
}

func (l *login) redeem(body string) tokens {
	l.t.Helper()
	r, err := http.NewRequestWithContext(l.t.Context(), http.MethodPost, l.endpoint+"/v1/token", strings.NewReader(body))
	check(l.t, err)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("DPoP", l.proof())
	res, err := http.DefaultClient.Do(r)
	check(l.t, err)
	defer res.Body.Close()
	var said tokens
	if err := json.NewDecoder(res.Body).Decode(&said); err != nil || res.StatusCode != http.StatusOK {
		l.t.Fatalf("%d %v %+v", res.StatusCode, err, said)
	}
	return said
}

func (l *login) proof() string {
	l.t.Helper()
	encode := base64.RawURLEncoding.EncodeToString
	part := func(v any) string { text, _ := json.Marshal(v); return encode(text) }
	x, y := l.key.X.FillBytes(make([]byte, 32)), l.key.Y.FillBytes(make([]byte, 32))
	text := part(map[string]any{"typ": "dpop+jwt", "alg": "ES256", "jwk": map[string]string{"kty": "EC", "x": encode(x), "y": encode(y), "crv": "P-256"}}) +
		"." + part(map[string]any{"htm": "POST", "htu": l.endpoint + "/v1/token", "iat": time.Now().Unix(), "jti": "4f2b1b0e-1"})
	sum := sha256.Sum256([]byte(text))
	a, b, err := ecdsa.Sign(rand.Reader, l.key, sum[:])
	check(l.t, err)
	return text + "." + encode(append(a.FillBytes(make([]byte, 32)), b.FillBytes(make([]byte, 32))...))
}

// keep writes the file that the SDKs read, in the form that the CLI gives it.
func (l *login) keep(home string, said tokens) (file, session string) {
	l.t.Helper()
	claims, err := base64.RawURLEncoding.DecodeString(strings.Split(said.IDToken, ".")[1])
	check(l.t, err)
	var id struct{ Sub string }
	check(l.t, json.Unmarshal(claims, &id))
	der, err := x509.MarshalECPrivateKey(l.key)
	check(l.t, err)
	said.AccessToken["accountId"] = strings.Split(id.Sub, ":")[4]
	said.AccessToken["expiresAt"] = time.Now().UTC().Add(time.Duration(said.ExpiresIn) * time.Second).Format(time.RFC3339)
	text, err := json.Marshal(map[string]any{
		"accessToken": said.AccessToken, "tokenType": said.TokenType, "clientId": "arn:aws:signin:::devtools/same-device", "refreshToken": said.RefreshToken,
		"idToken": said.IDToken, "dpopKey": string(pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})),
	})
	check(l.t, err)
	name := sha256.Sum256([]byte(id.Sub))
	file = filepath.Join(home, ".aws", "login", "cache", hex.EncodeToString(name[:])+".json")
	check(l.t, os.MkdirAll(filepath.Dir(file), 0o700))
	check(l.t, os.WriteFile(file, text, 0o600))
	return file, id.Sub
}

// age has the credentials in the file be over, so that who reads it refreshes,
// and answers the refresh token.
func age(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	check(t, err)
	var kept map[string]any
	check(t, json.Unmarshal(text, &kept))
	kept["accessToken"].(map[string]any)["expiresAt"] = time.Now().UTC().Add(-time.Minute).Format(time.RFC3339)
	text, err = json.Marshal(kept)
	check(t, err)
	check(t, os.WriteFile(file, text, 0o600))
	return kept["refreshToken"].(string)
}

// A user of IAM logs in with the console's password, and the SDKs for Go and
// JavaScript use what came of it and refresh it by themselves.
func TestAWSLogin(t *testing.T) {
	if err := exec.Command("chromium", "--version").Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("chromium is not installed: %v", err)
		}
		t.Skip("SKIPPED: chromium is not installed")
	}
	address, keys := newServer(t)
	ctx := t.Context()
	admin := iam.NewFromConfig(aws.Config{Region: "us-east-1", BaseEndpoint: &address, Credentials: credentials.NewStaticCredentialsProvider(keys.AccessKeyID, keys.SecretAccessKey, "")})
	made, err := admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("alice")})
	check(t, err)
	account := strings.Split(*made.User.Arn, ":")[4]
	_, err = admin.CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: aws.String("alice"), Password: aws.String(consolePassword)})
	check(t, err)
	_, err = admin.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: aws.String("alice"), PolicyName: aws.String("login"), PolicyDocument: aws.String(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["signin:AuthorizeOAuth2Access","signin:CreateOAuth2Token"],"Resource":"arn:aws:signin:*:*:oauth2/public-client/*"},{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}]}`)})
	check(t, err)

	home := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	check(t, err)
	file, session := (&login{t, address, key}).run(home, account, "alice")
	check(t, os.WriteFile(filepath.Join(home, ".aws", "config"), []byte("[profile dev]\nregion = us-east-1\nlogin_session = "+session+"\n"), 0o600))
	for name, value := range map[string]string{
		"HOME": home, "AWS_PROFILE": "dev", "AWS_ENDPOINT_URL": address, "AWS_ENDPOINT_URL_SIGNIN": address, "AWS_EC2_METADATA_DISABLED": "true", "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_SESSION_TOKEN": "",
		"AWS_CONFIG_FILE": filepath.Join(home, ".aws", "config"), "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
	} {
		t.Setenv(name, value)
	}
	for range 2 {
		loaded, err := config.LoadDefaultConfig(ctx)
		check(t, err)
		who, err := sts.NewFromConfig(loaded).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
		check(t, err)
		if *who.Arn != *made.User.Arn {
			t.Errorf("%s", *who.Arn)
		}
		_, err = iam.NewFromConfig(loaded).GetUser(ctx, &iam.GetUserInput{}) // which credentials of GetSessionToken cannot
		check(t, err)
		_, err = iam.NewFromConfig(loaded).ListUsers(ctx, &iam.ListUsersInput{})
		if err == nil || !strings.Contains(err.Error(), "user/alice is not authorized to perform: iam:ListUsers") {
			t.Errorf("%v", err)
		}
		age(t, file) // and once more, refreshed
	}
	before := age(t, file)
	out, err := exec.CommandContext(ctx, "node", "login.mjs", address).CombinedOutput()
	if err != nil || !strings.Contains(string(out), *made.User.Arn) {
		t.Errorf("%v %s", err, out)
	}
	if after := age(t, file); after == before {
		t.Error("the SDK for JavaScript has not refreshed")
	}
	_, err = admin.UpdateLoginProfile(ctx, &iam.UpdateLoginProfileInput{UserName: aws.String("alice"), Password: aws.String(consolePassword + "x")})
	check(t, err)
	loaded, err := config.LoadDefaultConfig(ctx)
	check(t, err)
	if _, err := sts.NewFromConfig(loaded).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}); err == nil || !strings.Contains(err.Error(), "password has changed") {
		t.Errorf("%v", err)
	}
}

package oidc

import (
	"bufio"
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/rolecall-iam/rolecall"
)

// issued is what the issuer prints.
type issued struct {
	Issuer string
	Tokens map[string]string // by algorithm
}

// start runs the issuer until the test ends.
func start(t *testing.T) issued {
	t.Helper()
	if err := exec.Command("node", "-e", `import("oidc-provider").catch(() => process.exit(1))`).Run(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatalf("node has not got oidc-provider: %v", err)
		}
		t.Skip("SKIPPED: node has not got oidc-provider: npm ci --prefix test/oidc --ignore-scripts")
	}
	cmd := exec.CommandContext(t.Context(), "node", "issuer.mjs")
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = stdin.Close(); _ = cmd.Wait() })
	lines := bufio.NewScanner(stdout)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var said issued
		if strings.HasPrefix(lines.Text(), "{") && json.Unmarshal(lines.Bytes(), &said) == nil {
			return said
		}
	}
	t.Fatal("the issuer ended")
	return issued{}
}

// server is a whole service that takes plain HTTP from issuers of this machine,
// and the settings of the SDK for it.
func server(t *testing.T) (aws.Config, rolecall.Credentials) {
	t.Helper()
	s, err := rolecall.New(rolecall.Config{Issuers: rolecall.Issuers{LoopbackHTTP: true}})
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
	first, _ := s.FirstStart()
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(web.URL),
		Credentials: credentials.NewStaticCredentialsProvider(first.Credentials.AccessKeyID, first.Credentials.SecretAccessKey, ""),
	}, first.Credentials
}

func TestSignedInByOIDCProvider(t *testing.T) {
	said := start(t)
	config, _ := server(t)
	provider := strings.TrimPrefix(said.Issuer, "http://")
	directory := iam.NewFromConfig(config)
	algorithms := []string{"RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "ES512"}
	var clients []string
	for _, algorithm := range algorithms {
		clients = append(clients, "app-"+algorithm)
	}
	made, err := directory.CreateOpenIDConnectProvider(t.Context(), &iam.CreateOpenIDConnectProviderInput{
		Url: aws.String("https://" + provider), ClientIDList: clients,
	})
	if err != nil {
		t.Fatal(err)
	}
	trust := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"` + *made.OpenIDConnectProviderArn + `"},
		"Action":["sts:AssumeRoleWithWebIdentity","sts:TagSession","sts:SetSourceIdentity"],
		"Condition":{"StringEquals":{"` + provider + `:sub":"ann","aws:RequestTag/Team":"blue"},"StringLike":{"` + provider + `:aud":"app-*"}}}}`
	role, err := directory.CreateRole(t.Context(), &iam.CreateRoleInput{RoleName: aws.String("App"), AssumeRolePolicyDocument: &trust})
	if err != nil {
		t.Fatal(err)
	}
	for _, algorithm := range algorithms {
		t.Run(algorithm, func(t *testing.T) {
			out, err := sts.NewFromConfig(config).AssumeRoleWithWebIdentity(t.Context(), &sts.AssumeRoleWithWebIdentityInput{
				RoleArn: role.Role.Arn, RoleSessionName: aws.String("night"), WebIdentityToken: aws.String(said.Tokens[algorithm]),
			})
			if err != nil {
				t.Fatal(err)
			}
			if *out.SubjectFromWebIdentityToken != "ann" || *out.Audience != "app-"+algorithm || aws.ToString(out.SourceIdentity) != "ann" {
				t.Errorf("%+v", out)
			}
			c := out.Credentials
			as := config.Copy()
			as.Credentials = credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
			if _, err := sts.NewFromConfig(as).GetCallerIdentity(t.Context(), nil); err != nil {
				t.Error(err)
			}
		})
	}
	if len(said.Tokens) != len(algorithms) {
		t.Errorf("%d tokens", len(said.Tokens))
	}
}

package sigv4_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/rolecall-iam/rolecall/authn/sigv4"
)

// door is a server that lets in whom the signature proves, and answers what
// the SDK takes for GetCallerIdentity's output.
func door(t *testing.T, v *sigv4.Verifier) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a, err := sigv4.Parse(r)
		if err == nil {
			body, readErr := io.ReadAll(r.Body)
			if readErr != nil {
				t.Error(readErr)
			}
			err = v.Verify(&a, suiteSecret, body, time.Now())
		}
		if err != nil {
			t.Error(explain(err))
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = io.WriteString(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/a</Arn></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	}))
	t.Cleanup(server.Close)
	return server
}

func config(server *httptest.Server, token string) aws.Config {
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), HTTPClient: server.Client(),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return credentials(token), nil }),
	}
}

// The SDK's clients, over a real connection: what net/http adds and takes away
// on both sides is in the signature as the client put it.
func TestClientsOfTheSDKAreLetIn(t *testing.T) {
	server := door(t, sigv4.NewVerifier(8))
	ctx := context.Background()
	for _, token := range []string{"", "a/session+token=="} {
		out, err := sts.NewFromConfig(config(server, token)).GetCallerIdentity(ctx, nil)
		if err != nil || aws.ToString(out.Arn) != "arn:aws:iam::123456789012:user/a" {
			t.Errorf("GetCallerIdentity: %v", err)
		}
		if _, err := iam.NewFromConfig(config(server, token)).DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("a+b=c@d é")}); err != nil {
			t.Errorf("DeleteUser: %v", err)
		}
	}
}

// As EKS and Vault use it: the URL is presigned in one place and sent from
// another.
func TestPresignedURLOfTheSDKIsLetIn(t *testing.T) {
	server := door(t, sigv4.NewVerifier(8))
	for _, token := range []string{"", "a/session+token=="} {
		signed, err := sts.NewPresignClient(sts.NewFromConfig(config(server, token))).PresignGetCallerIdentity(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		request, err := http.NewRequest(signed.Method, signed.URL, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := server.Client().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		if response.StatusCode != http.StatusOK {
			t.Errorf("status %d", response.StatusCode)
		}
	}
}

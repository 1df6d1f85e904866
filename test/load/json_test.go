package load

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

type in = map[string]any

// prefixes are what the names of operations begin with in the header of a
// request, by the service that it is signed for.
var prefixes = map[string]string{
	"identitystore": "AWSIdentityStore.",
	"organizations": "AWSOrganizationsV20161128.",
	"sso":           "SWBExternalService.",
}

// told asks a service that speaks JSON. What is refused fails the test; the
// answer is then empty.
func told[T any](c *center, one *client, service, operation string, input in) (out T) {
	body, err := json.Marshal(input)
	if err != nil {
		c.t.Error(err)
		return out
	}
	r, err := http.NewRequest(http.MethodPost, one.url, bytes.NewReader(body))
	if err != nil {
		c.t.Error(err)
		return out
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", prefixes[service]+operation)
	sum := sha256.Sum256(body)
	key := aws.Credentials{AccessKeyID: adminID, SecretAccessKey: adminSecret}
	if err := one.sign.SignHTTP(context.Background(), key, r, hex.EncodeToString(sum[:]), service, "us-east-1", time.Now()); err != nil {
		c.t.Error(err)
		return out
	}
	if out, err = decoded[T](one, r); err != nil {
		c.t.Errorf("%s: %v", operation, err)
	}
	return out
}

// portal asks the access portal's API with a bearer token.
func portal[T any](one *client, path, token string) (out T, err error) {
	r, err := http.NewRequest(http.MethodGet, one.url+path, http.NoBody)
	if err != nil {
		return out, err
	}
	r.Header.Set("X-Amz-Sso_bearer_token", token)
	return decoded[T](one, r)
}

func decoded[T any](one *client, r *http.Request) (out T, err error) {
	began := time.Now()
	res, err := one.http.Do(r)
	if err != nil {
		return out, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	one.took = time.Since(began)
	if err != nil {
		return out, err
	}
	if res.StatusCode != http.StatusOK {
		return out, fmt.Errorf("%s: %s", res.Status, text)
	}
	return out, json.Unmarshal(text, &out)
}

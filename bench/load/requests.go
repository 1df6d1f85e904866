package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

const roleARN = "arn:aws:iam::123456789012:role/target"

// admin is the key that the server is started with.
var admin = aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"}

// requests are what is sent, signed, as bytes.
type requests struct{ identity, identityToken, assumeRole []byte }

type named struct {
	name  string
	bytes []byte
}

func (r requests) all() []named {
	return []named{
		{"GetCallerIdentity", r.identity},
		{"GetCallerIdentity, session token", r.identityToken},
		{"AssumeRole", r.assumeRole},
	}
}

// keys are the credentials in an answer of CreateAccessKey or AssumeRole.
type keys struct {
	AccessKeyId, SecretAccessKey, SessionToken string
}

func (k keys) credentials() aws.Credentials {
	return aws.Credentials{AccessKeyID: k.AccessKeyId, SecretAccessKey: k.SecretAccessKey, SessionToken: k.SessionToken}
}

// prepare makes a role whose trust policy has a condition and a user who may
// assume it by a policy of its own, and signs the requests.
func prepare(address string) (requests, error) {
	trust := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"123456789012"},"Action":"sts:AssumeRole",` +
		`"Condition":{"StringEquals":{"sts:ExternalId":"load"}}}]}`
	may := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"` + roleARN + `"}]}`
	var made struct {
		Key keys `xml:"CreateAccessKeyResult>AccessKey"`
	}
	for _, form := range []url.Values{
		{"Action": {"CreateRole"}, "RoleName": {"target"}, "AssumeRolePolicyDocument": {trust}},
		{"Action": {"CreateUser"}, "UserName": {"load"}},
		{"Action": {"PutUserPolicy"}, "UserName": {"load"}, "PolicyName": {"may"}, "PolicyDocument": {may}},
		{"Action": {"CreateAccessKey"}, "UserName": {"load"}},
	} {
		form.Set("Version", "2010-05-08")
		answer, err := call(address, "iam", admin, form.Encode())
		if err != nil {
			return requests{}, err
		}
		if err := xml.Unmarshal(answer, &made); err != nil {
			return requests{}, err
		}
	}
	return sign(address, made.Key.credentials())
}

func sign(address string, user aws.Credentials) (r requests, err error) {
	const identity = "Action=GetCallerIdentity&Version=2011-06-15"
	assume := url.Values{"Action": {"AssumeRole"}, "Version": {"2011-06-15"}, "RoleArn": {roleARN},
		"RoleSessionName": {"load"}, "ExternalId": {"load"}}.Encode()
	answer, err := call(address, "sts", user, assume)
	if err != nil {
		return r, err
	}
	var session struct {
		Key keys `xml:"AssumeRoleResult>Credentials"`
	}
	if err := xml.Unmarshal(answer, &session); err != nil {
		return r, err
	}
	if r.assumeRole, err = signed(address, "sts", user, assume); err != nil {
		return r, err
	}
	if r.identity, err = signed(address, "sts", user, identity); err != nil {
		return r, err
	}
	r.identityToken, err = signed(address, "sts", session.Key.credentials(), identity)
	return r, err
}

// signed is a request as it goes over the wire.
func signed(address, service string, c aws.Credentials, body string) ([]byte, error) {
	r, err := http.NewRequest(http.MethodPost, "http://"+address+"/", strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	sum := fmt.Sprintf("%x", sha256.Sum256([]byte(body)))
	if err := v4.NewSigner().SignHTTP(context.Background(), c, r, sum, service, "us-east-1", time.Now()); err != nil {
		return nil, err
	}
	var wire bytes.Buffer
	err = r.Write(&wire)
	return wire.Bytes(), err
}

// call sends one request and returns the body of its answer.
func call(address, service string, c aws.Credentials, body string) ([]byte, error) {
	request, err := signed(address, service, c, body)
	if err != nil {
		return nil, err
	}
	conn, err := dial(address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if _, err := conn.Write(request); err != nil {
		return nil, err
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, answer)
	}
	return answer, err
}

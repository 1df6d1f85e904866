package engines

import (
	"fmt"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/compiled"
	"github.com/rolecall-iam/rolecall/policy"
)

// newRolecall is this project's evaluator, by n statements in ten policies.
func newRolecall(n int) (engine, error) {
	var p authz.Policies
	for i := range 10 {
		var statements []string
		for j := range n / 10 {
			effect, of := "Allow", i*n/10+j
			if of == n-1 {
				effect, of = "Deny", n/2
			}
			statements = append(statements, iamStatement(effect, bucket(of)))
		}
		text := `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
		document, err := policy.Validate(text, policy.Managed, policy.Environment{})
		if err != nil {
			return engine{}, err
		}
		p.Identity = append(p.Identity, authz.Named{Name: fmt.Sprintf("policy%d", i), Document: document})
	}
	ready := compiled.NewPolicies(p)
	return engine{"rolecall", func(q question) (func() verdict, error) {
		r, err := request(q)
		return func() verdict { return outcome(compiled.Decide(&r, ready)) }, err
	}}, nil
}

func iamStatement(effect, bucket string) string {
	return fmt.Sprintf(`{"Effect":%q,"Action":["s3:GetObject","s3:PutObject","s3:List*"],
		"Resource":["arn:aws:s3:::%[2]s","arn:aws:s3:::%[2]s/home/${aws:username}/*"],
		"Condition":{"StringLike":{"aws:UserAgent":["aws-cli/*","Boto3/*"]},"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/*"},
		"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]},"Bool":{"aws:SecureTransport":"true"}}}`, effect, bucket)
}

// request has all condition keys that the service sets, not only those that
// the policies ask for.
func request(q question) (authz.Request, error) {
	who, err := arn.Parse(q.principal())
	if err != nil {
		return authz.Request{}, err
	}
	var caller authz.Principal = authz.User{ARN: who, ID: "AIDAALICEALICEALICEAL"}
	if q.role {
		caller = authz.RoleSession{Role: who, RoleID: "AROADEPLOYERDEPLOYERD", Name: "build-7"}
	}
	r := authz.Request{Principal: caller, Action: "s3:" + q.action, Resource: q.resource()}
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	r.Context.AddCall(authz.Call{Time: now, SecureTransport: q.secure, SourceIP: q.address(), UserAgent: q.agent, Region: "us-east-1"})
	r.Context.AddCaller(authz.Caller{Principal: caller, Tags: []authz.Tag{{Key: "team", Value: "red"}}}, now)
	r.Context.AddResource(caller.AccountID(), nil)
	r.Context.Set("aws:username", "alice") // of the role's session too, so that ArnLike alone decides
	return r, nil
}

func outcome(d compiled.Decision) verdict {
	switch {
	case d.Allowed:
		return allowed
	case d.Cause == compiled.Explicit:
		return explicitDeny
	}
	return implicitDeny
}

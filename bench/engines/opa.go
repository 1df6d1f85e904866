package engines

import (
	"context"
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
)

// newOPA is OPA as a library, by n rules.
func newOPA(n int) (engine, error) {
	var text strings.Builder
	text.WriteString(regoHead)
	for i := range n {
		effect, of := "allow", i
		if i == n-1 {
			effect, of = "deny", n/2
		}
		fmt.Fprintf(&text, regoRule, effect, bucket(of))
	}
	ctx := context.Background()
	query, err := rego.New(rego.Query("data.bench.verdict"), rego.Module("bench.rego", text.String())).PrepareForEval(ctx)
	if err != nil {
		return engine{}, err
	}
	return engine{"OPA", func(q question) (func() verdict, error) {
		input, err := ast.InterfaceToValue(regoInput(q))
		return func() verdict {
			results, err := query.Eval(ctx, rego.EvalParsedInput(input))
			if err != nil || len(results) != 1 {
				return verdict(fmt.Sprint(results, err))
			}
			answer, _ := results[0].Expressions[0].Value.(string)
			return verdict(answer)
		}, err
	}}, nil
}

const regoHead = `package bench

default verdict := "implicitDeny"

verdict := "explicitDeny" if {
	deny
} else := "allowed" if {
	allow
}

listed if input.action in {"GetObject", "PutObject"}

listed if startswith(input.action, "List")

mine if not input.owner

mine if input.owner == input.username

agent if startswith(input.userAgent, "aws-cli/")

agent if startswith(input.userAgent, "Boto3/")

near if net.cidr_contains("10.0.0.0/8", input.sourceIp)

near if net.cidr_contains("192.0.2.0/24", input.sourceIp)
`

const regoRule = `
%s if {
	input.bucket == "%s"
	listed
	mine
	agent
	glob.match("arn:aws:iam::*:user/*", [], input.principalArn)
	near
	input.secureTransport
}
`

func regoInput(q question) map[string]any {
	input := map[string]any{
		"action": q.action, "bucket": q.bucket, "username": "alice", "principalArn": q.principal(),
		"userAgent": q.agent, "sourceIp": q.ip, "secureTransport": q.secure,
	}
	if q.owner != "" {
		input["owner"] = q.owner
	}
	return input
}

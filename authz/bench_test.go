package authz

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
)

// typical is a context as the pipeline makes it for AssumeRole.
func typical(p Principal) Context {
	var c Context
	c.AddCall(Call{Time: noon, SecureTransport: true, SourceIP: netip.MustParseAddr("192.0.2.7"), UserAgent: "aws-cli/2", Region: "us-east-1"})
	c.AddCaller(Caller{Principal: p, Tags: []Tag{{"team", "red"}, {"cost", "1"}}}, noon)
	c.AddResource(ours, []Tag{{"team", "red"}})
	c.Set("sts:RoleSessionName", "build-7")
	c.Set("sts:ExternalId", "my-unique-external-id-12345")
	return c
}

// BenchmarkAssumeRole decides by a trust policy with an external id and one
// identity policy of three statements.
func BenchmarkAssumeRole(b *testing.B) {
	r := assumes(alice)
	r.Context = typical(alice)
	p := Policies{
		Identity: named(b, `{"Version":"2012-10-17","Statement":[
			{"Sid":"Buckets","Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::reports","arn:aws:s3:::reports/*"]},
			{"Sid":"Roles","Effect":"Allow","Action":"sts:AssumeRole","Resource":"arn:aws:iam::111111111111:role/Target"},
			{"Sid":"Secure","Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`),
		Resource: resourcePolicy(b, TrustPolicy, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:root"},
			"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"my-unique-external-id-12345"}}}}`),
	}
	if d := Decide(r, p); !d.Allowed {
		b.Fatal(why(d))
	}
	b.ReportAllocs()
	for b.Loop() {
		Decide(r, p)
	}
}

// BenchmarkHundredStatements decides by ten policies of ten statements with
// conditions, of which the last allows.
func BenchmarkHundredStatements(b *testing.B) {
	r := reads(alice, typical(alice))
	var texts []string
	for i := range 10 {
		var statements []string
		for j := range 10 {
			statements = append(statements, fmt.Sprintf(`{"Effect":"Allow","Action":["s3:Get*","sqs:Send*"],"Resource":"arn:aws:s3:::bucket-%d-%d/*",
				"Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"},"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}`, i, j))
		}
		texts = append(texts, `{"Version":"2012-10-17","Statement":[`+strings.Join(statements, ",")+`]}`)
	}
	p := Policies{Identity: named(b, append(texts, allowAll)...)}
	b.ReportAllocs()
	for b.Loop() {
		Decide(r, p)
	}
}

// BenchmarkContext makes the condition keys of a request.
func BenchmarkContext(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		typical(alice)
	}
}

// BenchmarkGlobWorstCase matches patterns of 128 characters that cost the
// most, against 64 KiB.
func BenchmarkGlobWorstCase(b *testing.B) {
	text := strings.Repeat("a", 64<<10)
	for name, pattern := range map[string]string{
		"a*": strings.Repeat("a*", 64) + "b", "*aaa": "*" + strings.Repeat("a", 127) + "b", "*?a": "*" + strings.Repeat("?a", 63) + "b",
	} {
		g := glob{text: pattern}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				g.match(text)
			}
		})
	}
}

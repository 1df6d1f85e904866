package compiled_test

import (
	"fmt"
	"net/netip"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/compiled"
	"github.com/rolecall-iam/rolecall/policy"
	"github.com/rolecall-iam/rolecall/policy/managed"
)

// The benchmarks are the rows of the table in docs/performance.md.

var (
	noon  = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	ours  = accountID("111111111111")
	alice = authz.User{ARN: arnOf("arn:aws:iam::111111111111:user/team/alice"), ID: "AIDAALICEALICEALICEAL"}
	build = authz.RoleSession{Role: arnOf("arn:aws:iam::111111111111:role/ci/Deployer"), RoleID: "AROADEPLOYERDEPLOYERD", Name: "build-7"}
)

func arnOf(s string) arn.ARN {
	a, err := arn.Parse(s)
	if err != nil {
		panic(err)
	}
	return a
}

func accountID(s string) arn.AccountID {
	a, err := arn.ParseAccountID(s)
	if err != nil {
		panic(err)
	}
	return a
}

// doc parses a document, or fails the test.
func doc(t testing.TB, text string) *policy.Document {
	t.Helper()
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatalf("the test's own policy is wrong: %v\n%s", err, text)
	}
	return d
}

func named(t testing.TB, texts ...string) []authz.Named {
	t.Helper()
	list := make([]authz.Named, len(texts))
	for i, text := range texts {
		list[i] = authz.Named{Name: fmt.Sprintf("policy%d", i), Document: doc(t, text)}
	}
	return list
}

func one(t testing.TB, text string) *authz.Named { return &named(t, text)[0] }

// asks is a request with the condition keys that the pipeline sets.
func asks(p authz.Principal, action, resource string) authz.Request {
	r := authz.Request{Principal: p, Action: action, Resource: resource, ResourceAccount: ours}
	r.Context.AddCall(authz.Call{Time: noon, SecureTransport: true, SourceIP: netip.MustParseAddr("192.0.2.7"), UserAgent: "aws-cli/2", Region: "us-east-1"})
	r.Context.AddCaller(authz.Caller{Principal: p, Tags: []authz.Tag{{Key: "team", Value: "red"}, {Key: "cost", Value: "1"}}}, noon)
	r.Context.AddResource(ours, nil)
	return r
}

// statements are n as the table has them: actions, a resource with a variable,
// and conditions with StringLike, ArnLike, IpAddress and Bool.
func statements(from, n int, effect string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf(`{"Sid":"S%[1]d","Effect":"%[2]s","Action":["s3:GetObject","s3:PutObject","s3:List*"],
			"Resource":["arn:aws:s3:::bucket-%[1]d","arn:aws:s3:::bucket-%[1]d/home/${aws:username}/*"],
			"Condition":{"StringLike":{"aws:UserAgent":["aws-cli/*","Boto3/*"]},"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:user/*"},
			"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]},"Bool":{"aws:SecureTransport":"true"}}}`, from+i, effect)
	}
	return strings.Join(all, ",")
}

// tenPolicies have n statements together. One more, the last, denies what the
// first allow.
func tenPolicies(b testing.TB, n int) authz.Policies {
	texts := make([]string, 10)
	for i := range texts {
		text := statements(i*n/10, n/10, "Allow")
		if i == len(texts)-1 {
			text = statements(i*n/10, n/10-1, "Allow") + "," + statements(n/2, 1, "Deny")
		}
		texts[i] = `{"Version":"2012-10-17","Statement":[` + text + `]}`
	}
	return authz.Policies{Identity: named(b, texts...)}
}

// measure decides again and again, having seen that the decision is the
// literal evaluator's and the wanted one.
func measure(b *testing.B, r authz.Request, p authz.Policies, want compiled.Cause) {
	b.Helper()
	c := compiled.NewPolicies(p)
	if d := compiled.Decide(&r, c); d.Cause != want || !same(b, &r, p, c) {
		b.Fatalf("%+v", d)
	}
	b.ReportAllocs()
	before := processorTime(b)
	for b.Loop() {
		compiled.Decide(&r, c)
	}
	b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
}

// processorTime is what this process has used of the processors, which others
// that want them too do not change.
func processorTime(b *testing.B) int64 {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return used.Utime.Nano() + used.Stime.Nano()
}

func BenchmarkTwoStatements(b *testing.B) {
	measure(b, asks(alice, "s3:GetObject", "arn:aws:s3:::reports/2026/q3.csv"), authz.Policies{Identity: named(b, `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::reports","arn:aws:s3:::reports/*"]},
		{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`)}, compiled.Granted)
}

func BenchmarkTenPolicies(b *testing.B) {
	for _, n := range []int{100, 1_000, 10_000} {
		p := tenPolicies(b, n)
		deny := fmt.Sprintf("arn:aws:s3:::bucket-%d/home/alice/a", n/2)
		allow := fmt.Sprintf("arn:aws:s3:::bucket-%d/home/alice/a", n-2)
		b.Run(fmt.Sprintf("statements=%d/explicit", n), func(b *testing.B) { measure(b, asks(alice, "s3:GetObject", deny), p, compiled.Explicit) })
		b.Run(fmt.Sprintf("statements=%d/allow", n), func(b *testing.B) { measure(b, asks(alice, "s3:GetObject", allow), p, compiled.Granted) })
		b.Run(fmt.Sprintf("statements=%d/implicit", n), func(b *testing.B) {
			measure(b, asks(alice, "s3:GetObject", "arn:aws:s3:::elsewhere/home/alice/a"), p, compiled.Implicit)
		})
	}
}

func BenchmarkManagedPolicies(b *testing.B) {
	p := authz.Policies{Identity: managedPolicies(b)}
	b.Run("allow", func(b *testing.B) {
		measure(b, asks(alice, "s3:GetObject", "arn:aws:s3:::reports/2026/q3.csv"), p, compiled.Granted)
	})
	b.Run("implicit", func(b *testing.B) {
		measure(b, asks(alice, "s3:DeleteBucket", "arn:aws:s3:::reports"), p, compiled.Implicit)
	})
}

func managedPolicies(b testing.TB) []authz.Named {
	var texts []string
	for _, name := range []string{
		"ReadOnlyAccess", "SecurityAudit", "job-function/ViewOnlyAccess", "AmazonEC2ReadOnlyAccess", "AmazonDynamoDBReadOnlyAccess",
		"AmazonVPCReadOnlyAccess", "CloudWatchReadOnlyAccess", "AmazonRDSReadOnlyAccess", "IAMReadOnlyAccess", "AWSLambda_ReadOnlyAccess",
	} {
		p, ok := managed.Lookup("arn:aws:iam::aws:policy/" + name)
		if !ok {
			b.Fatalf("AWS has no policy %s", name)
		}
		texts = append(texts, p.Default().Document())
	}
	return named(b, texts...)
}

func BenchmarkTrustSAML(b *testing.B) {
	const provider = "arn:aws:iam::111111111111:saml-provider/okta"
	r := asks(authz.FederatedIdentity{Provider: provider}, "sts:AssumeRoleWithSAML", "arn:aws:iam::111111111111:role/Target")
	r.Context.Set("saml:aud", "https://signin.aws.amazon.com/saml")
	r.Context.Set("saml:iss", "https://idp.example.com")
	r.Context.Set("saml:sub", "alice@example.com")
	r.Context.SetMany("saml:edupersonaffiliation", "staff", "member")
	measure(b, r, authz.Policies{Resource: &authz.ResourcePolicy{Kind: authz.TrustPolicy, Named: *one(b, `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"Federated":"`+provider+`"},"Action":["sts:AssumeRoleWithSAML","sts:TagSession"],
		"Condition":{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"},"StringLike":{"saml:sub":"*@example.com"},
		"ForAnyValue:StringEquals":{"saml:edupersonaffiliation":["staff","faculty"]}}}]}`)}}, compiled.Granted)
}

// everyLayer has a policy of every type that must allow.
func everyLayer(b testing.TB) authz.Policies {
	const all = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`
	const everyone = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}`
	const regions = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","NotAction":["iam:*","sts:*"],"Resource":"*",
		"Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","us-east-1"]}}}}`
	const perimeter = `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*",
		"Condition":{"StringNotEqualsIfExists":{"aws:PrincipalAccount":"111111111111"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}}`
	const some = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":["arn:aws:s3:::reports","arn:aws:s3:::reports/*"]},
		{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`
	const bucket = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111111111111:role/ci/Deployer"},
		"Action":"s3:GetObject","Resource":"arn:aws:s3:::reports/*"}}`
	return authz.Policies{
		SCPs:     [][]authz.Named{named(b, all), named(b, all, regions), named(b, all)},
		RCPs:     [][]authz.Named{named(b, everyone, perimeter), named(b, everyone)},
		Boundary: one(b, some), Identity: named(b, some, all), Session: named(b, some), SessionPresent: true,
		Resource: &authz.ResourcePolicy{Kind: authz.OrdinaryPolicy, Named: *one(b, bucket)},
	}
}

func BenchmarkEveryLayer(b *testing.B) {
	measure(b, asks(build, "s3:GetObject", "arn:aws:s3:::reports/2026/q3.csv"), everyLayer(b), compiled.Granted)
}

// BenchmarkParallel is to be run with -cpu 1,2.
func BenchmarkParallel(b *testing.B) {
	r := asks(build, "s3:GetObject", "arn:aws:s3:::reports/2026/q3.csv")
	c := compiled.NewPolicies(everyLayer(b))
	b.ReportAllocs()
	before := processorTime(b)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			compiled.Decide(&r, c)
		}
	})
	b.ReportMetric(float64(processorTime(b)-before)/float64(b.N), "cpu-ns/op")
}

// BenchmarkCompile is the last part of BenchmarkLoad.
func BenchmarkCompile(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		d := doc(b, statementsText(n))
		b.Run(fmt.Sprintf("statements=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			before := processorTime(b)
			for b.Loop() {
				compiled.Compile(d)
			}
			b.ReportMetric(float64(processorTime(b)-before)/float64(b.N*n), "cpu-ns/statement")
		})
	}
}

// BenchmarkLoad decodes, validates and compiles, and reports what a statement
// costs.
func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		text := statementsText(n)
		b.Run(fmt.Sprintf("statements=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			before := processorTime(b)
			for b.Loop() {
				d, err := policy.Validate(text, policy.Managed, policy.Environment{})
				if err != nil {
					b.Fatal(err)
				}
				compiled.Compile(d)
			}
			b.ReportMetric(float64(processorTime(b)-before)/float64(b.N*n), "cpu-ns/statement")
		})
	}
}

// bucketOf is a resource of the i-th statement.
func bucketOf(i int) string { return fmt.Sprintf("arn:aws:s3:::bucket-%d/home/alice/a", i) }

// statementsText is a document of n statements.
func statementsText(n int) string {
	return `{"Version":"2012-10-17","Statement":[` + statements(0, n, "Allow") + `]}`
}

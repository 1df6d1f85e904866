package authz

import "testing"

// TestDisputed walks the table of disputed questions and runs the test that
// holds each choice.
func TestDisputed(t *testing.T) {
	last := 0
	for _, q := range Disputed() {
		if q.Number <= last || q.Question == "" || q.Choice == "" || q.Source == "" {
			t.Errorf("question %d after %d is out of order or not told in full", q.Number, last)
		}
		last = q.Number
		test, ok := disputedTests[q.Test]
		if !ok {
			t.Errorf("question %d names the test %q, which does not exist", q.Number, q.Test)
			continue
		}
		t.Run(q.Test, test)
	}
	if len(disputedTests) != len(Disputed()) {
		t.Errorf("there are %d questions and %d tests", len(Disputed()), len(disputedTests))
	}
}

var disputedTests = map[string]func(*testing.T){
	"session ARN and session policy": func(t *testing.T) {
		p := Policies{Session: named(t, allowNil), Resource: resourcePolicy(t, OrdinaryPolicy, forAWS(deployer.CallerARN()))}
		check(t, reads(deployer, Context{}), p, "allowed by resource-based policy")
		p.Resource = resourcePolicy(t, OrdinaryPolicy, forAWS(deployer.Role.String()))
		check(t, reads(deployer, Context{}), p, "denied for want of session policy")
	},
	"multivalued key without set operator": func(t *testing.T) {
		says(t, conditioned(`"StringEquals":{"aws:TagKeys":"team"}`), keys("aws:TagKeys[]", "team"), unknown)
		says(t, conditioned(`"StringNotEquals":{"aws:TagKeys":"team"}`), keys("aws:TagKeys[]", "cost"), unknown)
	},
	"ForAnyValue negated on a missing key": func(t *testing.T) {
		says(t, conditioned(`"ForAnyValue:StringNotEquals":{"aws:TagKeys":"team"}`), Context{}, no)
	},
	"variable in Bool": func(t *testing.T) {
		says(t, conditioned(`"Bool":{"aws:SecureTransport":"${aws:PrincipalTag/tls}"}`), keys("aws:SecureTransport", "true", "aws:PrincipalTag/tls", "true"), yes)
	},
	"negated operator and a variable without value": func(t *testing.T) {
		says(t, conditioned(`"StringNotEquals":{"k":"${aws:username}"}`), keys("k", "v"), yes)
		says(t, conditioned(`"StringEquals":{"k":"${aws:username}"}`), keys("k", "v"), no)
	},
	"short ARN": func(t *testing.T) {
		says(t, `"Action":"*","Resource":"arn:aws:sqs::"`, Context{}, no)
		says(t, `"Action":"*","Resource":"arn:aws:s3"`, Context{}, yes)
	},
	"trust policy naming the caller": func(t *testing.T) {
		check(t, assumes(alice), Policies{Resource: trusting(t, `{"AWS":"`+alice.CallerARN()+`"}`)}, "allowed by resource-based policy")
		check(t, assumes(alice), Policies{Resource: trusting(t, `{"AWS":"111111111111"}`)}, "denied for want of identity-based policy")
	},
	"a role by its ARN without the path": func(t *testing.T) {
		for name, want := range map[string]string{
			"role/ci/Deployer": "allowed by resource-based policy", "role/Deployer": "denied for want of resource-based policy",
			"role/cd/Deployer": "denied for want of resource-based policy",
		} {
			p := Policies{Resource: trusting(t, `{"AWS":"arn:aws:iam::111111111111:`+name+`"}`)}
			check(t, assumes(deployer), p, want)
		}
	},
	"denial of a trust policy": func(t *testing.T) {
		r := assumes(alice)
		d := Decide(r, Policies{Identity: named(t, allowAll), Resource: trusting(t, `{"Service":"ec2.amazonaws.com"}`)})
		want := "User: " + alice.CallerARN() + " is not authorized to perform: sts:AssumeRole on resource: " + r.Resource
		if got := AccessDeniedMessage(r, d); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	},
	"Null and the empty string": func(t *testing.T) {
		says(t, conditioned(`"Null":{"aws:RequestTag/team":"true"}`), keys("aws:RequestTag/team", ""), yes)
	},
	"case in an ARN's first parts": func(t *testing.T) {
		says(t, `"Action":"*","Resource":"arn:AWS:S3:::reports/*"`, Context{}, no)
	},
	"ArnLike part by part": func(t *testing.T) {
		says(t, conditioned(`"ArnLike":{"k":"arn:aws:s3:*:b"}`), keys("k", "arn:aws:s3:::b"), no)
		says(t, conditioned(`"ArnLike":{"k":"arn:aws:sns:*:1:t"}`), keys("k", "arn:aws:sns:r:2:x:1:t"), no)
	},
	"epoch seconds": func(t *testing.T) {
		says(t, conditioned(`"DateEquals":{"k":"1714979289"}`), keys("k", "2024-05-06T07:08:09Z"), yes)
		says(t, conditioned(`"DateEquals":{"k":"1714979289000"}`), keys("k", "2024-05-06T07:08:09Z"), no)
	},
	"NotPrincipal names caller and account": func(t *testing.T) {
		text := `{"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":["` + alice.CallerARN() + `"]},"Action":"*","Resource":"*"}}`
		p := Policies{Identity: named(t, allowAll), Resource: resourcePolicy(t, OrdinaryPolicy, text)}
		check(t, reads(alice, Context{}), p, "denied explicitly by resource-based policy")
		p.Resource = resourcePolicy(t, OrdinaryPolicy, `{"Statement":{"Effect":"Deny","NotPrincipal":{"AWS":["111111111111","`+alice.ID+`"]},"Action":"*","Resource":"*"}}`)
		check(t, reads(alice, Context{}), p, "allowed by identity-based policy")
	},
	"four digits are a year": func(t *testing.T) {
		says(t, conditioned(`"DateEquals":{"k":"2024"}`), keys("k", "2024-01-01T00:00:00Z"), yes)
		says(t, conditioned(`"DateEquals":{"k":"12024"}`), keys("k", "1970-01-01T03:20:24Z"), yes)
	},
	"source identity within an account": func(t *testing.T) {
		for _, c := range []struct {
			caller Principal
			text   string
			want   string
		}{
			{alice, alice.CallerARN(), "allowed by resource-based policy"},
			{deployer, deployer.Role.String(), "denied for want of identity-based policy"},
			{deployer, deployer.CallerARN(), "denied for want of identity-based policy"},
		} {
			r := assumes(c.caller)
			r.Action = "sts:SetSourceIdentity"
			trust := `{"Statement":{"Effect":"Allow","Principal":{"AWS":"` + c.text + `"},"Action":["sts:AssumeRole","sts:SetSourceIdentity"]}}`
			p := Policies{Resource: resourcePolicy(t, TrustPolicy, trust)}
			check(t, r, p, c.want)
			p.Identity = named(t, allowAll)
			check(t, r, p, "allowed by identity-based policy")
		}
	},
	"order of named policy types": func(t *testing.T) {
		p := Policies{
			Identity: named(t, denyAll), Boundary: one(t, denyAll), Session: named(t, denyAll), SCPs: [][]Named{named(t, denyAll)},
			RCPs: [][]Named{named(t, public("Deny"))}, Endpoint: one(t, public("Deny")), Resource: resourcePolicy(t, OrdinaryPolicy, public("Deny")),
		}
		for _, step := range []struct {
			want string
			drop func()
		}{
			{"resource control policy", func() { p.RCPs = nil }},
			{"service control policy", func() { p.SCPs = nil }},
			{"VPC endpoint policy", func() { p.Endpoint = nil }},
			{"resource-based policy", func() { p.Resource = nil }},
			{"identity-based policy", func() { p.Identity = nil }},
			{"permissions boundary", func() { p.Boundary = nil }},
			{"session policy", func() {}},
		} {
			check(t, reads(alice, Context{}), p, "denied explicitly by "+step.want)
			step.drop()
		}
		check(t, reads(alice, Context{}), Policies{Boundary: one(t, allowNil)}, "denied for want of identity-based policy")
	},
}

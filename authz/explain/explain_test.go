package explain_test

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/policy"
)

const account, other = "111111111111", "222222222222"

// scene is a question put together from its texts.
type scene struct {
	caller   string // an ARN of a user, of a session (role/path/NAME@SESSION), a service or provider
	action   string
	resource string
	trust    string // of the role that is the resource
	bucket   string
	identity []string
	boundary string
	session  string
	scp      string
	keys     map[string]string
}

func parsed(t testing.TB, text string) *policy.Document {
	t.Helper()
	doc, err := policy.Parse(text)
	if err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return doc
}

func principal(t testing.TB, text string) authz.Principal {
	t.Helper()
	if !strings.HasPrefix(text, "arn:") {
		return authz.ServicePrincipal{Name: text}
	}
	if strings.Contains(text, "-provider/") {
		return authz.FederatedIdentity{Provider: text}
	}
	name, session, _ := strings.Cut(text, "@")
	a, err := arn.Parse(name)
	if err != nil {
		t.Fatal(err)
	}
	if a.Resource == "root" {
		id, _ := arn.ParseAccountID(a.Account)
		return authz.Root{Account: id}
	}
	if session != "" {
		return authz.RoleSession{Role: a, RoleID: "AROAEXAMPLEEXAMPLEEXA", Name: session}
	}
	return authz.User{ARN: a, ID: "AIDAEXAMPLEEXAMPLEEXA"}
}

func (s scene) question(t testing.TB) explain.Question {
	t.Helper()
	q := explain.Question{Request: authz.Request{Principal: principal(t, s.caller), Action: s.action, Resource: s.resource}}
	a, _ := arn.Parse(s.resource)
	q.Request.ResourceAccount, _ = arn.ParseAccountID(a.Account)
	q.Request.Context.AddCaller(authz.Caller{Principal: q.Request.Principal}, now)
	for key, value := range s.keys {
		q.Request.Context.Set(key, value)
	}
	named := func(name, text string) authz.Named { return authz.Named{Name: name, Document: parsed(t, text)} }
	if s.trust != "" {
		q.Policies.Resource = &authz.ResourcePolicy{Kind: authz.TrustPolicy, Named: named(a.ResourceName(), s.trust)}
	}
	if s.bucket != "" {
		q.Policies.Resource = &authz.ResourcePolicy{Kind: authz.OrdinaryPolicy, Named: named(a.Resource, s.bucket)}
	}
	for i, text := range s.identity {
		q.Policies.Identity = append(q.Policies.Identity, named("policy"+string(rune('1'+i)), text))
	}
	if s.boundary != "" {
		b := named("boundary", s.boundary)
		q.Policies.Boundary = &b
	}
	if s.session != "" {
		q.Policies.Session, q.Policies.SessionPresent = []authz.Named{named("session", s.session)}, true
	}
	if s.scp != "" {
		q.Policies.SCPs = [][]authz.Named{{named("guard", s.scp)}}
	}
	q.Homes = func(r explain.Ref) explain.Home {
		switch {
		case r.Layer == authz.ResourceLayer && s.trust != "":
			return explain.Home{Kind: explain.RoleTrust, Owner: a.ResourceName(), Account: a.Account}
		case r.Layer == authz.ResourceLayer:
			return explain.Home{Kind: explain.BucketPolicy, Owner: a.Resource}
		case r.Layer == authz.IdentityLayer:
			return explain.Home{Kind: explain.RoleInline, Owner: "Caller", Policy: "policy1", Account: account}
		case r.Layer == authz.ServiceControlLayer:
			return explain.Home{Kind: explain.OrganizationPolicy, Policy: "p-12345678"}
		}
		return explain.Home{}
	}
	return q
}

// statement is a policy of one statement.
func statement(body string) string {
	return `{"Version":"2012-10-17","Statement":[{` + body + `}]}`
}

const (
	target      = "arn:aws:iam::" + account + ":role/target-role"
	mayAssume   = `"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"`
	regional    = "arn:aws:iam::" + account + ":role/aws-reserved/sso.amazonaws.com/us-west-2/AWSReservedSSO_AWSAdministratorAccess_9999999999999999@yangci.ou"
	ssoPath     = "arn:aws:iam::" + account + ":role/aws-reserved/sso.amazonaws.com/"
	trustByPath = `"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:PrincipalArn":`
)

// The first fix offered is the one that a person who knows would name; the
// mistakes are found by their names, the true cause first.
func TestADenialNamesItsCauseAndTheSmallestFix(t *testing.T) {
	for _, c := range []struct {
		rule     string
		scene    scene
		mistake  string
		verdict  string
		fix      string
		contains string // of the first edit's diff or command
	}{
		{"the region is missing in the path of an SSO role", scene{
			caller: regional, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
			trust: statement(trustByPath + `["` + ssoPath + `AWSReservedSSO_AWSAdministratorAccess*"]}}`),
		}, "sso-role-region", "needs aws:PrincipalArn to be like", "put the region us-west-2 into the path of aws:PrincipalArn",
			"sso.amazonaws.com/us-west-2/AWSReservedSSO_AWSAdministratorAccess*"},
		{"the external id was not passed", scene{
			caller: "arn:aws:iam::" + account + ":user/ann", action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
			trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"my-unique-external-id-12345"}}`),
		}, "external-id", "the request has no sts:ExternalId", "pass the external id my-unique-external-id-12345", "--external-id 'my-unique-external-id-12345'"},
		{"MFA, with long-term keys", scene{
			caller: "arn:aws:iam::" + account + ":user/ann", action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
			trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`),
		}, "mfa", "the request has no aws:MultiFactorAuthPresent", "use MFA", "--token-code"},
		{"the session's name does not fit", scene{
			caller: "arn:aws:iam::" + account + ":user/ann", action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
			trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"StringLike":{"sts:RoleSessionName":"admin-*"}}`),
			keys:  map[string]string{"sts:RoleSessionName": "bob"},
		}, "session-name", "the request has bob", "name the session admin-session", "--role-session-name 'admin-session'"},
		{"only the firehose service is trusted", scene{
			caller: regional, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
			trust: statement(`"Effect":"Allow","Principal":{"Service":"firehose.amazonaws.com"},"Action":"sts:AssumeRole"`),
		}, "", "speaks of firehose.amazonaws.com, not of arn:aws:sts::" + account + ":assumed-role/AWSReservedSSO_AWSAdministratorAccess_9999999999999999/yangci.ou",
			"let " + strings.TrimSuffix(regional, "@yangci.ou") + " in", `"AWS": "` + strings.TrimSuffix(regional, "@yangci.ou")},
		{"another session is named", scene{
			caller: "arn:aws:iam::" + account + ":role/Dev@ann", action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
			trust: statement(`"Effect":"Allow","Principal":{"AWS":"arn:aws:sts::` + account + `:assumed-role/Dev/bob"},"Action":"sts:AssumeRole"`),
		}, "session-arn", "speaks of", "let arn:aws:iam::" + account + ":role/Dev in", `"arn:aws:iam::` + account + `:role/Dev"`},
		{"the provider is trusted, not the role that signed in", scene{
			caller: "arn:aws:iam::" + account + ":role/Dev@ann", action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
			trust: statement(`"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::` + account + `:saml-provider/AWSSSO"},"Action":"sts:AssumeRoleWithSAML"`),
		}, "wrong-operation", "the role's trust policy does not allow it", "let arn:aws:iam::" + account + ":role/Dev in", "sts:AssumeRole"},
		{"no policy of the caller's speaks of it", scene{
			caller: "arn:aws:iam::" + account + ":user/ann", action: "s3:GetObject", resource: "arn:aws:s3:::b/k",
			identity: []string{statement(`"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::other/*"`)},
		}, "", "no identity-based policy allows it", "add arn:aws:s3:::b/k to Resource", "put-role-policy"},
		{"the other account allows and one's own does not", scene{
			caller: "arn:aws:iam::" + account + ":role/Dev@ann", action: "sts:AssumeRole", resource: "arn:aws:iam::" + other + ":role/x",
			trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"`),
		}, "one-side", "no identity-based policy allows it", "allow sts:AssumeRole on arn:aws:iam::" + other + ":role/x with an inline policy", "put-role-policy --role-name Dev"},
		{"a deny that means to leave the role out", scene{
			caller: "arn:aws:iam::" + account + ":role/Dev@ann", action: "s3:GetObject", resource: "arn:aws:s3:::b/k",
			identity: []string{statement(`"Effect":"Allow","Action":"s3:*","Resource":"*"`)},
			bucket:   statement(`"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotLike":{"aws:userId":["arn:aws:iam::` + account + `:role/Dev"]}}`),
		}, "deny-hits-exempt", "denies it, whatever allows it", "add AROAEXAMPLEEXAMPLEEXA:ann to the values of aws:userId that statement 1 leaves out", "AROAEXAMPLEEXAMPLEEXA:ann"},
		{"a service control policy denies", scene{
			caller: "arn:aws:iam::" + account + ":role/Dev@ann", action: "s3:GetObject", resource: "arn:aws:s3:::b/k",
			identity: []string{statement(`"Effect":"Allow","Action":"s3:*","Resource":"*"`)},
			scp:      `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Sid":"No","Effect":"Deny","Action":["s3:GetObject","s3:PutObject"],"Resource":"*"}]}`,
		}, "", "statement No of the service control policy guard denies it", "leave arn:aws:iam::" + account + ":role/Dev out of statement No", "aws organizations update-policy --policy-id p-12345678"},
		{"session tags, and sts:TagSession is not in the trust policy", scene{
			caller: "arn:aws:iam::" + account + ":role/Dev@ann", action: "sts:TagSession", resource: target, identity: []string{statement(`"Effect":"Allow","Action":"sts:*","Resource":"*"`)},
			trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"`),
		}, "tag-session", "the role's trust policy does not allow it", "add sts:TagSession to Action", `"sts:TagSession"`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			x := explain.Explain(c.scene.question(t), true)
			if x.Allowed || x.Message == "" {
				t.Fatalf("allowed: %+v", x)
			}
			if !strings.Contains(x.Verdict, c.verdict) {
				t.Errorf("verdict %q, want %q in it", x.Verdict, c.verdict)
			}
			first := ""
			if len(x.Mistakes) > 0 {
				first = x.Mistakes[0].Name
			}
			if first != c.mistake {
				t.Errorf("mistakes %+v, want %q first", x.Mistakes, c.mistake)
			}
			if len(x.Fixes) == 0 {
				t.Fatal("no fix")
			}
			fix := x.Fixes[0]
			if !strings.HasPrefix(fix.Title, c.fix) {
				t.Errorf("fixes %q, want %q first", titles(x.Fixes), c.fix)
			}
			if text := fix.Edits[0].Diff + fix.Edits[0].Command; !strings.Contains(text, c.contains) {
				t.Errorf("%s\nwant %q in it", text, c.contains)
			}
		})
	}
}

func titles(fixes []explain.Fix) []string {
	var out []string
	for _, f := range fixes {
		out = append(out, f.Title)
	}
	return out
}

package sts_test

import (
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/test/samltest"
)

const (
	corp    = "arn:aws:iam::" + account + ":saml-provider/Corp"
	federal = "arn:aws:iam::" + account + ":role/Federal"
	awsName = samltest.AWS
)

// trustSAML is a trust policy for the provider, with conditions.
func trustSAML(conditions string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"` + corp + `"},"Action":["sts:AssumeRoleWithSAML","sts:TagSession","sts:SetSourceIdentity"]` +
		`,"Condition":` + conditions + `}}`
}

// federation is a house with an identity provider that a role trusts.
type federation struct {
	*house
	idp *samltest.Provider
}

func openSAML(t *testing.T, trust string) *federation {
	t.Helper()
	f := &federation{open(t), samltest.New(t, "https://idp.example.com/saml")}
	f.call(admin, "iam", "CreateSAMLProvider", "Name", "Corp", "SAMLMetadataDocument", f.idp.Metadata())
	f.roleWith("Federal", trust)
	return f
}

// usual is a response that is right.
func (f *federation) usual() samltest.Response {
	return f.idp.Usual(f.time(), federal, corp, "ann@example.com")
}

func (f *federation) answer(r samltest.Response, pairs ...string) answer {
	f.t.Helper()
	return f.redeem(f.idp.Answer(f.t, r), pairs...)
}

// redeem calls AssumeRoleWithSAML, unsigned.
func (f *federation) redeem(response string, pairs ...string) answer {
	f.t.Helper()
	return f.send(key{}, "sts", "AssumeRoleWithSAML", append([]string{"RoleArn", federal, "PrincipalArn", corp, "SAMLAssertion", response}, pairs...)...)
}

const anyAudience = `{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}`

// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html#API_AssumeRoleWithSAML_ResponseElements
func TestAssumeRoleWithSAMLAnswers(t *testing.T) {
	f := openSAML(t, trustSAML(anyAudience))
	a := f.answer(f.usual())
	check(t, a, refusal{})
	sum := sha1.Sum([]byte("https://idp.example.com/saml" + account + "/Corp"))
	for name, want := range map[string]string{
		"Arn":           "arn:aws:sts::" + account + ":assumed-role/Federal/ann@example.com",
		"Audience":      "https://signin.aws.amazon.com/saml",
		"Issuer":        "https://idp.example.com/saml",
		"Subject":       "ann-1f3a",
		"SubjectType":   "persistent",
		"NameQualifier": base64.StdEncoding.EncodeToString(sum[:]),
		"Expiration":    "2026-03-01T13:00:00Z",
	} {
		if got := a.value(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, absent := range []string{"PackedPolicySize", "SourceIdentity"} {
		if a.has(absent) {
			t.Errorf("%s was not asked for: %s", absent, a.body)
		}
	}
	who := f.call(a.session(), "sts", "GetCallerIdentity")
	if got := who.value("UserId"); got != a.value("AssumedRoleId") || !strings.HasSuffix(got, ":ann@example.com") {
		t.Errorf("the session is %s's", got)
	}
	full := f.answer(f.usual().With(awsName+"SourceIdentity", "ann").With(awsName+"PrincipalTag:Team", "blue"), "Policy", everything)
	check(t, full, refusal{})
	if full.value("SourceIdentity") != "ann" || full.value("PackedPolicySize") == "" {
		t.Errorf("with everything: %s", full.body)
	}
}

// Source: the API page named above: SubjectType, "If the format includes the
// prefix ..., that prefix is removed"; rule S11 for what must be in a response.
func TestSubjectTypes(t *testing.T) {
	f := openSAML(t, trustSAML(anyAudience))
	for format, want := range map[string]string{
		"urn:oasis:names:tc:SAML:2.0:nameid-format:transient":    "transient",
		"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent":   "persistent",
		"urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress": "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
		"": "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified", // SAML's core, 8.3.1
	} {
		r := f.usual()
		r.Format = format
		if got := f.answer(r).value("SubjectType"); got != want {
			t.Errorf("of %q: %q, want %q", format, got, want)
		}
	}
}

// What an assertion must say, and in which words it is refused.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html unless said; "Response has
// expired": Versent/saml2aws#759; "Token must be redeemed ...": Nike-Inc/gimme-aws-creds#251; the codes
// IDPRejectedClaim and ExpiredTokenException: the API page.
func TestAssertionsThatAreRefused(t *testing.T) {
	f := openSAML(t, trustSAML(anyAudience))
	f.roleWith("Closed", trust(account))
	invalid := func(message string) refusal { return refusal{400, "InvalidIdentityToken", message} }
	unauthorized := refusal{403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML"}
	set := func(name string, values ...string) func(*samltest.Response) {
		return func(r *samltest.Response) { *r = r.Set(awsName+name, values...) }
	}
	const name = "RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}"
	const identity = `Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"`
	for _, c := range []struct {
		rule   string
		change func(*samltest.Response)
		want   refusal
	}{
		{"no session name", set("RoleSessionName"), invalid("RoleSessionName is required in AuthnResponse")},
		{"one with a space", set("RoleSessionName", "Ann Lee"), invalid(name)},
		{"one of a letter", set("RoleSessionName", "a"), invalid(name)},
		{"one of 65", set("RoleSessionName", strings.Repeat("a", 65)), invalid(name)},
		{"two of them", set("RoleSessionName", "ann", "bob"), invalid(name)},
		{"one beyond ASCII", set("RoleSessionName", "änn"), invalid(name)},
		{"a source identity with a space", set("SourceIdentity", "Ann Lee"), invalid(identity)},
		{"one that begins with aws:", set("SourceIdentity", "aws:ann"), invalid(identity)},
		{"a role that it does not name", set("Role", "arn:aws:iam::"+account+":role/Other,"+corp), unauthorized},
		{"a role by another provider", set("Role", federal+",arn:aws:iam::"+account+":saml-provider/Other"), unauthorized},
		{"a role in other letters", set("Role", strings.ToLower(federal)+","+corp), unauthorized},
		{"no role", set("Role"), unauthorized},
		{"a role alone", set("Role", federal), unauthorized},
		{"three things in place of two", set("Role", federal+","+corp+","+corp), unauthorized},
		{"no subject", func(r *samltest.Response) { r.NameID = "" }, unauthorized},
		{"another issuer", func(r *samltest.Response) {
			r.Issuer, r.AssertedIssuer = "https://other.example.com/", "https://other.example.com/"
		}, invalid("Issuer not present in specified provider")},
		{"another audience", func(r *samltest.Response) { r.Audiences = []string{"https://other.example.com/"} }, invalid("Response does not contain the required audience")},
		{"no audience", func(r *samltest.Response) { r.Audiences = nil }, invalid("Response does not contain the required audience")},
		{"another recipient (own words)", func(r *samltest.Response) { r.Recipient = "https://other.example.com/" }, invalid("Response does not contain the required recipient")},
		{"conditions that have ended", func(r *samltest.Response) { r.Until = f.time() }, refusal{400, "ExpiredTokenException", "Response has expired"}},
		{"a confirmation that has ended", func(r *samltest.Response) { r.Confirmed = f.time() }, refusal{400, "ExpiredTokenException", "Response has expired"}},
		{"a session that has ended", func(r *samltest.Response) { r.SessionEnds = f.time() }, refusal{400, "ExpiredTokenException", "Response has expired"}},
		{"five minutes old", func(r *samltest.Response) { r.Issued = f.time().Add(-5 * time.Minute) }, refusal{400, "ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance"}},
		{"not valid yet (own words)", func(r *samltest.Response) { r.From = f.time().Add(2 * time.Minute) }, invalid("Response is not yet valid")},
		{"issued in the future (own words)", func(r *samltest.Response) { r.Issued = f.time().Add(2 * time.Minute) }, invalid("Response is not yet valid")},
		{"a login that failed (own words)", func(r *samltest.Response) { r.Status = "urn:oasis:names:tc:SAML:2.0:status:Responder" }, refusal{403, "IDPRejectedClaim", "The identity provider reported that authentication failed"}},
		{"a duration of words (own words)", set("SessionDuration", "long"), invalid("SessionDuration in AuthnResponse must be a number of seconds from 900 to 43200")},
		{"a duration that is too short (own words)", set("SessionDuration", "899"), invalid("SessionDuration in AuthnResponse must be a number of seconds from 900 to 43200")},
		{"a tag with two values (own words)", set("PrincipalTag:Team", "a", "b"), invalid("PrincipalTag in AuthnResponse must have one value, and a key and a value of the characters and length of tags")},
		{"tags that differ in case (rule S6)", func(r *samltest.Response) {
			*r = r.With(awsName+"PrincipalTag:Team", "a").With(awsName+"PrincipalTag:team", "b")
		},
			refusal{400, "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive."}},
		{"a transitive key without its tag (rule S6)", set("TransitiveTagKeys", "Team"), refusal{400, "InvalidParameterValue", "The specified transitive tag key must be included in the requested tags."}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			r := f.usual()
			c.change(&r)
			check(t, f.answer(r), c.want)
		})
	}
	closed := strings.Replace(federal, "Federal", "Closed", 1)
	r := f.usual().Set(awsName+"Role", closed+","+corp)
	check(t, f.redeem(f.idp.Answer(t, r), "RoleArn", closed), unauthorized)
}

// Source: the troubleshooting page, rules S1, S2 and S4, aws-runas#80.
func TestRequestsWithSAMLThatAreRefused(t *testing.T) {
	f := openSAML(t, trustSAML(anyAudience))
	good := f.idp.Answer(t, f.usual())
	signed := refusal{400, "InvalidIdentityToken", "Response signature invalid"}
	for _, c := range []struct {
		rule  string
		pairs []string
		want  refusal
	}{
		{"nothing wrong", nil, refusal{}},
		{"nothing wrong, once more: AWS takes an assertion for five minutes (gimme-aws-creds#251)", nil, refusal{}},
		{"a provider that is not there", []string{"PrincipalArn", corp + "x"}, refusal{400, "InvalidIdentityToken", "Specified provider doesn't exist"}},
		{"one of another account", []string{"PrincipalArn", strings.Replace(corp, account, other, 1)}, refusal{400, "InvalidIdentityToken", "Specified provider doesn't exist"}},
		{"a role as provider", []string{"PrincipalArn", federal}, refusal{400, "InvalidIdentityToken", "Specified provider doesn't exist"}},
		{"what is no ARN as provider", []string{"PrincipalArn", "what-is-not-an-arn-at-all"}, refusal{400, "ValidationError", "what-is-not-an-arn-at-all is invalid"}},
		{"what is no ARN as role", []string{"RoleArn", "what-is-not-an-arn-at-all"}, refusal{400, "ValidationError", "what-is-not-an-arn-at-all is invalid"}},
		{"a role that is not there", []string{"RoleArn", federal + "x"}, refusal{403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML"}},
		{"what is no base64 (kubernetes notes quote it)", []string{"SAMLAssertion", "%%%%"}, refusal{400, "InvalidIdentityToken", "Invalid base64 SAMLResponse"}},
		{"base64 of nothing known (own words)", []string{"SAMLAssertion", base64.StdEncoding.EncodeToString([]byte("<x/>"))}, refusal{400, "InvalidIdentityToken", "Invalid SAMLResponse"}},
		{"unsigned", []string{"SAMLAssertion", samltest.Encode(f.usual().XML())}, signed},
		{"of another key", []string{"SAMLAssertion", samltest.New(t, f.idp.EntityID).Answer(t, f.usual())}, signed},
		{"longer than the role allows", []string{"DurationSeconds", "3601"}, refusal{400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."}},
		{"too short", []string{"DurationSeconds", "899"}, refusal{400, "ValidationError",
			"1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900"}},
		{"a session policy that is none", []string{"Policy", "{}"}, refusal{400, "MalformedPolicyDocument", "The policy is not in the valid JSON format."}},
		{"a managed policy that is not there", []string{"PolicyArns.member.1.arn", "arn:aws:iam::" + account + ":policy/none"},
			refusal{400, "ValidationError", "arn:aws:iam::" + account + ":policy/none is invalid"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			a := f.redeem(good, c.pairs...)
			if c.rule == "a session policy that is none" {
				c.want.message = a.message // the policy language's own business
			}
			check(t, a, c.want)
		})
	}
	var tags samltest.Response = f.usual()
	for i := range 9 {
		tags = tags.With(fmt.Sprintf("%sPrincipalTag:key%d", awsName, i), strings.Repeat("a", 250))
	}
	if a := f.answer(tags); a.code != "PackedPolicyTooLarge" || !strings.HasPrefix(a.message, "Packed size of session tags consumes ") {
		t.Errorf("nine long tags: %s: %s", a.code, a.message)
	}
}

// Source: the API page (DurationSeconds), and the assertions page (SessionDuration).
func TestHowLongASessionWithSAMLLasts(t *testing.T) {
	f := openSAML(t, trustSAML(anyAudience))
	f.call(admin, "iam", "UpdateRole", "RoleName", "Federal", "MaxSessionDuration", "43200")
	for _, c := range []struct {
		rule            string
		asked, duration string
		ends            time.Duration
		want            time.Duration
	}{
		{"an hour if nobody says", "", "", 0, time.Hour},
		{"as asked", "7200", "", 0, 2 * time.Hour},
		{"no longer than the provider's session", "7200", "", 90 * time.Minute, 90 * time.Minute},
		{"however short that is", "", "", time.Minute, time.Minute},
		{"as asked, where that is shorter", "900", "", 90 * time.Minute, 15 * time.Minute},
		{"SessionDuration shortens", "7200", "1800", 0, 30 * time.Minute},
		{"and does not lengthen", "", "43200", 0, time.Hour},
		{"the least of all", "7200", "3000", 40 * time.Minute, 40 * time.Minute},
	} {
		t.Run(c.rule, func(t *testing.T) {
			r := f.usual()
			if c.duration != "" {
				r = r.With(awsName+"SessionDuration", c.duration)
			}
			if c.ends > 0 {
				r.SessionEnds = f.time().Add(c.ends)
			}
			var pairs []string
			if c.asked != "" {
				pairs = []string{"DurationSeconds", c.asked}
			}
			if got, want := f.answer(r, pairs...).value("Expiration"), f.time().Add(c.want).Format("2006-01-02T15:04:05Z"); got != want {
				t.Errorf("ends at %s, want %s", got, want)
			}
		})
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html#saml_role-attribute
func TestThePairOfRoleAndProviderIsInEitherOrder(t *testing.T) {
	f := openSAML(t, trustSAML(anyAudience))
	for _, pair := range []string{federal + "," + corp, corp + "," + federal, " " + federal + " , " + corp + "\n"} {
		check(t, f.answer(f.usual().Set(awsName+"Role", "arn:aws:iam::"+account+":role/Other,"+corp, pair)), refusal{})
	}
}

// The condition keys of the trust policy, each in a policy that allows only
// where it has the value named.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-saml
func TestConditionKeysOfAnAssertion(t *testing.T) {
	f := openSAML(t, trustSAML(anyAudience))
	sum := sha1.Sum([]byte("https://idp.example.com/saml" + account + "/Corp"))
	r := f.usual().With("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", "staff", "faculty").
		With("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "ann@example.com").
		With("urn:oid:1.3.6.1.4.1.5923.1.1.1.6", "ann@example.com").
		With(awsName+"PrincipalTag:Team", "blue").With(awsName+"TransitiveTagKeys", "Team").With(awsName+"SourceIdentity", "ann").
		With("urn:example:unknown", "x")
	for _, c := range []struct {
		operator, name, value string
		allowed               bool
	}{
		{"StringEquals", "saml:aud", "https://signin.aws.amazon.com/saml", true},
		{"StringEquals", "saml:aud", "urn:amazon:webservices", false},
		{"StringEquals", "SAML:iss", "https://idp.example.com/saml", true},
		{"StringEquals", "saml:doc", account + "/Corp", true},
		{"StringEquals", "saml:sub", "ann-1f3a", true},
		{"StringEquals", "saml:sub_type", "persistent", true},
		{"StringEquals", "saml:namequalifier", base64.StdEncoding.EncodeToString(sum[:]), true},
		{"ForAnyValue:StringEquals", "saml:edupersonaffiliation", "faculty", true},
		{"ForAllValues:StringEquals", "saml:eduPersonAffiliation", "faculty", false},
		{"StringEquals", "saml:edupersonaffiliation", "staff", false},
		{"StringEquals", "saml:mail", "ann@example.com", true},
		{"StringLike", "saml:edupersonprincipalname", "*@example.com", true},
		{"Null", "saml:cn", "true", true},
		{"StringEquals", "sts:RoleSessionName", "ann@example.com", true},
		{"StringEquals", "sts:SourceIdentity", "ann", true},
		{"StringEquals", "aws:RequestTag/team", "blue", true},
		{"ForAllValues:StringEquals", "aws:TagKeys", "Team", true},
		{"ForAnyValue:StringEquals", "sts:TransitiveTagKeys", "Team", true},
		{"StringEquals", "aws:PrincipalType", "Anonymous", true},
		{"Null", "aws:PrincipalArn", "true", true},
	} {
		t.Run(c.operator+" "+c.name+" "+c.value, func(t *testing.T) {
			conditions, _ := json.Marshal(map[string]map[string]string{c.operator: {c.name: c.value}})
			f.call(admin, "iam", "UpdateAssumeRolePolicy", "RoleName", "Federal", "PolicyDocument", trustSAML(string(conditions)))
			want := refusal{}
			if !c.allowed {
				want = refusal{403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML"}
			}
			check(t, f.answer(r), want)
		})
	}
}

// Tags and a source identity want their actions in the trust policy.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html#troubleshoot_saml_missing-role
func TestTagsAndSourceIdentityOfAnAssertionMustBeAllowed(t *testing.T) {
	f := openSAML(t, trustSAML(anyAudience))
	denied := refusal{403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML"}
	f.call(admin, "iam", "UpdateAssumeRolePolicy", "RoleName", "Federal", "PolicyDocument",
		`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"`+corp+`"},"Action":"sts:AssumeRoleWithSAML"}}`)
	check(t, f.answer(f.usual()), refusal{})
	check(t, f.answer(f.usual().With(awsName+"PrincipalTag:Team", "blue")), denied)
	check(t, f.answer(f.usual().With(awsName+"SourceIdentity", "ann")), denied)
}

// What of the assertion stays: its tags, its source identity, three condition
// keys and who vouched for it; of the others nothing.
//
// Source: the page of condition keys, #condition-keys-saml_permission-policy;
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (aws:FederatedProvider)
func TestWhatStaysOfAnAssertion(t *testing.T) {
	f := openSAML(t, trustSAML(anyAudience))
	s := f.answer(f.usual().With(awsName+"PrincipalTag:Team", "blue").With(awsName+"TransitiveTagKeys", "Team").With(awsName+"SourceIdentity", "ann").
		With("urn:oid:1.3.6.1.4.1.5923.1.1.1.1", "staff")).session()
	f.call(admin, "iam", "DetachRolePolicy", "RoleName", "Federal", "PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess")
	for _, c := range []struct {
		operator, name, value string
	}{
		{"StringEquals", "saml:sub", "ann-1f3a"},
		{"StringEquals", "saml:sub_type", "persistent"},
		{"Null", "saml:namequalifier", "false"},
		{"Null", "saml:aud", "true"},
		{"Null", "saml:iss", "true"},
		{"Null", "saml:doc", "true"},
		{"Null", "saml:edupersonaffiliation", "true"},
		{"StringEquals", "aws:FederatedProvider", corp},
		{"StringEquals", "aws:PrincipalTag/Team", "blue"},
		{"StringEquals", "aws:SourceIdentity", "ann"},
		{"Bool", "aws:MultiFactorAuthPresent", "false"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f.call(admin, "iam", "PutRolePolicy", "RoleName", "Federal", "PolicyName", "p", "PolicyDocument",
				`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ListUsers","Resource":"*","Condition":{"`+c.operator+`":{"`+c.name+`":"`+c.value+`"}}}}`)
			check(t, f.send(s, "iam", "ListUsers"), refusal{})
		})
	}
	second := f.roleWith("Second", trust(account))
	f.call(admin, "iam", "PutRolePolicy", "RoleName", "Federal", "PolicyName", "p", "PolicyDocument", everything)
	chained := f.assume(s, second)
	check(t, chained, refusal{})
	if chained.value("SourceIdentity") != "ann" {
		t.Errorf("the source identity is lost along the chain: %s", chained.body)
	}
	check(t, f.assume(s, second, "DurationSeconds", "3601"), refusal{400, "ValidationError",
		"The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."})
}

// In China and in GovCloud ARNs, sign-in pages and, in China, attributes are
// other ones. Nobody signs, so the role's ARN tells the partition.
//
// Source: https://docs.amazonaws.cn/en_us/IAM/latest/UserGuide/troubleshoot_saml.html, https://docs.aws.amazon.com/general/latest/gr/signin-service.html
func TestOtherPartitions(t *testing.T) {
	for _, c := range []struct{ partition, region, page, attributes string }{
		{"aws-cn", "cn-north-1", "https://signin.amazonaws.cn/saml", "https://www.amazonaws.cn/SAML/Attributes/"},
		{"aws-cn", "cn-northwest-1", "https://cn-northwest-1.signin.amazonaws.cn/saml", awsName},
		{"aws-us-gov", "us-gov-west-1", "https://signin.amazonaws-us-gov.com/saml", awsName},
	} {
		t.Run(c.region, func(t *testing.T) {
			h, idp := open(t), samltest.New(t, "https://idp.example.com/saml")
			h.region = c.region
			provider, role := strings.Replace(corp, "arn:aws:", "arn:"+c.partition+":", 1), strings.Replace(federal, "arn:aws:", "arn:"+c.partition+":", 1)
			made := h.call(admin, "iam", "CreateSAMLProvider", "Name", "Corp", "SAMLMetadataDocument", idp.Metadata())
			if made.value("SAMLProviderArn") != provider {
				t.Fatalf("made %s", made.body)
			}
			h.call(admin, "iam", "CreateRole", "RoleName", "Federal", "AssumeRolePolicyDocument",
				`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"`+provider+`"},"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"SAML:aud":"`+c.page+`"}}}}`)
			r := idp.Usual(h.time(), "", "", "")
			r.Attributes, r.Recipient = nil, c.page
			r = r.With(c.attributes+"Role", role+","+provider).With(c.attributes+"RoleSessionName", "ann")
			a := h.send(key{}, "sts", "AssumeRoleWithSAML", "RoleArn", role, "PrincipalArn", provider, "SAMLAssertion", idp.Answer(t, r))
			if a.value("Arn") != "arn:"+c.partition+":sts::"+account+":assumed-role/Federal/ann" {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
}

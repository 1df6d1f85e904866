package sts_test

import (
	"maps"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/test/oidctest"
)

// claims are what a token says, beside its issuer's name.
type claims map[string]any

// sound is all that a token needs.
func sound() claims {
	return claims{
		"sub": "repo:octo-org/octo-repo:ref:refs/heads/main", "aud": "sts.amazonaws.com",
		"iat": start.Unix(), "nbf": start.Unix(), "exp": start.Add(time.Hour).Unix(),
	}
}

// with are the claims with one set, or without it where value is nil.
func (c claims) with(name string, value any) claims {
	other := maps.Clone(c)
	if other[name] = value; value == nil {
		delete(other, name)
	}
	return other
}

func startIssuer(t testing.TB, c oidctest.Config) *oidctest.Issuer {
	t.Helper()
	i, err := oidctest.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(i.Close)
	return i
}

// federated is a house that knows issuers, by the names that they are known by
// in the world.
func federated(t *testing.T, known ...*oidctest.Issuer) *house {
	t.Helper()
	config := rolecall.Issuers{Addresses: map[string]string{}}
	for _, i := range known {
		if i.Authority != nil {
			config.Trusted = append(config.Trusted, i.Authority)
		}
		config.Addresses[hostOf(i)] = i.Address
	}
	return openWith(t, rolecall.Config{Issuers: config})
}

func hostOf(i *oidctest.Issuer) string {
	for n, r := range i.Provider {
		if r == '/' {
			return i.Provider[:n]
		}
	}
	return i.Provider
}

// provider registers an issuer for sts.amazonaws.com, and answers its ARN.
func (h *house) provider(i *oidctest.Issuer, pairs ...string) string {
	h.t.Helper()
	all := append([]string{"Url", "https://" + i.Provider, "ClientIDList.member.1", "sts.amazonaws.com"}, pairs...)
	return h.call(admin, "iam", "CreateOpenIDConnectProvider", all...).value("OpenIDConnectProviderArn")
}

// trusting is a trust policy for a provider's identities, with conditions.
func trusting(provider, conditions string) string {
	return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"` + provider +
		`"},"Action":["sts:AssumeRoleWithWebIdentity","sts:TagSession","sts:SetSourceIdentity"],"Condition":` + conditions + `}}`
}

func token(t testing.TB, i *oidctest.Issuer, c claims) string {
	t.Helper()
	text, err := i.Token(c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// present calls AssumeRoleWithWebIdentity for a session called "night".
func (h *house) present(role, token string, pairs ...string) answer {
	h.t.Helper()
	all := append([]string{"RoleArn", role, "RoleSessionName", "night", "WebIdentityToken", token}, pairs...)
	return h.send(key{}, "sts", "AssumeRoleWithWebIdentity", all...)
}

// GitHub's is the usual issuer of these tests.
func gitHub(t *testing.T) *oidctest.Issuer {
	return startIssuer(t, oidctest.Config{Host: "token.actions.githubusercontent.com"})
}

const (
	gitHubSub  = `"token.actions.githubusercontent.com:sub":"repo:octo-org/octo-repo:ref:refs/heads/main"`
	gitHubOnly = `{"StringEquals":{` + gitHubSub + `}}`
	notTrusted = "Not authorized to perform sts:AssumeRoleWithWebIdentity"
)

// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
func TestAssumeRoleWithWebIdentity(t *testing.T) {
	idp := gitHub(t)
	h := federated(t, idp)
	provider := h.provider(idp)
	if provider != "arn:aws:iam::"+account+":oidc-provider/token.actions.githubusercontent.com" {
		t.Error(provider)
	}
	role := h.roleWith("Deploy", trusting(provider, gitHubOnly))
	a := h.present(role, token(t, idp, sound()))
	check(t, a, refusal{})
	for name, want := range map[string]string{
		"SubjectFromWebIdentityToken": "repo:octo-org/octo-repo:ref:refs/heads/main", "Audience": "sts.amazonaws.com", "Provider": provider,
		"Arn": "arn:aws:sts::" + account + ":assumed-role/Deploy/night", "Expiration": "2026-03-01T13:00:00Z",
	} {
		if got := a.value(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if a.has("PackedPolicySize") || a.has("SourceIdentity") {
		t.Error(a.body)
	}
	who := h.call(a.session(), "sts", "GetCallerIdentity")
	if who.value("Arn") != "arn:aws:sts::"+account+":assumed-role/Deploy/night" {
		t.Error(who.body)
	}
	h.call(a.session(), "iam", "ListRoles")
	t.Run("the issuer was asked once for all of it", func(t *testing.T) {
		for range 10 {
			check(t, h.present(role, token(t, idp, sound())), refusal{})
		}
		if idp.Asked(oidctest.Keys) != 1 || idp.Asked(oidctest.Discovery) != 1 {
			t.Errorf("asked %d times", idp.Asked(""))
		}
	})
	t.Run("a key that the issuer changes to is found", func(t *testing.T) {
		if err := idp.Rotate("two"); err != nil {
			t.Fatal(err)
		}
		check(t, h.present(role, token(t, idp, sound())), noKey)
		h.until(start.Add(11 * time.Second))
		check(t, h.present(role, token(t, idp, sound())), refusal{})
		h.until(start.Add(time.Minute))
		check(t, h.present(role, token(t, idp, sound())), refusal{})
		if idp.Asked(oidctest.Keys) != 2 {
			t.Errorf("asked %d times", idp.Asked(oidctest.Keys))
		}
	})
	t.Run("a provider that is gone vouches for nobody", func(t *testing.T) {
		h.call(admin, "iam", "DeleteOpenIDConnectProvider", "OpenIDConnectProviderArn", provider)
		check(t, h.present(role, token(t, idp, sound())), invalid("No OpenIDConnect provider found in your account for "+idp.URL))
	})
}

func invalid(message string) refusal { return refusal{400, "InvalidIdentityToken", message} }

var noKey = invalid("Couldn't retrieve verification key from your identity provider,  please reference AssumeRoleWithWebIdentity documentation for requirements")

// S12: what the role's trust policy does not allow is one refusal, whatever
// there is of the role.
//
// Source: https://github.com/aws-actions/configure-aws-credentials/issues/318
func TestTheTrustPolicyDecides(t *testing.T) {
	idp, second := gitHub(t), startIssuer(t, oidctest.Config{Host: "idp.example.com"})
	h := federated(t, idp, second)
	provider, theirs := h.provider(idp), h.provider(second)
	denied := refusal{403, "AccessDenied", notTrusted}
	for n, c := range []struct {
		rule, trust string
		want        refusal
	}{
		{"its subject", trusting(provider, gitHubOnly), refusal{}},
		{"its subject and audience", trusting(provider, `{"StringEquals":{`+gitHubSub+`,"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}`), refusal{}},
		{"a pattern of its subject", trusting(provider, `{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:octo-org/*"}}`), refusal{}},
		{"another subject", trusting(provider, `{"StringEquals":{"token.actions.githubusercontent.com:sub":"repo:octo-org/octo-repo:ref:refs/heads/dev"}}`), denied},
		{"a subject in other letters", trusting(provider, `{"StringEquals":{"token.actions.githubusercontent.com:sub":"REPO:octo-org/octo-repo:ref:refs/heads/main"}}`), denied},
		{"another audience", trusting(provider, `{"StringEquals":{`+gitHubSub+`,"token.actions.githubusercontent.com:aud":"octo"}}`), denied},
		{"another provider", trusting(theirs, `{"StringEquals":{"idp.example.com:sub":"repo:octo-org/octo-repo:ref:refs/heads/main"}}`), denied},
		{"the account alone", trust(account), denied},
		{"a session name", trusting(provider, `{"StringEquals":{`+gitHubSub+`,"sts:RoleSessionName":"night"}}`), refusal{}},
		{"its region", trusting(provider, `{"StringEquals":{`+gitHubSub+`,"aws:RequestedRegion":"us-east-1"}}`), refusal{}},
		{"another region", trusting(provider, `{"StringEquals":{`+gitHubSub+`,"aws:RequestedRegion":"eu-west-1"}}`), denied},
		{"another session name", trusting(provider, `{"StringEquals":{`+gitHubSub+`,"sts:RoleSessionName":"day"}}`), denied},
	} {
		t.Run(c.rule, func(t *testing.T) {
			role := h.roleWith("Role"+decimal(n), c.trust)
			check(t, h.present(role, token(t, idp, sound())), c.want)
		})
	}
	t.Run("a role that does not exist", func(t *testing.T) {
		check(t, h.present("arn:aws:iam::"+account+":role/Nobody", token(t, idp, sound())), denied)
	})
	t.Run("a role of an account that does not know the provider", func(t *testing.T) {
		check(t, h.present("arn:aws:iam::"+other+":role/Deploy", token(t, idp, sound())), invalid("No OpenIDConnect provider found in your account for "+idp.URL))
	})
}

// S4 and G8: how long a session lasts and what narrows it.
func TestWebIdentitySessionsAreBounded(t *testing.T) {
	idp := gitHub(t)
	h := federated(t, idp)
	role := h.roleWith("Deploy", trusting(h.provider(idp), gitHubOnly), "MaxSessionDuration", "7200")
	good := token(t, idp, sound())
	for _, c := range []struct {
		rule  string
		pairs []string
		want  refusal
	}{
		{"the role's longest", []string{"DurationSeconds", "7200"}, refusal{}},
		{"longer", []string{"DurationSeconds", "7201"}, refusal{400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."}},
		{"too short", []string{"DurationSeconds", "899"}, refusal{400, "ValidationError", "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900"}},
		{"a session policy", []string{"Policy", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ListRoles","Resource":"*"}}`}, refusal{}},
		{"one that is none", []string{"Policy", `{}`}, refusal{400, "MalformedPolicyDocument", "Syntax errors in policy."}},
		{"a managed one", []string{"PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/ReadOnlyAccess"}, refusal{}},
		{"one that does not exist", []string{"PolicyArns.member.1.arn", "arn:aws:iam::aws:policy/Nothing"}, refusal{400, "ValidationError", "arn:aws:iam::aws:policy/Nothing is invalid"}},
	} {
		t.Run(c.rule, func(t *testing.T) { check(t, h.present(role, good, c.pairs...), c.want) })
	}
	narrow := h.present(role, good, "Policy", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ListRoles","Resource":"*"}}`)
	h.call(narrow.session(), "iam", "ListRoles")
	if a := h.send(narrow.session(), "iam", "ListUsers"); a.code != "AccessDenied" || !narrow.has("PackedPolicySize") {
		t.Errorf("%s %s", a.code, narrow.body)
	}
	for rule, c := range map[string]struct {
		role, name string
		want       refusal
	}{
		"a role that is no ARN":   {"hunter2hunter2hunter2", "night", refusal{400, "ValidationError", "hunter2hunter2hunter2 is invalid"}},
		"a name that is too bold": {role, "a b", refusal{400, "ValidationError", `1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*`}},
	} {
		t.Run(rule, func(t *testing.T) {
			check(t, h.send(key{}, "sts", "AssumeRoleWithWebIdentity", "RoleArn", c.role, "RoleSessionName", c.name, "WebIdentityToken", good), c.want)
		})
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_adding-assume-role-idp
func TestTokensCarryTagsAndASourceIdentity(t *testing.T) {
	idp := gitHub(t)
	h := federated(t, idp)
	provider := h.provider(idp)
	const (
		tagsClaim = "https://aws.amazon.com/tags"
		identity  = "https://aws.amazon.com/source_identity"
	)
	open := h.roleWith("Open", trusting(provider, gitHubOnly))
	h.call(admin, "iam", "PutRolePolicy", "RoleName", "Open", "PolicyName", "wide", "PolicyDocument", everything)
	shut := h.roleWith("Shut", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Federated":"`+provider+`"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":`+gitHubOnly+`}}`)
	only := h.roleWith("Blue", trusting(provider, `{"StringEquals":{`+gitHubSub+`,"aws:RequestTag/Team":"blue"},"ForAllValues:StringEquals":{"aws:TagKeys":["Team"],"sts:TransitiveTagKeys":["Team"]}}`))
	tagged := func(tags map[string]any, transitive ...string) claims {
		return sound().with(tagsClaim, map[string]any{"principal_tags": tags, "transitive_tag_keys": transitive})
	}
	blue := map[string]any{"Team": []string{"blue"}}
	many := map[string]any{}
	for n := range 51 {
		many["k"+decimal(n)] = "v"
	}
	badTags := invalid("The session tags in the ID Token are not valid: at most 50, with keys of 1 to 128 and values of at most 256 letters, digits, spaces and _.:/=+-@")
	badIdentity := invalid(`Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"`)
	for _, c := range []struct {
		rule, role string
		claims     claims
		want       refusal
	}{
		{"tags that are allowed", open, tagged(blue), refusal{}},
		{"tags that are not", shut, tagged(blue), refusal{403, "AccessDenied", "Not authorized to perform sts:TagSession"}},
		{"the tag that is demanded", only, tagged(blue, "Team"), refusal{}},
		{"another value", only, tagged(map[string]any{"Team": "red"}), refusal{403, "AccessDenied", notTrusted}},
		{"no tag where one is demanded", only, sound(), refusal{403, "AccessDenied", notTrusted}},
		{"a further tag", only, tagged(map[string]any{"Team": "blue", "Desk": "1"}), refusal{403, "AccessDenied", notTrusted}},
		{"51 tags", open, tagged(many), badTags},
		{"a key with a star", open, tagged(map[string]any{"T*": "v"}), badTags},
		{"a key with a line break", open, tagged(map[string]any{"T\n": "v"}), invalid("The claim https://aws.amazon.com/tags is not valid")},
		{"an empty key", open, tagged(map[string]any{"": "v"}), badTags},
		{"two values", open, tagged(map[string]any{"Team": []string{"a", "b"}}), invalid("The claim https://aws.amazon.com/tags is not valid")},
		{"one key in two spellings", open, tagged(map[string]any{"Team": "a", "tEAM": "a"}), invalidTags("Duplicate tag keys found. Please note that Tag keys are case insensitive.")},
		{"a transitive key without its tag", open, tagged(blue, "Desk"), invalidTags("The specified transitive tag key must be included in the requested tags.")},
		{"a source identity that is allowed", open, sound().with(identity, "ann"), refusal{}},
		{"one that is not", shut, sound().with(identity, "ann"), refusal{403, "AccessDenied", "Not authorized to perform sts:SetSourceIdentity"}},
		{"one that is too short", open, sound().with(identity, "a"), badIdentity},
		{"one of AWS's", open, sound().with(identity, "aws:ann"), badIdentity},
		{"one with a space", open, sound().with(identity, "ann b"), badIdentity},
	} {
		t.Run(c.rule, func(t *testing.T) { check(t, h.present(c.role, token(t, idp, c.claims)), c.want) })
	}
	t.Run("they go on along a chain", func(t *testing.T) {
		next := h.roleWith("Next", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"`+open+`"},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"],"Condition":{"StringEquals":{"aws:PrincipalTag/Team":"blue","sts:SourceIdentity":"ann"}}}}`)
		first := h.present(open, token(t, idp, tagged(blue, "Team").with(identity, "ann")))
		check(t, first, refusal{})
		if first.value("SourceIdentity") != "ann" || !first.has("PackedPolicySize") {
			t.Error(first.body)
		}
		check(t, h.assume(first.session(), next), refusal{})
		check(t, h.assume(first.session(), next, tags("Team", "red")...), invalidTags("One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session."))
	})
}

// The claims that AWS makes condition keys of, of the issuers that it does so
// for, and of no others; of them the session keeps aud, sub and amr.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
func TestClaimsThatAreConditionKeys(t *testing.T) {
	gh := gitHub(t)
	gl := startIssuer(t, oidctest.Config{Host: "gitlab.com"})
	circle := startIssuer(t, oidctest.Config{Host: "oidc.circleci.com", Path: "/org/42"})
	plain := startIssuer(t, oidctest.Config{Host: "idp.example.com", Path: "/tenant"})
	h := federated(t, gh, gl, circle, plain)
	denied := refusal{403, "AccessDenied", notTrusted}
	for n, c := range []struct {
		rule       string
		idp        *oidctest.Issuer
		claims     claims
		conditions string
		want       refusal
	}{
		{"GitHub's repository_id", gh, sound().with("repository_id", "74"), `{"StringEquals":{` + gitHubSub + `,"token.actions.githubusercontent.com:repository_id":"74"}}`, refusal{}},
		{"another one", gh, sound().with("repository_id", "75"), `{"StringEquals":{` + gitHubSub + `,"token.actions.githubusercontent.com:repository_id":"74"}}`, denied},
		{"one that the token does not have", gh, sound(), `{"StringEquals":{` + gitHubSub + `,"token.actions.githubusercontent.com:repository_id":"74"}}`, denied},
		{"a claim of GitHub's that AWS does not know", gh, sound().with("run_id", "1"), `{"StringEquals":{` + gitHubSub + `,"token.actions.githubusercontent.com:run_id":"1"}}`, denied},
		{"a list where there is one value", gh, sound().with("ref", []string{"a", "b"}), `{"StringEquals":{` + gitHubSub + `,"token.actions.githubusercontent.com:ref":"a"}}`, denied},
		{"GitLab's project", gl, sound().with("project_id", "22").with("ref_protected", "true"), `{"StringLike":{"gitlab.com:sub":"repo:*"},"StringEquals":{"gitlab.com:project_id":"22","gitlab.com:ref_protected":"true"}}`, refusal{}},
		{"CircleCI's project", circle, sound().with("oidc.circleci.com/project-id", "7"), `{"StringEquals":{"oidc.circleci.com/org/42:oidc.circleci.com/project-id":"7"}}`, refusal{}},
		{"GitHub's claim by another issuer", plain, sound().with("repository_id", "74"), `{"StringEquals":{"idp.example.com/tenant:repository_id":"74"}}`, denied},
		{"another issuer's subject", plain, sound(), `{"StringLike":{"idp.example.com/tenant:sub":"repo:*","idp.example.com/tenant:oaud":"sts.amazonaws.com"}}`, refusal{}},
		{"how the subject signed in", plain, sound().with("amr", []string{"pwd", "mfa"}), `{"ForAnyValue:StringEquals":{"idp.example.com/tenant:amr":"mfa"}}`, refusal{}},
		{"how it did not", plain, sound().with("amr", []string{"pwd"}), `{"ForAnyValue:StringEquals":{"idp.example.com/tenant:amr":"mfa"}}`, denied},
		{"the authorized party in place of the audience", plain, sound().with("azp", "sts.amazonaws.com").with("aud", "app"), `{"StringEquals":{"idp.example.com/tenant:aud":"sts.amazonaws.com","idp.example.com/tenant:oaud":"app"}}`, refusal{}},
		{"a claim called sub of another issuer's", plain, sound(), `{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:*"}}`, denied},
		{"an e-mail address", plain, sound().with("email", "ann@example.com"), `{"StringEquals":{"idp.example.com/tenant:email":"ann@example.com"}}`, denied},
	} {
		t.Run(c.rule, func(t *testing.T) {
			arn := "arn:aws:iam::" + account + ":oidc-provider/" + c.idp.Provider
			if a := h.send(admin, "iam", "GetOpenIDConnectProvider", "OpenIDConnectProviderArn", arn); a.status != 200 {
				h.provider(c.idp)
			}
			role := h.roleWith("Keys"+decimal(n), trusting(arn, c.conditions))
			check(t, h.present(role, token(t, c.idp, c.claims)), c.want)
		})
	}
	t.Run("a session keeps its subject and not its repository", func(t *testing.T) {
		arn := "arn:aws:iam::" + account + ":oidc-provider/" + gh.Provider
		role := h.roleWith("Kept", trusting(arn, gitHubOnly))
		h.call(admin, "iam", "DetachRolePolicy", "RoleName", "Kept", "PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess")
		session := h.present(role, token(t, gh, sound().with("repository_id", "74"))).session()
		for keyName, want := range map[string]int{"sub": 200, "aud": 200, "repository_id": 403, "oaud": 403} {
			h.call(admin, "iam", "PutRolePolicy", "RoleName", "Kept", "PolicyName", "p", "PolicyDocument",
				`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ListRoles","Resource":"*","Condition":{"StringLike":{"token.actions.githubusercontent.com:`+keyName+`":"*"}}}}`)
			if a := h.send(session, "iam", "ListRoles"); a.status != want {
				t.Errorf("by %s: %d %s", keyName, a.status, a.message)
			}
		}
	})
}

package explain_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

// The line that makes a request passes all that it needs, whatever is in it:
// what a person has set already, and what the fix adds.
//
// Source: https://docs.aws.amazon.com/cli/latest/reference/sts/assume-role.html
func TestTheLineOfARequestIsWhole(t *testing.T) {
	provider := "arn:aws:iam::" + account + ":oidc-provider/accounts.example.com"
	in := `"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"],"Condition":`
	for _, c := range []struct {
		rule   string
		caller string
		action string
		trust  string
		keys   map[string]string
		want   string
	}{
		{"an external id with a quote in it", annARN, "sts:AssumeRole", in + `{"StringEquals":{"sts:ExternalId":"it's $HOME"}}`, nil,
			`aws sts assume-role --role-arn ` + target + ` --role-session-name 'session' --external-id 'it'\''s $HOME'`},
		{"an external id beside a session's name", annARN, "sts:AssumeRole", in + `{"StringEquals":{"sts:ExternalId":"x1"}}`, map[string]string{"sts:RoleSessionName": "bob"},
			`aws sts assume-role --role-arn ` + target + ` --role-session-name 'bob' --external-id 'x1'`},
		{"a source identity beside an external id", annARN, "sts:SetSourceIdentity", in + `{"StringLike":{"sts:SourceIdentity":"ann"}}`, map[string]string{"sts:ExternalId": "x1"},
			`aws sts assume-role --role-arn ` + target + ` --role-session-name 'session' --external-id 'x1' --source-identity 'ann'`},
		{"a tag beside a tag", annARN, "sts:TagSession", in + `{"StringEquals":{"aws:RequestTag/team":"a, b"}}`, map[string]string{"aws:RequestTag/cost": "9"},
			`aws sts assume-role --role-arn ` + target + ` --role-session-name 'session' --tags '[{"Key":"cost","Value":"9"},{"Key":"team","Value":"a, b"}]'`},
		{"a code and an external id", annARN, "sts:AssumeRole", in + `{"Bool":{"aws:MultiFactorAuthPresent":"true"},"StringEquals":{"sts:ExternalId":"x1"}}`, nil,
			`aws sts assume-role --role-arn ` + target + ` --role-session-name 'session' --external-id 'x1' --serial-number arn:aws:iam::` + account + `:mfa/DEVICE --token-code CODE`},
		{"a session's name with a web identity", provider, "sts:AssumeRoleWithWebIdentity",
			`"Effect":"Allow","Principal":{"Federated":"` + provider + `"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringEquals":{"sts:RoleSessionName":"ci"}}`, nil,
			`aws sts assume-role-with-web-identity --role-arn ` + target + ` --role-session-name 'ci' --web-identity-token file://TOKEN`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			x := explained(t, scene{caller: c.caller, action: c.action, resource: target, trust: statement(c.trust), keys: c.keys,
				identity: []string{statement(`"Effect":"Allow","Action":"sts:*","Resource":"*"`)}})
			edits := x.Fixes[0].Edits
			for _, e := range edits {
				if e.Target != "request" || e.Command != c.want {
					t.Errorf("%s: %s\nwant %s", e.Title, e.Command, c.want)
				}
			}
		})
	}
}

// What an assertion or a token says nobody can pass: such a condition is not
// offered as an option of the request.
func TestWhatAProviderSaysIsNotPassed(t *testing.T) {
	provider := "arn:aws:iam::" + account + ":saml-provider/Corp"
	for _, key := range []string{"sts:ExternalId", "sts:RoleSessionName", "sts:SourceIdentity", "aws:RequestTag/team"} {
		q := scene{caller: provider, action: "sts:AssumeRoleWithSAML", resource: target,
			trust: statement(`"Effect":"Allow","Principal":{"Federated":"` + provider + `"},"Action":"sts:AssumeRoleWithSAML","Condition":{"StringEquals":{"` + key + `":"x"}}`)}.question(t)
		for _, f := range explain.Explain(q, true).Fixes {
			for _, e := range f.Edits {
				if e.Target == "request" {
					t.Errorf("%s: %s: %s", key, e.Title, e.Command)
				}
			}
		}
	}
}

// A name that a shell would read otherwise is quoted, in every command; one
// that is plain is left as people write it.
func TestNamesInCommandsAreWords(t *testing.T) {
	for _, c := range []struct {
		home explain.Home
		want string
	}{
		{explain.Home{Kind: explain.RoleInline, Owner: "Dev+1@a,b", Policy: "p"}, "aws iam put-role-policy --role-name Dev+1@a,b --policy-name p --policy-document '{"},
		{explain.Home{Kind: explain.UserInline, Owner: "a;b", Policy: "it's"}, `aws iam put-user-policy --user-name 'a;b' --policy-name 'it'\''s' --policy-document '{`},
		{explain.Home{Kind: explain.GroupInline, Owner: "g", Policy: ""}, "aws iam put-group-policy --group-name g --policy-name '' --policy-document '{"},
		{explain.Home{Kind: explain.CustomerManaged, ARN: "arn:aws:iam::1:policy/$(x)/p"}, "aws iam create-policy-version --policy-arn 'arn:aws:iam::1:policy/$(x)/p' --set-as-default --policy-document '{"},
		{explain.Home{Kind: explain.OrganizationPolicy, Policy: "p-12345678"}, "aws organizations update-policy --policy-id p-12345678 --content '{"},
	} {
		q := scene{caller: annARN, action: "s3:GetObject", resource: object, identity: []string{statement(`"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::c/*"`)}}.question(t)
		q.Homes = func(explain.Ref) explain.Home { return c.home }
		x := explain.Explain(q, true)
		if i := slices.IndexFunc(x.Fixes, func(f explain.Fix) bool { return f.Title == "add "+object+" to Resource" }); i < 0 || !strings.HasPrefix(x.Fixes[i].Edits[0].Command, c.want) {
			t.Errorf("%+v\nwant %s", x.Fixes, c.want)
		}
	}
}

// What is shown is the same whether fixes are looked for or not: elements of a
// statement of another action are looked at only for fixes.
func TestFixesDoNotChangeWhatIsSaid(t *testing.T) {
	scenes := map[string]scene{
		"a statement of another action has a condition, one after it has none": {caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
			trust: `{"Version":"2012-10-17","Statement":[
				{"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:TagSession","Condition":{"StringEquals":{"sts:ExternalId":"x"}}},
				{"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:SetSourceIdentity"}]}`},
		"a denial, and an external id that another statement asks for": {caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)},
			trust: `{"Version":"2012-10-17","Statement":[
				{"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:*","Condition":{"StringEquals":{"sts:ExternalId":"x"}}},
				{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}]}`},
		"MFA, for another action": {caller: annARN, action: "s3:GetObject", resource: object,
			identity: []string{statement(`"Effect":"Allow","Action":"iam:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`)}},
	}
	for rule, s := range scenes {
		with, without := explain.Explain(s.question(t), true), explain.Explain(s.question(t), false)
		with.Fixes = nil
		for i := range with.Layers { // how far the elements were looked at shows in the failures
			for n := range with.Layers[i].Policies {
				for k := range with.Layers[i].Policies[n].Statements {
					with.Layers[i].Policies[n].Statements[k].Failures = nil
					without.Layers[i].Policies[n].Statements[k].Failures = nil
				}
			}
		}
		a, _ := json.Marshal(with)
		b, _ := json.Marshal(without)
		if string(a) != string(b) {
			t.Errorf("%s:\n%s\n%s", rule, a, b)
		}
		if len(with.Mistakes) > 0 {
			t.Errorf("%s: %+v is not why", rule, with.Mistakes)
		}
	}
}

// A mistake in what is about another action is not why this one is denied.
func TestMistakesOfOtherActionsAreNotNamed(t *testing.T) {
	q := scene{caller: devRole + "@ann", action: "s3:GetObject", resource: object, identity: []string{statement(readOnly)},
		bucket: statement(`"Effect":"Allow","Principal":{"AWS":["arn:aws:sts::` + account + `:assumed-role/Dev/bob","AROADELETEDDELETEDDEL"]},"Action":"s3:PutObject","Resource":"*"`)}.question(t)
	var err error
	if q.Request.ResourceAccount, err = arn.ParseAccountID(other); err != nil {
		t.Fatal(err)
	}
	x := explain.Explain(q, true)
	if x.Allowed {
		t.Fatal("allowed")
	}
	for _, m := range x.Mistakes {
		if m.Name == "session-arn" || m.Name == "deleted-principal" {
			t.Errorf("%+v", m)
		}
	}
}

// Subjects that an issuer can write are not called impossible: GitHub's may
// begin with another claim where that is set.
//
// Source: https://docs.github.com/en/actions/reference/security/oidc
func TestASubjectThatNoTokenHas(t *testing.T) {
	for _, c := range []struct {
		key, value string
		impossible bool
	}{
		{"token.actions.githubusercontent.com:sub", "octo/app:*", true},
		{"token.actions.githubusercontent.com:sub", "Repo:octo/app:*", true},
		{"token.actions.githubusercontent.com:sub", "octo", true},
		{"token.actions.githubusercontent.com:sub", "repo:octo/*", false},
		{"token.actions.githubusercontent.com:sub", "job_workflow_ref:octo/app/*", false},
		{"token.actions.githubusercontent.com:sub", "*", false},
		{"gitlab.com:sub", "group/project:ref_type:branch:ref:main", true},
		{"gitlab.com:sub", "project_path:group/*", false},
		{"oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE:sub", "serviceaccount:default:app", true},
		{"oidc.eks.us-east-1.amazonaws.com/id/EXAMPLE:sub", "system:serviceaccount:default:app", false},
		{"idp.example.com:sub", "anybody", false},
	} {
		provider := "arn:aws:iam::" + account + ":oidc-provider/" + strings.TrimSuffix(c.key, ":sub")
		q := scene{caller: provider, action: "sts:AssumeRoleWithWebIdentity", resource: target, keys: map[string]string{c.key: "another"},
			trust: statement(`"Effect":"Allow","Principal":{"Federated":"` + provider + `"},"Action":"sts:AssumeRoleWithWebIdentity","Condition":{"StringLike":{"` + c.key + `":"` + c.value + `"}}`)}.question(t)
		x := explain.Explain(q, false)
		named := slices.ContainsFunc(x.Mistakes, func(m explain.Mistake) bool { return m.Name == "oidc-subject" })
		if named != c.impossible && c.value != "*" {
			t.Errorf("%s %s: %v, want %v", c.key, c.value, named, c.impossible)
		}
	}
}

// A service that comes on behalf of another resource, or of none, is told which
// is asked for; a person is not spoken to of deputies.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
func TestAServiceOnBehalfOfAnotherIsTold(t *testing.T) {
	trust := statement(`"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com","AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"ArnLike":{"aws:SourceArn":"arn:aws:sns:us-east-1:` + account + `:topic"}}`)
	for _, c := range []struct {
		caller string
		keys   map[string]string
		want   string
	}{
		{"sns.amazonaws.com", nil, "and the request has none"},
		{"sns.amazonaws.com", map[string]string{"aws:SourceArn": "arn:aws:sns:us-east-1:" + other + ":topic"}, "and the request has arn:aws:sns:us-east-1:" + other + ":topic"},
		{annARN, nil, ""},
	} {
		x := explain.Explain(scene{caller: c.caller, action: "sts:AssumeRole", resource: target, keys: c.keys, identity: []string{statement(mayAssume)}, trust: trust}.question(t), false)
		text := ""
		for _, m := range x.Mistakes {
			if m.Name == "confused-deputy" {
				text = m.Text
			}
		}
		if (text == "") != (c.want == "") || !strings.Contains(text, c.want) {
			t.Errorf("%s with %v: %q, want %q", c.caller, c.keys, text, c.want)
		}
	}
}

// A service's own role takes no policy from anybody, and a role of Identity
// Center whose policies are not known to be its set's gets one of its own.
func TestNobodyIsToldToChangeAServicesRole(t *testing.T) {
	linked := "arn:aws:iam::" + account + ":role/aws-service-role/sso.amazonaws.com/AWSServiceRoleForSSO@s"
	q := scene{caller: linked, action: "s3:GetObject", resource: object}.question(t)
	if x := explain.Explain(q, true); x.Allowed || len(x.Fixes) > 0 {
		t.Errorf("%v", titles(x.Fixes))
	}
	q = scene{caller: regional, action: "s3:GetObject", resource: object}.question(t)
	q.Homes = func(r explain.Ref) explain.Home {
		if r.Layer == authz.IdentityLayer && r.Index == len(q.Policies.Identity) {
			return explain.Home{Kind: explain.PermissionSetInline, Owner: "Admins", ARN: "arn:aws:sso:::permissionSet/i/p", Instance: "arn:aws:sso:::instance/i"}
		}
		return explain.Home{}
	}
	if x := explain.Explain(q, true); len(x.Fixes) != 1 || !strings.Contains(x.Fixes[0].Edits[0].Terraform, `"arn:aws:sso:::permissionSet/i/p"`) {
		t.Errorf("%+v", x.Fixes)
	}
}

// The device of who asks is named where one is known, as a word: a path may
// hold any printing character.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateVirtualMFADevice.html
func TestTheDeviceOfAUserIsNamed(t *testing.T) {
	q := scene{caller: annARN, action: "sts:AssumeRole", resource: target, identity: []string{statement(`"Effect":"Allow","Action":"sts:*","Resource":"*"`)},
		trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}`)}.question(t)
	for device, want := range map[string]string{
		"":                                     "arn:aws:iam::" + account + ":mfa/DEVICE",
		"arn:aws:iam::" + account + ":mfa/ann": "arn:aws:iam::" + account + ":mfa/ann",
		"arn:aws:iam::" + account + ":mfa/$HOME/ann": "'arn:aws:iam::" + account + ":mfa/$HOME/ann'",
	} {
		q.MFADevice = device
		edits := explain.Explain(q, true).Fixes[0].Edits
		if got := edits[0].Command; !strings.HasSuffix(got, " --serial-number "+want+" --token-code CODE") {
			t.Errorf("with device %q: %s", device, got)
		}
	}
}

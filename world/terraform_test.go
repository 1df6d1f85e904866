package world

import (
	"strings"
	"testing"
)

// The plan and the state are what Terraform 1.11.4 with AWS's provider 5.100
// made of testdata/terraform/main.tf and state.tf.
func TestAPlanIsAskedAsFarAsItIsKnown(t *testing.T) {
	a := open(t, texts{"plan.json": testdata(t, "terraform/plan.json")}, Options{})
	deploy := one + "role/team/deploy"
	holds(t, a, []asking{
		{"a trust policy of the data source, with the caller's account in it", one + "user/ann", "sts:AssumeRole", deploy, "allowed"},
		{"a statement of a policy that is known in part", deploy, "s3:GetObject", "arn:aws:s3:::data-111111111111/x", "allowed"},
		{"the other statement, which waits", deploy, "sqs:SendMessage", "arn:aws:sqs:eu-central-1:111111111111:jobs",
			"plan.json: data.aws_iam_policy_document.read.statement.resources is known after apply"},
		{"an attachment whose role and policy are known by reference only", deploy, "s3:ListBucket", "arn:aws:s3:::data-111111111111", "allowed"},
		{"a module's policy for a role that is a variable of it", deploy, "s3:PutObject", "arn:aws:s3:::data-111111111111/x", "allowed"},
		{"a module's output that is a policy", one + "user/ann", "sts:TagSession", deploy, "denied"}, // the trust policy has no sts:TagSession
		{"a boundary known by reference", deploy, "ec2:DescribeInstances", "*", "denied"},
		{"what an inline policy allows and the boundary too", deploy, "logs:PutLogEvents", "*", "allowed"},
		{"a bucket's policy denies what is unknown elsewhere", deploy, "s3:GetObject", "arn:aws:s3:::data-111111111111/secret/x", "denied"},
		{"a trust policy that is not known", one + "user/ann", "sts:AssumeRole", one + "role/worker",
			"plan.json: aws_iam_role.worker.assume_role_policy is known after apply"},
		{"an inline policy that is not known", one + "role/worker", "s3:GetObject", "arn:aws:s3:::other/k",
			"plan.json: aws_iam_role_policy.send.policy is known after apply"},
		{"a topic's policy that is not known", deploy, "sns:Publish", "arn:aws:sns:eu-central-1:111111111111:events",
			"plan.json: aws_sns_topic_policy.events.policy is known after apply"},
		{"a queue's policy, found by its URL's reference", one + "user/ann", "sqs:SendMessage", "arn:aws:sqs:eu-central-1:111111111111:jobs", "denied"},
		{"a trust policy known in part: the action is not the one", one + "user/ann", "sts:AssumeRole", one + "role/github", "denied"},
		{"and where it is, the provider waits", one + "oidc-provider/token.actions.githubusercontent.com", "sts:AssumeRoleWithWebIdentity", one + "role/github", "denied"},
		{"a role that has no name yet may be the one asked about", one + "user/ann", "iam:GetRole", one + "role/other", "it may be one that has no name yet"},
	})
}

func TestAStateIsKnown(t *testing.T) {
	a := open(t, texts{"state.json": testdata(t, "terraform/state.json")}, Options{})
	holds(t, a, []asking{
		{"a condition is not met", one + "user/ann", "sts:AssumeRole", one + "role/deploy", "denied"},
		{"an attached policy", one + "role/deploy", "s3:GetObject", "arn:aws:s3:::b/k", "allowed"},
		{"and nothing else", one + "role/deploy", "s3:PutObject", "arn:aws:s3:::b/k", "denied"},
	})
}

// planOf is a plan of resources: an address, after and after_unknown each.
func planOf(configuration string, changes ...string) string {
	var resources, all []string
	for i := 0; i < len(changes); i += 3 {
		address := changes[i]
		module := ""
		short := address
		if rest, ok := strings.CutPrefix(address, "module.m."); ok {
			module, short = "module.m", rest
		}
		kind, name, _ := strings.Cut(short, ".")
		name, index, indexed := strings.Cut(strings.TrimSuffix(name, "]"), "[")
		if !indexed {
			index = "null"
		}
		quoted := strings.ReplaceAll(address, `"`, `\"`)
		_ = module
		resources = append(resources, `{"address":"`+quoted+`","mode":"managed","type":"`+kind+`","name":"`+name+`","index":`+index+`,"values":`+changes[i+1]+`}`)
		all = append(all, `{"address":"`+quoted+`","change":{"actions":["create"],"after":`+changes[i+1]+`,"after_unknown":`+changes[i+2]+`}}`)
	}
	return `{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":{"resources":[` + strings.Join(resources, ",") +
		`]}},"resource_changes":[` + strings.Join(all, ",") + `],"configuration":{"root_module":{"resources":[` + configuration + `]}}}`
}

func TestWhatAnAttributeIsMadeOf(t *testing.T) {
	role := func(name string) []string {
		return []string{`aws_iam_role.r["` + name + `"]`, `{"name":"` + name + `","assume_role_policy":` + quoted(trusting(one+"root")) + `}`, `{"id":true,"arn":true}`}
	}
	policy := func(name, action string) []string {
		return []string{`aws_iam_policy.p["` + name + `"]`, `{"name":"` + name + `","policy":` +
			quoted(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"`+action+`","Resource":"*"}]}`) + `}`, `{"id":true,"arn":true}`}
	}
	attach := func(index string) []string {
		return []string{`aws_iam_role_policy_attachment.a["` + index + `"]`, `{}`, `{"role":true,"policy_arn":true}`}
	}
	both := func(role, policy string) string {
		return `{"address":"aws_iam_role_policy_attachment.a","expressions":{"role":{"references":[` + role + `]},"policy_arn":{"references":[` + policy + `]}}}`
	}
	for _, c := range []struct{ rule, role, policy, want string }{
		{"each.key is the same index", `"aws_iam_role.r","each.key"`, `"aws_iam_policy.p","each.key"`, "denied"},
		{"an index that is written", `"aws_iam_role.r[\"b\"].id","aws_iam_role.r[\"b\"]","aws_iam_role.r"`, `"aws_iam_policy.p[\"a\"].arn","aws_iam_policy.p[\"a\"]","aws_iam_policy.p"`, "allowed"},
		{"one of several without an index is not guessed", `"aws_iam_role.r[\"b\"].id"`, `"aws_iam_policy.p"`, "plan.json: "},
		{"a role that a local makes is not guessed", `"local.role"`, `"aws_iam_policy.p[\"a\"].arn"`, "aws_iam_role_policy_attachment.a[\"a\"].role is known after apply"},
		{"what is made of two resources is not guessed", `"aws_iam_role.r[\"b\"].id"`, `"aws_iam_policy.p[\"a\"].arn","aws_iam_policy.p[\"b\"].arn"`, "policy_arn is known after apply"},
	} {
		var changes []string
		for _, part := range [][]string{role("a"), role("b"), policy("a", "s3:*"), policy("b", "sqs:*"), attach("a")} {
			changes = append(changes, part...)
		}
		a := open(t, texts{"plan.json": planOf(both(c.role, c.policy), changes...)}, Options{Account: accountID(t, "111111111111")})
		holds(t, a, []asking{{c.rule, one + "role/b", "s3:GetObject", "arn:aws:s3:::b/k", c.want}})
	}
}

// quoted is a JSON string.
func quoted(s string) string {
	var b strings.Builder
	writeText(&b, s)
	return b.String()
}

func TestWhatAConfigurationDoesNotSetIsNotUnknown(t *testing.T) {
	// AWS fills inline_policy and managed_policy_arns in, of a role as of others.
	change := []string{"aws_iam_role.r", `{"name":"r","assume_role_policy":` + quoted(trusting(one+"root")) + `}`, `{"inline_policy":true,"managed_policy_arns":true,"arn":true}`}
	for _, c := range []struct{ rule, expressions, want string }{
		{"not set", `{"name":{"constant_value":"r"}}`, "denied"},
		{"set to what is not known", `{"managed_policy_arns":{"references":["local.a"]}}`, "aws_iam_role.r.managed_policy_arns is known after apply"},
	} {
		a := open(t, texts{"plan.json": planOf(`{"address":"aws_iam_role.r","expressions":`+c.expressions+`}`, change...)}, Options{Account: accountID(t, "111111111111")})
		holds(t, a, []asking{{c.rule, one + "role/r", "s3:GetObject", "arn:aws:s3:::b/k", c.want}})
	}
}

func TestTheNamesInTheAddressOfAModule(t *testing.T) {
	for _, c := range []struct{ address, names, above, call string }{
		{"", "", "", ""},
		{"module.a", "a", "", "a"},
		{"module.a.module.b", "a b", "module.a", "b"},
		{`module.a["x.module.y"].module.b[0]`, "a b", `module.a["x.module.y"]`, "b"},
		{`module.a["q\"]z"]`, "a", "", "a"},
		{"nothing", "", "", ""},
	} {
		above, call := parent(c.address)
		if got := strings.Join(moduleNames(c.address), " "); got != c.names || above != c.above || call != c.call {
			t.Errorf("%s: %q, %q %q", c.address, got, above, call)
		}
	}
}

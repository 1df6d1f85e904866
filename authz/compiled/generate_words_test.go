package compiled_test

import (
	"math/rand/v2"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
)

// The vocabulary.
var (
	accounts = []string{"111111111111", "222222222222"}

	actions = []string{
		"s3:GetObject", "s3:GetObjectTagging", "s3:PutObject", "s3:ListBucket", "sts:AssumeRole", "sts:TagSession", "sts:GetCallerIdentity",
		"sts:GetSessionToken", "iam:GetRole", "iam:DeletePolicy", "iam:PassRole", "kms:DeleteAlias", "sqs:SendMessage", "ec2:DescribeInstances",
	}

	resources = []string{
		"arn:aws:s3:::reports/2026/q3.csv", "arn:aws:s3:::reports", "arn:aws:s3:::reports/home/alice/a", "arn:aws:iam::111111111111:role/Target",
		"arn:aws:iam::222222222222:role/Target", "arn:aws:iam::aws:policy/ReadOnlyAccess", "arn:aws:kms:us-east-1:111111111111:alias/aws/s3",
		"arn:aws:sqs:eu-west-1:111111111111:jobs", "arn:aws:ec2:us-east-1:111111111111:instance/i-0123", "arn:aws:s3:::reports/ümlaut",
		"arn:aws:iam::111111111111:role/aws-reserved/sso", "arn:aws:s3:::reports/*",
	}

	principalTexts = []string{
		"*", "111111111111", "222222222222", "arn:aws:iam::111111111111:root", "arn:aws-cn:iam::111111111111:root", "arn:aws:iam::111111111111:user/team/alice",
		"arn:aws:iam::111111111111:user/alice", "arn:aws:iam::222222222222:user/mallory", "arn:aws:iam::111111111111:role/ci/Deployer",
		"arn:aws:iam::111111111111:role/Deployer", "arn:aws:sts::111111111111:assumed-role/Deployer/build-7", "arn:aws:sts::111111111111:assumed-role/Deployer/build-8",
		"arn:aws:sts::111111111111:federated-user/visitor", "AIDAALICE", "AROADEPLOYER", "AROADEPLOYER:build-7", "arn:aws:iam", "arn:aws:iam:eu-west-1:111111111111:user/team/alice",
	}
	canonicalTexts = []string{"79a59df900b949e5", "0123"}
	serviceTexts   = []string{"lambda.amazonaws.com", "ec2.amazonaws.com"}
	providerTexts  = []string{"arn:aws:iam::111111111111:saml-provider/okta", "accounts.google.com"}

	texts     = []string{"red", "blue", "Red", "alice", "build-7", "", "a*", "*", "?", "reports/2026", "Straße", "o-1234567890"}
	arns      = []string{"arn:aws:iam::111111111111:role/ci/Deployer", "arn:aws:iam::111111111111:user/team/alice", "arn:aws:s3:::reports", "arn:aws:lambda:us-east-1:111111111111:function:f:1", "no-arn"}
	booleans  = []string{"true", "false", "True", "yes", ""}
	numbers   = []string{"0", "1", "10", "10.0", "-1", "1e1", "007", "3600", "9007199254740993", "x", "", "1e999999999", ".5"}
	dates     = []string{"2026-11-21T20:00:00Z", "2026-11-21T21:00:00+01:00", "2026-11-21", "2026", "1795291200", "2026-02-30", "2026-11-21T20:00:00.5Z", "soon", "-1", "2026-11-21T20"}
	addresses = []string{"192.0.2.7", "192.0.2.0/24", "192.0.2.8", "2001:db8::1", "2001:db8::/32", "::ffff:192.0.2.7", "::ffff:192.0.2.0/120", "10.0.0.0/8", "here", "", "fe80::1%eth0", "0.0.0.0/0"}
	binaries  = []string{"QmluYXJ5", "QQ==", "QQ", "x"}

	operators = []string{
		"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike", "ArnEquals", "ArnLike",
		"ArnNotEquals", "ArnNotLike", "Bool", "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan",
		"NumericGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals",
		"BinaryEquals", "IpAddress", "NotIpAddress", "Null",
	}
)

// key is a condition key and the values that it may have.
type key struct {
	name   string
	values []string
	multi  bool
}

var keys = []key{
	{"aws:username", []string{"alice", "red", "a*", ""}, false},
	{"aws:PrincipalTag/team", texts, false},
	{"aws:ResourceTag/team", texts, false},
	{"aws:TagKeys", texts, true},
	{"aws:PrincipalOrgPaths", texts, true},
	{"aws:PrincipalArn", arns, false},
	{"aws:SourceArn", arns, false},
	{"aws:SecureTransport", booleans, false},
	{"aws:MultiFactorAuthAge", numbers, false},
	{"aws:CurrentTime", dates, false},
	{"aws:SourceIp", addresses, false},
	{"example:Blob", binaries, false},
	{"sts:ExternalId", texts, false},
}

// valuesFor are the values that suit an operator.
func valuesFor(operator string) []string {
	switch {
	case strings.HasPrefix(operator, "Arn"):
		return arns
	case operator == "Bool", operator == "Null":
		return booleans
	case strings.HasPrefix(operator, "Numeric"):
		return numbers
	case strings.HasPrefix(operator, "Date"):
		return dates
	case strings.HasSuffix(operator, "IpAddress"):
		return addresses
	case operator == "BinaryEquals":
		return binaries
	}
	return texts
}

// keysFor are the keys whose values suit an operator.
func keysFor(operator string) []key {
	switch values := valuesFor(operator); {
	case operator == "Null":
		return keys
	case &values[0] == &texts[0]:
		return keys[:6]
	case &values[0] == &arns[0]:
		return keys[5:7]
	case &values[0] == &booleans[0]:
		return keys[7:8]
	case &values[0] == &numbers[0]:
		return keys[8:9]
	case &values[0] == &dates[0]:
		return keys[9:10]
	case &values[0] == &addresses[0]:
		return keys[10:11]
	}
	return keys[11:12]
}

// ofAccounts is how many of the principals are of an account.
const ofAccounts = 12

var principals = []authz.Principal{
	user("arn:aws:iam::111111111111:user/team/alice", "AIDAALICE"),
	user("arn:aws:iam::111111111111:user/team/alice", "AIDAALICE"),
	user("arn:aws:iam::222222222222:user/mallory", "AIDAMALLORY"),
	user("arn:aws:iam::111111111111:user/team/alice", ""),
	session("arn:aws:iam::111111111111:role/ci/Deployer", "AROADEPLOYER", "build-7", ""),
	session("arn:aws:iam::111111111111:role/ci/Deployer", "AROADEPLOYER", "build-7", providerTexts[0]),
	session("arn:aws:iam::222222222222:role/Deployer", "AROAOTHER", "build-7", ""),
	session("arn:aws:iam::111111111111:role/aws-service-role/x/Linked", "AROALINKED", "s", ""),
	authz.FederatedUser{Name: "visitor", Parent: user("arn:aws:iam::111111111111:user/team/alice", "AIDAALICE")},
	authz.FederatedUser{Name: "visitor", Parent: authz.Root{Account: accountID(accounts[0])}},
	authz.Root{Account: accountID(accounts[0])},
	authz.Root{Account: accountID(accounts[0]), Partition: "aws-cn"},
	authz.Anonymous{},
	authz.ServicePrincipal{Name: serviceTexts[0]},
	authz.FederatedIdentity{Provider: providerTexts[0]},
	nil,
}

func user(name, id string) authz.User { return authz.User{ARN: arnOf(name), ID: id} }

func session(role, id, name, provider string) authz.RoleSession {
	return authz.RoleSession{Role: arnOf(role), RoleID: id, Name: name, Provider: provider}
}

// oneOf takes one of a list.
func oneOf[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// oneIn is true once in n times.
func oneIn(r *rand.Rand, n int) bool { return r.IntN(n) == 0 }

// near is a text or one that nearly is it.
func near(r *rand.Rand, text string) string {
	if text == "" || !oneIn(r, 4) {
		return text
	}
	runes := []rune(text)
	at := r.IntN(len(runes))
	before, letter, after := string(runes[:at]), string(runes[at]), string(runes[at+1:])
	switch r.IntN(7) {
	case 0:
		return before + after
	case 1:
		return before + letter + letter + after
	case 2:
		return before + strings.ToUpper(letter) + after
	case 3:
		return before + strings.ToLower(letter) + after
	case 4:
		return strings.ToUpper(text)
	case 5:
		return text + "x"
	}
	return before + "\u017f" + after
}

// wild puts wildcards into a text.
func wild(r *rand.Rand, text string) string {
	for oneIn(r, 2) && text != "" {
		runes := []rune(text)
		from := r.IntN(len(runes))
		to := min(from+r.IntN(5), len(runes))
		switch r.IntN(4) {
		case 0:
			text = string(runes[:from]) + "?" + string(runes[min(from+1, len(runes)):])
		case 1:
			text = string(runes[:from]) + "*"
		default:
			text = string(runes[:from]) + "*" + string(runes[to:])
		}
	}
	return text
}

// variables puts a policy variable into a text.
func variables(r *rand.Rand, text string) string {
	for oneIn(r, 4) {
		v := "${" + oneOf(r, keys).name
		switch r.IntN(8) {
		case 0:
			v += ", '" + oneOf(r, texts) + "'"
		case 1:
			v = "${" + oneOf(r, []string{"*", "?", "$", "", "a,'b'"})
		case 2:
			return text + v
		}
		at := r.IntN(len(text) + 1)
		if i := strings.Index(text, "alice"); i >= 0 && oneIn(r, 2) {
			text = text[:i] + v + "}" + text[i+len("alice"):]
			continue
		}
		text = text[:at] + v + "}" + text[at:]
	}
	return text
}

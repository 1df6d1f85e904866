package symbolic

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// Policies and requests are drawn from few words, so that they often meet.

var drawnActions = []string{
	"*", "s3:*", "s3:Get*", "s3:*Object", "s3:GetObject", "s3:putobject", "s3:?etObject", "s3:G*t*", "iam:Get*", "s*:Get*", "iam:*", "s3:Get*Object*",
}

var drawnResources = []string{
	"*", "arn:aws:s3:::a", "arn:aws:s3:::a/*", "arn:aws:s3:::*", "arn:aws:s3:::a/${aws:username}", "arn:aws:s3:::a/${k}/*", "arn:aws:s3:::?",
	"arn:aws:s3:*:*:a*", "arn:aws:iam::111111111111:role/*", "arn:aws:s3:::a/${*}", "arn:aws:s3", "a", "arn:aws:s3:::a/${k, 'b'}",
}

var drawnKeys = []string{"k", "m", "aws:username", "aws:TagKeys", "K"}

// drawnConditions are operators with values of their kind.
var drawnConditions = []struct {
	operators []string
	values    []string
}{
	{[]string{"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike"},
		[]string{"a", "b", "A", "a*", "*", "?", "", "${m}", "${aws:username}", "*b", "5", "10.0.0.1"}},
	{[]string{"NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericGreaterThanEquals"}, []string{"5", "7", "5.5", "a"}},
	{[]string{"DateLessThan", "DateGreaterThan", "DateEquals"}, []string{"2024-01-01T00:00:00Z", "2025-01-01", "1700000000"}},
	{[]string{"IpAddress", "NotIpAddress"}, []string{"10.0.0.0/8", "10.1.0.0/16", "0.0.0.0/0", "10.0.0.1", "::/0"}},
	{[]string{"Bool"}, []string{"true", "false", "${k}"}},
	{[]string{"ArnLike", "ArnNotLike", "ArnEquals"}, []string{"arn:aws:s3:::a", "arn:aws:s3:::*", "arn:*:s3:*:*:a/${m}", "arn:aws:s3"}},
	{[]string{"BinaryEquals"}, []string{"YQ==", "a"}},
	{[]string{"StringRhymes"}, []string{"a"}},
}

// drawnValues are those of requests.
var drawnValues = []string{
	"a", "b", "A", "ab", "", "5", "6", "5.5", "7", "8", "true", "FALSE", "10.0.0.1", "10.1.2.3", "192.0.2.1", "2001:db8::1",
	"2024-01-01T00:00:00Z", "2023-06-01", "2030-01-01", "arn:aws:s3:::a", "arn:aws:s3:::a/b", "arn:aws:iam:::b", "YQ==", "x",
}

const (
	aliceARN  = "arn:aws:iam::111111111111:user/alice"
	deployARN = "arn:aws:iam::111111111111:role/Deploy"
)

var drawnPrincipals = []string{
	`"Principal":"*"`, `"Principal":{"AWS":"*"}`, `"Principal":{"AWS":"111111111111"}`, `"Principal":{"AWS":"` + aliceARN + `"}`,
	`"Principal":{"AWS":["` + deployARN + `","AIDAALICE"]}`, `"Principal":{"Service":"lambda.amazonaws.com"}`,
	`"Principal":{"AWS":"arn:aws:sts::111111111111:assumed-role/Deploy/build"}`, `"Principal":{"Federated":"accounts.google.com"}`,
	`"NotPrincipal":{"AWS":["111111111111","` + aliceARN + `"]}`, `"Principal":{"CanonicalUser":"c0ffee"}`,
	`"Principal":{"AWS":"arn:aws:sts::111111111111:federated-user/bob"}`, `"Principal":{"AWS":"222222222222"}`,
}

func drawCondition(t *rapid.T) string {
	if rapid.IntRange(0, 8).Draw(t, "null") == 0 {
		return fmt.Sprintf(`"Null":{"%s":"%s"}`, rapid.SampledFrom(drawnKeys).Draw(t, "key"), rapid.SampledFrom([]string{"true", "false"}).Draw(t, "value"))
	}
	family := rapid.SampledFrom(drawnConditions).Draw(t, "family")
	values := rapid.SliceOfN(rapid.SampledFrom(family.values), 1, 2).Draw(t, "values")
	return fmt.Sprintf(`"%s%s%s":{"%s":["%s"]}`,
		rapid.SampledFrom([]string{"", "", "", "ForAllValues:", "ForAnyValue:"}).Draw(t, "set"),
		rapid.SampledFrom(family.operators).Draw(t, "operator"),
		rapid.SampledFrom([]string{"", "", "IfExists"}).Draw(t, "suffix"),
		rapid.SampledFrom(drawnKeys).Draw(t, "key"), strings.Join(values, `","`))
}

func drawStatement(t *rapid.T, kind Kind, noResource bool) string {
	list := func(words []string, label string) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 1, 3).Draw(t, label), `","`)
	}
	not := func(label string) string { return rapid.SampledFrom([]string{"", "", "", "Not"}).Draw(t, label) }
	parts := []string{
		`"Effect":"` + rapid.SampledFrom([]string{"Allow", "Allow", "Deny"}).Draw(t, "effect") + `"`,
		fmt.Sprintf(`"%sAction":["%s"]`, not("not action"), list(drawnActions, "actions")),
	}
	if !noResource {
		parts = append(parts, fmt.Sprintf(`"%sResource":["%s"]`, not("not resource"), list(drawnResources, "resources")))
	}
	if kind == Resource {
		parts = append(parts, rapid.SampledFrom(drawnPrincipals).Draw(t, "principal"))
	}
	if n := rapid.IntRange(0, 2).Draw(t, "conditions"); n > 0 {
		all := []string{drawCondition(t)}
		if other := drawCondition(t); n > 1 && strings.SplitN(other, ":{", 2)[0] != strings.SplitN(all[0], ":{", 2)[0] {
			all = append(all, other)
		}
		parts = append(parts, `"Condition":{`+strings.Join(all, ",")+`}`)
	}
	return "{" + strings.Join(parts, ",") + "}"
}

func drawStatements(t *rapid.T, kind Kind, noResource bool) []string {
	list := make([]string, rapid.IntRange(1, 3).Draw(t, "statements"))
	for i := range list {
		list[i] = drawStatement(t, kind, noResource)
	}
	return list
}

// drawRelated changes a list of statements in one place or none.
func drawRelated(t *rapid.T, list []string, kind Kind, noResource bool) []string {
	list = append([]string{}, list...)
	i := rapid.IntRange(0, len(list)-1).Draw(t, "place")
	switch rapid.IntRange(0, 4).Draw(t, "change") {
	case 0:
		return drawStatements(t, kind, noResource)
	case 1:
		list = append(list, drawStatement(t, kind, noResource))
	case 2:
		list[i] = drawStatement(t, kind, noResource)
	case 3:
		list = append(list[:i], append([]string{strings.Replace(list[i], "Deny", "Allow", 1)}, list[i+1:]...)...)
	}
	return list
}

func documentOf(t interface{ Fatalf(string, ...any) }, version string, statements ...string) *policy.Document {
	text := `{` + version + `"Statement":[` + strings.Join(statements, ",") + `]}`
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatalf("the test's own policy is wrong: %v\n%s", err, text)
	}
	return d
}

const version2012 = `"Version":"2012-10-17",`

func parseARN(s string) arn.ARN {
	a, err := arn.Parse(s)
	if err != nil {
		panic(err)
	}
	return a
}

func drawSomebody(t *rapid.T) somebody {
	alice := authz.User{ARN: parseARN(aliceARN), ID: "AIDAALICE"}
	account, _ := arn.ParseAccountID("111111111111")
	list := []authz.Principal{
		alice, authz.User{ARN: parseARN(aliceARN), ID: "AIDAOTHER"}, authz.User{ARN: parseARN("arn:aws:iam::333333333333:user/eve"), ID: "AIDAALICE"},
		authz.User{ARN: parseARN("arn:aws:iam::222222222222:user/bob"), ID: "AIDABOB"}, authz.Root{Account: account}, authz.Anonymous{},
		authz.RoleSession{Role: parseARN(deployARN), RoleID: "AROADEPLOY", Name: "build"},
		authz.RoleSession{Role: parseARN(deployARN), RoleID: "AROADEPLOY", Name: "other", Provider: "accounts.google.com"},
		authz.RoleSession{Role: parseARN("arn:aws:iam::111111111111:role/path/Deploy"), RoleID: "AROAPATH", Name: "build"},
		authz.FederatedUser{Name: "bob", Parent: alice}, authz.ServicePrincipal{Name: "lambda.amazonaws.com"}, authz.ServicePrincipal{Name: "ec2.amazonaws.com"},
		authz.FederatedIdentity{Provider: "accounts.google.com"},
	}
	return somebody{
		Principal: rapid.SampledFrom(list).Draw(t, "who"),
		canonical: rapid.SampledFrom([]string{"", "", "c0ffee", "decaf"}).Draw(t, "canonical"),
		bounded:   rapid.IntRange(0, 4).Draw(t, "bounded") == 0,
	}
}

func drawWitness(t *rapid.T, kind Kind) *witness {
	w := &witness{somebody: somebody{Principal: asker()}}
	if kind == Resource {
		w.somebody = drawSomebody(t)
	}
	w.request = w.asks(
		rapid.SampledFrom([]string{"s3:GetObject", "s3:PutObject", "s3:ListBucket", "iam:GetRole", "sqs:GetQueueUrl", "s3:xetObject"}).Draw(t, "action"),
		rapid.SampledFrom([]string{"*", "arn:aws:s3:::a", "arn:aws:s3:::a/b", "arn:aws:s3:::a/b/c", "arn:aws:s3:::b", "arn:aws:s3:::a/*", "arn:aws:iam::111111111111:role/a"}).Draw(t, "resource"))
	for _, key := range []string{"k", "m", "aws:username", "aws:TagKeys"} {
		values := rapid.SliceOfN(rapid.SampledFrom(drawnValues), 0, 2).Draw(t, key)
		switch {
		case key != "aws:username" && rapid.Bool().Draw(t, "many"):
			w.request.Context.SetMany(key, values...)
		case len(values) > 0:
			w.request.Context.Set(key, values[0])
		}
	}
	return w
}

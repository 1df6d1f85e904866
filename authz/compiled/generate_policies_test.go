package compiled_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// drawPolicies makes up all that has a say in a request: every second time little,
// so that each part of the decision shows.
func drawPolicies(r *rand.Rand) authz.Policies {
	if oneIn(r, 2) {
		return few(r)
	}
	p := authz.Policies{Identity: list(r, 4, attached), SessionPresent: oneIn(r, 8)}
	if !oneIn(r, 3) {
		p.Identity = append(p.Identity, authz.Named{Name: "FullAccess", Document: fullAccess(attached)})
	}
	if oneIn(r, 4) {
		p.Session = list(r, 2, attached)
	}
	if oneIn(r, 4) {
		p.Boundary = single(r, attached)
	}
	if !oneIn(r, 3) {
		kind := oneOf(r, kinds)
		p.Resource = &authz.ResourcePolicy{Kind: kind, Named: *single(r, formOf(kind))}
	}
	if oneIn(r, 4) {
		p.SCPs = levels(r, attached)
	}
	if oneIn(r, 4) {
		p.RCPs = levels(r, byPrincipal)
	}
	if oneIn(r, 8) {
		p.Endpoint = single(r, byPrincipal)
	}
	return p
}

// few is one policy of one statement, which decides: an Allow alone, or a Deny
// beside a policy that allows all.
func few(r *rand.Rand) authz.Policies {
	form, kind := attached, oneOf(r, kinds)
	if oneIn(r, 2) {
		form = formOf(kind)
	}
	one := authz.Named{Name: "policy"}
	effect := oneOf(r, []string{"Allow", "Allow", "Deny"})
	one.Document = parse(r, statement(r, effect, form))
	var p authz.Policies
	if effect == "Deny" {
		p.Identity = append(p.Identity, authz.Named{Name: "FullAccess", Document: fullAccess(attached)})
	}
	if form != attached {
		p.Resource = &authz.ResourcePolicy{Kind: kind, Named: one}
	} else {
		p.Identity = append(p.Identity, one)
	}
	return p
}

var kinds = []authz.ResourceKind{authz.OrdinaryPolicy, authz.OrdinaryPolicy, authz.TrustPolicy, authz.KeyPolicy, 0}

// form is which elements statements mostly have.
type form uint8

const (
	attached    form = iota // to a principal: no Principal
	byPrincipal             // Principal and Resource
	trust                   // Principal, and no Resource
)

func formOf(kind authz.ResourceKind) form {
	if kind == authz.TrustPolicy {
		return trust
	}
	return byPrincipal
}

func levels(r *rand.Rand, f form) [][]authz.Named {
	all := make([][]authz.Named, r.IntN(3))
	for i := range all {
		all[i] = list(r, 2, f)
		if !oneIn(r, 4) {
			all[i] = append(all[i], authz.Named{Name: "FullAccess", Document: fullAccess(f)})
		}
	}
	return all
}

func fullAccess(f form) *policy.Document {
	who := ""
	if f == byPrincipal {
		who = `"Principal":"*",`
	}
	doc, _ := policy.Parse(`{"Version":"2012-10-17","Statement":{"Effect":"Allow",` + who + `"Action":"*","Resource":"*"}}`)
	return doc
}

func list(r *rand.Rand, most int, f form) []authz.Named {
	all := make([]authz.Named, r.IntN(most+1))
	for i := range all {
		all[i] = *single(r, f)
	}
	return all
}

func single(r *rand.Rand, f form) *authz.Named {
	n := &authz.Named{Name: "policy"}
	if !oneIn(r, 50) {
		n.Document = document(r, f)
	}
	return n
}

// document makes up a policy, mostly of one to four statements, rarely of so
// many that an index is worth its while.
func document(r *rand.Rand, f form) *policy.Document {
	statements := make([]string, 1+r.IntN(4))
	if oneIn(r, 100) {
		statements = make([]string, 60+r.IntN(20))
	}
	for i := range statements {
		if i > 0 && oneIn(r, 3) {
			statements[i] = nearStatement(r, statements[r.IntN(i)])
			continue
		}
		statements[i] = statement(r, oneOf(r, []string{"Allow", "Allow", "Allow", "Allow", "Deny"}), f)
	}
	return parse(r, statements...)
}

// nearStatement is a statement that differs from another in its effect, in a
// key, in a value, in its action or in nothing, so that what statements share
// is not taken for what they do not.
func nearStatement(r *rand.Rand, text string) string {
	replace := func(from, to string) string { return strings.Replace(text, from, to, 1) }
	switch r.IntN(6) {
	case 0:
		return replace(`"Effect":"Allow"`, `"Effect":"Deny"`)
	case 1:
		return replace(`"Effect":"Deny"`, `"Effect":"Allow"`)
	case 2, 3:
		return replace(quote(oneOf(r, keys).name)+":", quote(oneOf(r, keys).name)+":")
	case 4:
		return replace(`"Action":[`, `"Action":[`+quote(action(r))+`,`)
	}
	return replace(quote(oneOf(r, texts)), quote(oneOf(r, texts)))
}

// parse makes a document of statements.
func parse(r *rand.Rand, statements ...string) *policy.Document {
	version := `"Version":"2012-10-17",`
	if oneIn(r, 6) {
		version = ""
	}
	doc, err := policy.Parse(`{` + version + `"Statement":[` + strings.Join(statements, ",") + `]}`)
	if err != nil {
		return nil // never, as a test holds: its texts are quoted
	}
	return doc
}

func statement(r *rand.Rand, effect string, f form) string {
	members := []string{`"Effect":"` + effect + `"`}
	members = appendElement(r, members, "Action", action)
	if f != trust || oneIn(r, 20) {
		members = appendElement(r, members, "Resource", resource)
	}
	if (f == attached) == oneIn(r, 40) {
		members = append(members, principal(r))
	}
	if oneIn(r, 2) {
		members = append(members, `"Condition":{`+conditions(r)+`}`)
	}
	return "{" + strings.Join(members, ",") + "}"
}

// appendElement adds Action or Resource, in one of its forms, or leaves it
// out.
func appendElement(r *rand.Rand, to []string, name string, one func(*rand.Rand) string) []string {
	if oneIn(r, 40) {
		return to
	}
	if oneIn(r, 7) {
		name = "Not" + name
	}
	return append(to, quote(name)+":"+array(r, 3, one))
}

// array is a list of values, which is rarely empty.
func array(r *rand.Rand, most int, one func(*rand.Rand) string) string {
	n := 1 + r.IntN(most)
	if oneIn(r, 60) {
		n = 0
	}
	all := make([]string, n)
	for i := range all {
		all[i] = quote(one(r))
	}
	return "[" + strings.Join(all, ",") + "]"
}

func action(r *rand.Rand) string {
	switch r.IntN(12) {
	case 0, 1, 2:
		return "*"
	case 3:
		return strings.SplitAfter(oneOf(r, actions), ":")[0] + "*"
	case 4:
		return oneOf(r, []string{"s*:Get*", "s3", "?3:*", "S3:", "s3:Get:Object", "*:*", "\u017fts:*"})
	case 5:
		return near(r, oneOf(r, actions))
	}
	text := oneOf(r, actions)
	colon := strings.IndexByte(text, ':') + 1
	return text[:colon] + wild(r, near(r, text[colon:]))
}

func resource(r *rand.Rand) string {
	switch r.IntN(12) {
	case 0, 1, 2, 3:
		return "*"
	case 4:
		return wild(r, oneOf(r, resources))
	case 5:
		return oneOf(r, []string{"arn:aws:s3", "arn", "reports", "arn:aws:*:*:*:*", "arn:*", "*:*", "arn:aws:s3:::*", "arn:aws:iam::*:role/*", ""})
	}
	text := oneOf(r, resources)
	at := strings.LastIndexByte(text, ':') + 1
	return text[:at] + variables(r, wild(r, near(r, text[at:])))
}

func principal(r *rand.Rand) string {
	name := "Principal"
	if oneIn(r, 6) {
		name = "NotPrincipal"
	}
	if oneIn(r, 3) {
		return quote(name) + `:"*"`
	}
	of := func(list []string) func(*rand.Rand) string {
		return func(r *rand.Rand) string { return near(r, oneOf(r, list)) }
	}
	kinds := []string{`"AWS":` + array(r, 3, of(principalTexts))}
	if oneIn(r, 3) {
		kinds = append(kinds, `"Service":`+array(r, 2, of(serviceTexts)))
	}
	if oneIn(r, 4) {
		kinds = append(kinds, `"Federated":`+array(r, 2, of(providerTexts)))
	}
	if oneIn(r, 20) {
		kinds = append(kinds, `"CanonicalUser":`+array(r, 2, of(canonicalTexts)))
	}
	return quote(name) + ":{" + strings.Join(kinds, ",") + "}"
}

// conditions are one to three operators, each once, with one or two keys.
func conditions(r *rand.Rand) string {
	var all []string
	used := map[string]bool{}
	for range 1 + r.IntN(3) {
		base := oneOf(r, operators)
		name := oneOf(r, []string{"", "", "", "ForAllValues:", "ForAnyValue:"}) + base
		if oneIn(r, 4) {
			name += "IfExists"
		}
		if oneIn(r, 30) {
			name = near(r, strings.ToUpper(name))
		}
		if used[name] {
			continue
		}
		used[name] = true
		all = append(all, quote(name)+":{"+condition(r, base)+"}")
	}
	return strings.Join(all, ",")
}

// condition is keys with their values; keys of one operator are not the same
// letter by letter.
func condition(r *rand.Rand, operator string) string {
	k := oneOf(r, keysFor(operator))
	if oneIn(r, 12) {
		k = oneOf(r, keys)
	}
	pool := valuesFor(operator)
	if oneIn(r, 3) && operator != "Null" {
		pool = k.values
	}
	most := 3
	if oneIn(r, 30) {
		most = 20
	}
	return quote(near(r, k.name)) + ":" + array(r, most, func(r *rand.Rand) string {
		text := near(r, oneOf(r, pool))
		if oneIn(r, 3) {
			text = wild(r, text)
		}
		if oneIn(r, 3) {
			text = variables(r, text)
		}
		return text
	})
}

func quote(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

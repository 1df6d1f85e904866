package lint

import (
	"slices"
	"strings"
)

// subjectForm is what subjects of tokens of an issuer look like.
type subjectForm struct {
	name, begin string
	parts       int
	tenant      string
	example     string
}

// issuers are those of which it is known what a subject looks like: how their
// name begins, how a subject begins, how many parts it has at least, and what
// its first part tells apart.
//
// Sources: https://docs.github.com/en/actions/reference/security/oidc,
// https://docs.gitlab.com/ci/secrets/id_token_authentication/,
// https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html,
// https://developer.hashicorp.com/terraform/cloud-docs/workspaces/dynamic-provider-credentials/aws-configuration
var issuers = [...]subjectForm{
	{github, "repo:", 3, "organization", "repo:ORG/REPO:ref:refs/heads/main"},
	{"oidc.eks.", "system:serviceaccount:", 4, "namespace", "system:serviceaccount:NAMESPACE:NAME"},
	{"gitlab.", "project_path:", 4, "group", "project_path:GROUP/PROJECT:ref_type:branch:ref:main"},
	{"app.terraform.io", "organization:", 8, "organization", "organization:ORG:project:PROJECT:workspace:WORKSPACE:run_phase:*"},
	{"agent.buildkite.com", "organization:", 4, "organization", "organization:ORG:pipeline:PIPELINE:*"},
}

// subjects looks at the subject that is asked of a token.
func (l *linter) subjects(s *statement) {
	for _, p := range s.who {
		from := strings.ToLower(issuer(p.text))
		known := slices.IndexFunc(issuers[:], func(f subjectForm) bool { return strings.HasPrefix(from, f.name) })
		if p.kind != "Federated" || providerKind(p.text) != "oidc" {
			continue
		}
		asked, claims := false, false
		for i := range s.cond {
			c := &s.cond[i]
			lower := strings.ToLower(c.key.text)
			claims = claims || strings.HasPrefix(lower, from+":")
			if lower != from+":sub" || negated(c.base) || c.base == "Null" {
				continue
			}
			asked = true
			for _, v := range c.values {
				l.subject(c, v, known)
			}
		}
		// Where nothing at all is asked, AWS's own checks say so.
		if !asked && claims && known >= 0 && from != github {
			l.add("oidc-sub", p.spot, "Nothing is asked of "+issuer(p.text)+":sub: every "+issuers[known].tenant+" of this issuer gets in.").Change =
				`add "StringLike": {"` + issuer(p.text) + `:sub": "` + issuers[known].example + `"}`
		}
	}
}

// subject looks at one value that a subject is compared with.
func (l *linter) subject(c *condition, v word, known int) {
	nothing := func(why, change string) {
		f := l.add("oidc-sub", v.spot, v.text+" is the subject of no token: "+why)
		f.Severity, f.Change = Error, change
	}
	like := strings.HasSuffix(c.base, "Like")
	switch {
	case like && strings.Trim(v.text, "*") == "":
		l.add("oidc-sub", v.spot, v.text+" is the subject of every token of this issuer.")
		return
	case !like && hasStar(v.text) && families[c.base] == "String":
		nothing("* is a letter like others beside "+c.operator.text+".", `write "StringLike"`)
		return
	case known < 0 || hasVariable(v.text):
		return
	}
	is := issuers[known]
	rest, begins := strings.CutPrefix(v.text, is.begin)
	stem, _, starred := strings.Cut(v.text, "*")
	switch {
	case begins && like && (strings.HasPrefix(rest, "*") || strings.HasPrefix(rest, "?")):
		l.add("oidc-sub", v.spot, v.text+" is the subject of tokens of every "+is.tenant+" of this issuer.").Change = `write "` + is.example + `"`
	case !begins && starred && strings.HasPrefix(is.begin, stem):
		l.add("oidc-sub", v.spot, v.text+" is the subject of tokens of every "+is.tenant+" of this issuer.").Change = `write "` + is.example + `"`
	case !begins && (is.name != github || !strings.Contains(v.text, ":")):
		// GitHub lets organizations order the parts of a subject otherwise.
		nothing("one of this issuer looks like "+is.example+".", `write "`+is.example+`"`)
	case begins && !starred && strings.Count(v.text, ":")+1 < is.parts:
		nothing("one of this issuer has more parts, such as "+is.example+".", `write "`+is.example+`"`)
	}
}

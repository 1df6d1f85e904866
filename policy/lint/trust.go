package lint

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy"
)

// assuming are the actions by which each kind of principal takes on a role.
var assuming = map[string]string{
	"saml": "sts:assumerolewithsaml", "oidc": "sts:assumerolewithwebidentity", "": "sts:assumerole",
}

// trusts looks at what only trust policies are held to.
func (l *linter) trusts(s *statement) {
	if !l.trust() {
		return
	}
	l.mismatched(s)
	l.rolesAnywhere(s)
	if s.allows() && !s.negatedWho {
		for _, p := range s.who {
			if p.kind == "Federated" && providerKind(p.text) == "oidc" {
				l.oidc(s, p)
			}
		}
	}
}

// way is how a principal takes on a role, in small letters.
func (p principal) way() string {
	if p.kind != "Federated" {
		return assuming[""]
	}
	return assuming[providerKind(p.text)]
}

// mismatched: who signs in at a provider comes by the action for it, and
// nobody else does. A statement may name several principals and the action of
// each.
func (l *linter) mismatched(s *statement) {
	if s.negatedAct || s.negatedWho {
		return
	}
	served := func(p principal) bool {
		return slices.ContainsFunc(s.act, func(w word) bool { return policy.Matches(strings.ToLower(w.text), p.way()) })
	}
	for _, w := range s.act {
		lower := strings.ToLower(w.text)
		if lower != assuming[""] && lower != assuming["saml"] && lower != assuming["oidc"] {
			continue
		}
		fits := slices.ContainsFunc(s.who, func(p principal) bool { return p.way() == lower })
		var wrong []string
		for _, p := range s.who {
			if p.way() != lower && p.kind != "*" && !(p.kind == "Federated" && providerKind(p.text) == "") && (!fits || !served(p)) {
				wrong = append(wrong, p.text)
			}
		}
		if wrong == nil {
			continue
		}
		f := l.add("MISMATCHED_ACTION_FOR_PRINCIPAL", w.spot, w.text, strings.Join(wrong, ", "))
		if right := s.who[0].way(); len(s.who) == 1 {
			f.Change = `write "` + spelled[right] + `"`
		}
	}
}

// spelled is how the actions are written.
var spelled = map[string]string{
	"sts:assumerolewithsaml": "sts:AssumeRoleWithSAML", "sts:assumerolewithwebidentity": "sts:AssumeRoleWithWebIdentity",
	"sts:assumerole": "sts:AssumeRole",
}

// rolesAnywhere: what IAM Roles Anywhere needs.
//
// Source: https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html
func (l *linter) rolesAnywhere(s *statement) {
	if !s.allows() || s.negatedAct || s.negatedWho {
		return
	}
	for _, p := range s.who {
		if p.kind != "Service" || p.text != "rolesanywhere.amazonaws.com" {
			continue
		}
		for _, needed := range [...]string{"sts:assumerole", "sts:setsourceidentity", "sts:tagsession"} {
			if !l.elsewhere(p, needed) {
				l.add("MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY", p.spot).Change =
					`write "Action": ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"]`
				return
			}
		}
	}
}

// elsewhere tells whether any statement allows a principal an action, which is
// given in small letters.
func (l *linter) elsewhere(p principal, action string) bool {
	return slices.ContainsFunc(l.statements, func(s statement) bool {
		names := slices.ContainsFunc(s.who, func(o principal) bool { return o.kind == p.kind && o.text == p.text })
		return names && s.allows() && !s.negatedAct && slices.ContainsFunc(s.act, func(w word) bool { return policy.Matches(strings.ToLower(w.text), action) })
	})
}

// issuer is a provider as it stands before the claims in condition keys.
func issuer(provider string) string {
	a, err := arn.Parse(provider)
	if err != nil {
		return provider
	}
	return strings.TrimPrefix(a.Resource, "oidc-provider/")
}

const github = "token.actions.githubusercontent.com"

// oidc looks at what is asked of a token of a provider.
func (l *linter) oidc(s *statement, p principal) {
	from := strings.ToLower(issuer(p.text))
	var claims []condition
	for _, c := range s.cond {
		if strings.HasPrefix(strings.ToLower(c.key.text), from+":") {
			claims = append(claims, c)
		}
	}
	if len(claims) == 0 {
		l.add("MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL", p.spot)
	}
	subject := slices.IndexFunc(claims, func(c condition) bool { return strings.EqualFold(c.key.text, from+":sub") })
	if from != github {
		return
	}
	if subject < 0 {
		l.add("MISSING_GITHUB_REPO_CONDITION_KEY", p.spot)
		return
	}
	if s.has(github + ":ref") {
		return
	}
	for _, v := range claims[subject].values {
		if hasStar(v.text) && strings.HasSuffix(claims[subject].base, "Like") {
			l.add("SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED", v.spot)
		}
	}
}

package explain

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// check finds one known mistake: it answers a sentence, or nothing.
type check struct {
	name string
	find func(*Question, authz.Trace) string
}

// catalogue is every mistake that is known, the more telling first.
func catalogue() []check {
	return []check{
		{"sso-role-region", ssoRoleRegion},
		{"sso-role-trust", ssoRoleTrust},
		{"role-path", rolePath},
		{"session-arn", sessionARN},
		{"principal-arn-condition", principalARNCondition},
		{"wrong-operation", wrongOperation},
		{"deleted-principal", deletedPrincipal},
		{"service-principal", servicePrincipalForm},
		{"prohibited-element", prohibitedElement},
		{"one-side", oneSide},
		{"tag-session", func(q *Question, t authz.Trace) string {
			return q.alsoNeeded(t, "sts:TagSession", "session tags are passed, or come along from the session before")
		}},
		{"source-identity", func(q *Question, t authz.Trace) string {
			return q.alsoNeeded(t, "sts:SetSourceIdentity", "a source identity is passed, or comes along from the session before")
		}},
		{"mfa", mfaMissing},
		{"secure-transport", secureTransport},
		{"external-id", func(q *Question, t authz.Trace) string { return keyMissed(q, t, "sts:ExternalId", "an external id") }},
		{"session-name", func(q *Question, t authz.Trace) string {
			return keyMissed(q, t, "sts:RoleSessionName", "a session name")
		}},
		{"saml-aud", func(q *Question, t authz.Trace) string {
			if !brings(q) {
				return ""
			}
			return keyMissed(q, t, "saml:aud", "the assertion's recipient")
		}},
		{"saml-attribute", samlAttribute},
		{"oidc-subject", oidcSubject},
		{"oidc-claim", oidcClaim},
		{"confused-deputy", confusedDeputy},
		{"deny-hits-exempt", denyHitsExempt},
		{"not-principal", notPrincipal},
		{"not-action", notAction},
		{"variables-2008", variables2008},
		{"root-assumes-role", func(_ *Question, t authz.Trace) string {
			if why, ok := t.Decision.Reason.(authz.FixedRule); ok && why.Rule == authz.RootAssumesRole {
				return "The root user of an account cannot assume roles, whatever policies say: use an IAM user or another role."
			}
			return ""
		}},
	}
}

// eachStatement goes through the statements of the layers that decide, but for
// those of another action; of a trust policy, which is all about one thing,
// through all.
func eachStatement(trace authz.Trace, found func(*authz.LayerTrace, *policy.Document, authz.StatementTrace) bool) {
	for i := range trace.Layers {
		l := &trace.Layers[i]
		if !decides(trace, l) {
			continue
		}
		for _, p := range l.Policies {
			for i := range p.Statements {
				if s := &p.Statements[i]; s.Action == authz.Fails && !l.Trust {
					continue
				} else if !found(l, p.Policy.Document, *s) {
					return
				}
			}
		}
	}
}

// failing answers the first condition with a key that keeps an allowing
// statement of the action from matching, where one would have had to allow.
func failing(trace authz.Trace, want func(key string) bool) (c *policy.Condition) {
	if _, ok := trace.Decision.Reason.(authz.ImplicitDeny); !ok {
		return nil
	}
	eachStatement(trace, func(_ *authz.LayerTrace, doc *policy.Document, t authz.StatementTrace) bool {
		s := &doc.Statements[t.Index]
		for i, o := range t.Conditions {
			if o != authz.Holds && s.Effect == policy.Allow && t.Action != authz.Fails && want(s.Conditions[i].Key.Value) {
				c = &s.Conditions[i]
			}
		}
		return c == nil
	})
	return c
}

// ssoRoleRegion: the name of a role of IAM Identity Center without the region
// in its path, or with one that it does not have.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
func ssoRoleRegion(q *Question, trace authz.Trace) string {
	s, ok := q.Request.Principal.(authz.RoleSession)
	if !ok {
		return ""
	}
	region, ok := ssoRegion(s.Role.String())
	if !ok {
		return ""
	}
	wrong := ""
	look := func(value string) {
		was, ok := ssoRegion(value)
		_, pattern, _ := strings.Cut(value[strings.LastIndexByte(value, '/')+1:], "AWSReservedSSO_")
		if !ok || was == region || was == "*" || pattern == "" {
			return
		}
		name := strings.TrimPrefix(s.Role.ResourceName(), "AWSReservedSSO_")
		if stem, _, _ := strings.Cut(pattern, "*"); strings.HasPrefix(name, stem) {
			wrong = value
		}
	}
	eachStatement(trace, func(_ *authz.LayerTrace, doc *policy.Document, t authz.StatementTrace) bool {
		st := &doc.Statements[t.Index]
		for _, p := range st.Principals.Values {
			look(p.Value)
		}
		for _, c := range st.Conditions {
			for _, v := range c.Values {
				look(v.Value)
			}
		}
		return wrong == ""
	})
	switch {
	case wrong == "":
		return ""
	case region == "":
		return "The role's path has no region, since IAM Identity Center is in us-east-1: " + wrong + " names one, and is not " + s.Role.String() + "."
	}
	return "The path of roles of IAM Identity Center has its region in it, but for us-east-1: " + wrong + " is not " + s.Role.String() + "."
}

// sessionARN: another session of the caller's role is named.
func sessionARN(q *Question, trace authz.Trace) string {
	s, ok := q.Request.Principal.(authz.RoleSession)
	if !ok {
		return ""
	}
	text := ""
	prefix := "arn:" + s.Role.Partition + ":sts::" + s.Role.Account + ":assumed-role/" + s.Role.ResourceName() + "/"
	eachStatement(trace, func(_ *authz.LayerTrace, doc *policy.Document, t authz.StatementTrace) bool {
		for _, p := range doc.Statements[t.Index].Principals.Values {
			if strings.HasPrefix(p.Value, prefix) && p.Value != s.CallerARN() {
				text = p.Value + " is one session, and this is " + s.CallerARN() + ". Name the role, " + s.Role.String() + ", to let all its sessions in."
			}
		}
		return text == ""
	})
	return text
}

// principalARNCondition: a condition compares aws:PrincipalArn with the ARN of
// a session, which it never is.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalarn
func principalARNCondition(q *Question, trace authz.Trace) string {
	c := failing(trace, func(key string) bool { return strings.EqualFold(key, "aws:PrincipalArn") })
	if c == nil {
		return ""
	}
	for _, v := range c.Values {
		if strings.Contains(v.Value, ":assumed-role/") {
			return "aws:PrincipalArn is a role's ARN, also for its sessions, and never " + v.Value + ": write " + hasOf(q, "aws:PrincipalArn") + "."
		}
	}
	return ""
}

func hasOf(q *Question, key string) string {
	has, _ := q.Request.Context.Get(key)
	return some(has)
}

// wrongOperation: the role is to be assumed by another operation of STS.
func wrongOperation(q *Question, trace authz.Trace) string {
	if len(q.Request.Action) < len("sts:AssumeRole") || !strings.EqualFold(q.Request.Action[:len("sts:AssumeRole")], "sts:AssumeRole") {
		return ""
	}
	text := ""
	if kind, name := principalOf(q.Request.Principal); !comesBy(kind, q.Request.Action) && name != "" {
		return name + " assumes roles by sts:AssumeRole: " + q.Request.Action + " is for who brings an assertion or a token of an identity provider, and is that provider's."
	}
	eachStatement(trace, func(l *authz.LayerTrace, doc *policy.Document, t authz.StatementTrace) bool {
		s := &doc.Statements[t.Index]
		if !l.Trust || s.Effect != policy.Allow {
			return true
		}
		for _, p := range s.Principals.Values {
			wants := "sts:AssumeRole"
			switch {
			case p.Type == policy.Federated && strings.Contains(p.Value, ":saml-provider/"):
				wants = "sts:AssumeRoleWithSAML"
			case p.Type == policy.Federated:
				wants = "sts:AssumeRoleWithWebIdentity"
			}
			named := p.Type == policy.Federated || t.Principal == authz.Holds && t.Names > authz.AccountNamed
			if named && !strings.EqualFold(wants, q.Request.Action) && t.Matches == authz.Fails {
				text = "The trust policy lets " + p.Value + " in, which comes by " + wants + ", and this is " + q.Request.Action + "."
				if p.Type == policy.Federated {
					text += " Who has signed in already, and assumes the role from there, is a role of its own: name that role."
				}
			}
		}
		return text == ""
	})
	return text
}

// rolePath: the caller's role or user is named without its path, or with another.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-friendly-names
func rolePath(q *Question, trace authz.Trace) string {
	own, _ := q.ownARN()
	if _, sso := ssoRegion(own.String()); sso {
		return "" // a mistake of its own
	}
	wrong := ""
	eachStatement(trace, func(_ *authz.LayerTrace, doc *policy.Document, t authz.StatementTrace) bool {
		s := &doc.Statements[t.Index]
		for _, p := range s.Principals.Values {
			if t.Principal != authz.Holds && p.Type == policy.AWS && q.misplaced(p.Value) {
				wrong = p.Value
			}
		}
		for i, o := range t.Conditions {
			for _, v := range s.Conditions[i].Values {
				if o != authz.Holds && strings.EqualFold(s.Conditions[i].Key.Value, "aws:PrincipalArn") && q.misplaced(v.Value) {
					wrong = v.Value
				}
			}
		}
		return wrong == ""
	})
	if wrong == "" {
		return ""
	}
	return "Nobody is called " + wrong + ": the path belongs to the ARN, which is " + own.String() + "."
}

// deletedPrincipal: a unique id stands where an ARN stood.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-roles
func deletedPrincipal(q *Question, trace authz.Trace) string {
	text := ""
	eachStatement(trace, func(_ *authz.LayerTrace, doc *policy.Document, t authz.StatementTrace) bool {
		for _, p := range doc.Statements[t.Index].Principals.Values {
			if t.Principal != authz.Holds && isID(p) {
				whose := "is the id of a user or role that was deleted"
				if q.IDsMadeUp {
					whose = "is a unique id and not the caller's: AWS shows one in the place of the ARN of who was deleted"
				}
				text = p.Value + " " + whose + ". One made again under its name has another id: write the ARN again."
			}
		}
		return text == ""
	})
	return text
}

// servicePrincipalForm: a service's name without its domain, or of another
// partition.
func servicePrincipalForm(_ *Question, trace authz.Trace) string {
	text := ""
	eachStatement(trace, func(_ *authz.LayerTrace, doc *policy.Document, t authz.StatementTrace) bool {
		for _, p := range doc.Statements[t.Index].Principals.Values {
			if t.Principal != authz.Holds && isNoService(p) {
				text = p.Value + " is no service principal: services are named with their domain, such as " + strings.TrimSuffix(p.Value, ".") + ".amazonaws.com."
			}
		}
		return text == ""
	})
	return text
}

// prohibitedElement: a trust policy where a permissions policy belongs, or the
// reverse.
func prohibitedElement(_ *Question, trace authz.Trace) string {
	text := ""
	for _, l := range trace.Layers {
		for _, p := range l.Policies {
			for _, t := range p.Statements {
				s := &p.Policy.Document.Statements[t.Index]
				switch {
				case l.Trust && s.Resources.Present:
					text = "A trust policy has no Resource: it speaks of its own role. This looks like a permissions policy in its place."
				case l.Layer == authz.IdentityLayer && s.Principals.Present:
					text = "A permissions policy has no Principal: it speaks of whom it is attached to. This looks like a trust policy in its place."
				}
			}
		}
	}
	return text
}

// oneSide: between accounts both must allow, and only one does.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
func oneSide(q *Question, trace authz.Trace) string {
	why, ok := trace.Decision.Reason.(authz.ImplicitDeny)
	if !ok || q.Request.Principal == nil || q.Request.ResourceAccount.IsZero() {
		return ""
	}
	caller := q.Request.Principal.AccountID()
	if caller.IsZero() || caller == q.Request.ResourceAccount {
		return ""
	}
	switch why.Layer {
	case authz.IdentityLayer:
		return "Account " + q.Request.ResourceAccount.String() + " lets " + callerName(q.Request) + " in, but its own account " + caller.String() + " does not: between accounts both must allow."
	case authz.ResourceLayer:
		return "Between accounts both must allow, and account " + q.Request.ResourceAccount.String() + " does not."
	}
	return ""
}

// alsoNeeded: the action that a further part of a request needs is denied.
func (q *Question) alsoNeeded(trace authz.Trace, action, when string) string {
	if !strings.EqualFold(q.Request.Action, action) {
		return ""
	}
	if _, ok := trace.Decision.Reason.(authz.ImplicitDeny); !ok {
		return ""
	}
	return action + " is needed beside the assuming itself when " + when + ": allow it in the same statement."
}

// mfaMissing: MFA is asked for, of credentials that cannot tell of it.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthpresent
func mfaMissing(q *Question, trace authz.Trace) string {
	mfa := func(key string) bool { return strings.HasPrefix(strings.ToLower(key), "aws:multifactorauth") }
	if failing(trace, mfa) == nil && !deniedBy(trace, mfa) {
		return ""
	}
	if c := failing(trace, mfa); c != nil && baseOperator(c.Operator.Value) == "bool" && len(c.Values) == 1 && strings.EqualFold(c.Values[0].Value, "false") {
		return "Only who came without MFA is let in, and long-term access keys do not tell: Bool asks for a key that they do not have, and BoolIfExists does not."
	}
	if _, present := q.Request.Context.Get("aws:MultiFactorAuthPresent"); !present {
		return "MFA is asked for, and long-term access keys never tell of it: get a session with a code, or pass the code as the role is assumed."
	}
	if age, _ := q.Request.Context.Get("aws:MultiFactorAuthAge"); len(age) == 1 && hasOf(q, "aws:MultiFactorAuthPresent") == "true" {
		return "MFA is asked for anew: the code was given " + age[0] + " seconds ago."
	}
	return "MFA is asked for, and this session began without."
}

// deniedBy tells whether a denying statement that matched has a condition with
// such a key.
func deniedBy(trace authz.Trace, want func(key string) bool) bool {
	for _, m := range trace.Decision.Matched {
		s := m.Statement()
		if s.Effect != policy.Allow && slices.ContainsFunc(s.Conditions, func(c policy.Condition) bool { return want(c.Key.Value) }) {
			return true
		}
	}
	return false
}

// keyMissed: a condition on one key keeps the request out.
func keyMissed(q *Question, trace authz.Trace, key, what string) string {
	c := failing(trace, func(k string) bool { return strings.EqualFold(k, key) })
	if c == nil {
		return q.keyDenied(trace, key, what)
	}
	text := "The policy asks for " + what + " " + strings.TrimPrefix(operatorWords(c.Operator.Value), "to be ") + " " + some(texts(c.Values))
	text = strings.Replace(text, " to be ", " ", 1)
	if has, present := q.Request.Context.Get(key); present {
		return text + ", and the request has " + some(has) + "."
	}
	return text + ", and the request has none."
}

// keyDenied: a condition on one key, of a statement that denies, hits the
// request.
func (q *Question) keyDenied(trace authz.Trace, key, what string) string {
	for _, m := range trace.Decision.Matched {
		s := m.Statement()
		for i := range s.Conditions {
			if c := &s.Conditions[i]; s.Effect != policy.Allow && strings.EqualFold(c.Key.Value, key) {
				return capital(statementName(s, m.Index)) + " denies it by " + what + ": " + q.denies(m.Policy.Document, c) + "."
			}
		}
	}
	return ""
}

// brings tells whether the caller is known by an assertion or a token.
func brings(q *Question) bool {
	_, ok := q.Request.Principal.(authz.FederatedIdentity)
	return ok
}

// samlAttribute: a condition on what an assertion says is not met.
func samlAttribute(q *Question, trace authz.Trace) string {
	if !brings(q) {
		return ""
	}
	c := failing(trace, func(key string) bool {
		return len(key) > len("saml:") && strings.EqualFold(key[:len("saml:")], "saml:") && !strings.EqualFold(key, "saml:aud")
	})
	if c == nil {
		return ""
	}
	return keyMissed(q, trace, c.Key.Value, "the assertion's "+c.Key.Value)
}

// oidcClaim: a condition on a web identity token's claim is not met.
func oidcClaim(q *Question, trace authz.Trace) string {
	c := failing(trace, func(key string) bool {
		issuer, _, ok := cutLast(key, ':')
		return ok && strings.Contains(issuer, ".") // a host, as no service's keys have
	})
	if c == nil {
		return ""
	}
	text := keyMissed(q, trace, c.Key.Value, c.Key.Value)
	wild := slices.ContainsFunc(c.Values, func(v policy.Text) bool { return strings.ContainsAny(v.Value, "*?") })
	if wild && baseOperator(c.Operator.Value) == "stringequals" {
		text += " StringEquals takes * and ? as they are: StringLike is meant."
	}
	return text
}

func cutLast(s string, sep byte) (before, after string, found bool) {
	if i := strings.LastIndexByte(s, sep); i >= 0 {
		return s[:i], s[i+1:], true
	}
	return s, "", false
}

// denyHitsExempt: a denial of everybody but some names the caller in a form
// that it does not have, or leaves nobody out beside a statement that lets the
// caller in by name.
func denyHitsExempt(q *Question, trace authz.Trace) string {
	s, ok := q.Request.Principal.(authz.RoleSession)
	if !ok {
		return ""
	}
	for _, m := range trace.Decision.Matched {
		st := m.Statement()
		if st.Effect == policy.Allow {
			continue
		}
		for _, c := range st.Conditions {
			switch baseOperator(c.Operator.Value) {
			case "stringnotlike", "stringnotequals", "arnnotlike", "arnnotequals":
			default:
				continue
			}
			for _, v := range c.Values {
				if strings.Contains(v.Value, s.Role.ResourceName()) || s.RoleID != "" && strings.Contains(v.Value, s.RoleID) {
					return capital(statementName(st, m.Index)) + " means to leave out " + v.Value + ", but " + c.Key.Value + " is " + hasOf(q, c.Key.Value) + "."
				}
			}
		}
		if len(st.Conditions) == 0 && letsInByName(m.Policy.Document, s.Role.String()) {
			return capital(statementName(st, m.Index)) + " denies it to everybody, also to " + s.Role.String() + ", whom the same policy lets in: a denial wins over whatever allows. It must leave out whom it does not mean."
		}
	}
	return ""
}

// letsInByName tells whether a policy has a statement that allows a role
// something by its ARN.
func letsInByName(doc *policy.Document, role string) bool {
	return slices.ContainsFunc(doc.Statements, func(s policy.Statement) bool {
		return s.Effect == policy.Allow && !s.Principals.Negated &&
			slices.ContainsFunc(s.Principals.Values, func(p policy.Principal) bool { return p.Type == policy.AWS && p.Value == role })
	})
}

// notPrincipal: NotPrincipal that names a role and not its sessions or account.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
func notPrincipal(_ *Question, trace authz.Trace) string {
	for _, m := range trace.Decision.Matched {
		if s := m.Statement(); s.Effect != policy.Allow && s.Principals.Negated {
			return capital(statementName(s, m.Index)) + " denies everybody but those whom NotPrincipal names: it must name the account and the role's session as well as the role. A condition with ArnNotEquals on aws:PrincipalArn is easier to get right."
		}
	}
	return ""
}

// variables2008: ${…} in a document that takes it as plain text.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_version.html
func variables2008(_ *Question, trace authz.Trace) string {
	for _, l := range trace.Layers {
		for _, p := range l.Policies {
			if doc := p.Policy.Document; doc != nil && doc.Version != policy.Version2012 && strings.Contains(doc.Text, "${") {
				return "Policy " + p.Policy.Name + " has ${…} in it, but not \"Version\": \"2012-10-17\": without it, that is plain text."
			}
		}
	}
	return ""
}

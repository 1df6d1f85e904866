package lint

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// principals looks at each principal.
func (l *linter) principals(s *statement) {
	e := s.either("Principal")
	if e == nil || l.Type == Identity || l.Type == ServiceControl {
		return
	}
	switch {
	case l.trust() && s.negatedWho:
		l.add("ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL", e.key)
	case s.negatedWho && s.allows():
		l.add("ALLOW_WITH_NOT_PRINCIPAL", e.key)
	}
	for _, p := range s.who {
		switch p.kind {
		case "*":
			if l.trust() {
				l.add("ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL", p.spot).Change =
					`write {"AWS": "*"} with a condition, or name who is meant`
			}
		case "AWS":
			l.awsPrincipal(s, p)
		case "Service":
			l.servicePrincipal(p)
		case "Federated":
			l.federatedPrincipal(p)
		default:
			l.wildcard(p)
		}
	}
	l.sources(s)
}

// wildcard reports a principal of which only a part is named.
func (l *linter) wildcard(p principal) bool {
	if hasVariable(p.text) || !strings.ContainsAny(p.text, "*?") {
		return false
	}
	l.add("UNSUPPORTED_WILDCARD_IN_PRINCIPAL", p.spot, p.kind)
	return true
}

func (l *linter) awsPrincipal(s *statement, p principal) {
	if p.text == "*" || l.wildcard(p) {
		return
	}
	switch {
	case isID(p.text, arn.RolePrefix):
		l.add("INVALID_ROLE_REFERENCE", p.spot, p.text)
	case isID(p.text, arn.UserPrefix):
		l.add("INVALID_USER_REFERENCE", p.spot, p.text)
	}
	if role, ok := roleOfSession(p.text); ok && l.trust() {
		if parent, ok := s.named()[nameOf(role)]; ok {
			l.add("REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY", p.spot, p.text, parent.text).also(parent.spot)
		}
	}
}

// isID tells whether a text is a unique ID of a kind.
func isID(s string, prefix arn.IDPrefix) bool {
	return strings.HasPrefix(s, string(prefix)) && len(s) >= 16 && strings.Trim(s, letters[26:]+digits) == ""
}

// roleOfSession is the role that a session's ARN tells of, without the path
// that the ARN does not have.
func roleOfSession(s string) (role arn.ARN, ok bool) {
	a, err := arn.Parse(s)
	if err != nil || a.Service != "sts" {
		return arn.ARN{}, false
	}
	name, ok := strings.CutPrefix(a.Resource, "assumed-role/")
	name, _, session := strings.Cut(name, "/")
	a.Service, a.Resource = "iam", "role/"+name
	return a, ok && session
}

// named are the roles that a statement names, by account and name: a session
// does not tell its role's path.
func (s *statement) named() map[string]word {
	if s.roles == nil {
		s.roles = map[string]word{}
		for _, p := range s.who {
			a, err := arn.Parse(p.text)
			if err == nil && p.kind == "AWS" && a.Service == "iam" && strings.HasPrefix(a.Resource, "role/") {
				s.roles[nameOf(a)] = p.word
			}
		}
	}
	return s.roles
}

func nameOf(role arn.ARN) string {
	return role.Account + role.Resource[strings.LastIndexByte(role.Resource, '/'):]
}

const serviceFormat = "service-name.amazonaws.com"

func (l *linter) servicePrincipal(p principal) {
	if l.wildcard(p) || hasVariable(p.text) || isServiceName(p.text) {
		return
	}
	f := l.add("INVALID_SERVICE_PRINCIPAL_FORMAT", p.spot, serviceFormat)
	if name := strings.ToLower(strings.TrimSuffix(p.text, ".")); isServiceName(name) {
		f.Change = `write "` + name + `"`
	} else if isServiceName(name + ".amazonaws.com") {
		f.Change = `write "` + name + `.amazonaws.com"`
	}
}

// isServiceName tells whether a text has the form of a service principal: of
// one to four labels in small letters before the domain.
func isServiceName(s string) bool {
	for _, domain := range [...]string{".amazonaws.com.cn", ".amazonaws.com", ".amazon.com", ".amazonaws.eu"} {
		labels, ok := strings.CutSuffix(s, domain)
		if ok {
			return labels != "" && strings.Trim(labels, letters[:26]+digits+"-.") == "" && strings.Count(labels, ".") < 4 &&
				labels[0] != '.' && !strings.Contains(labels, "..") && labels[len(labels)-1] != '.'
		}
	}
	return false
}

func (l *linter) federatedPrincipal(p principal) {
	switch {
	case l.Type == Resource && l.Resource != "" && !l.trust():
		l.add("FEDERATED_PRINCIPAL_NOT_SUPPORTED", p.spot)
	case l.trust() && providerKind(p.text) == "":
		l.add("INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY", p.spot)
	case !l.trust():
		l.wildcard(p)
	}
}

// providerKind tells SAML from OIDC, and is empty for what is no provider.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-federated-web-identity
func providerKind(value string) string {
	switch value {
	case "cognito-identity.amazonaws.com", "accounts.google.com", "graph.facebook.com", "www.amazon.com":
		return "oidc"
	}
	a, err := arn.Parse(value)
	if err != nil || a.Service != "iam" || a.Region != "" || strings.ContainsAny(value, "*?") {
		return ""
	}
	if _, err := arn.ParseAccountID(a.Account); err != nil {
		return ""
	}
	switch kind, name, _ := strings.Cut(a.Resource, "/"); {
	case kind == "saml-provider" && name != "":
		return "saml"
	case kind == "oidc-provider" && name != "":
		return "oidc"
	}
	return ""
}

// sourceKeys are the keys by which a resource knows for whom a service acts.
var sourceKeys = [...]string{"aws:sourcearn", "aws:sourceaccount", "aws:sourceorgid", "aws:sourceorgpaths"}

// has tells whether the statement has a condition with one of the keys, given
// in small letters.
func (s *statement) has(keys ...string) bool {
	for _, c := range s.cond {
		for _, key := range keys {
			if strings.EqualFold(c.key.text, key) {
				return true
			}
		}
	}
	return false
}

// callerKeys tell of the caller and are not there where a service calls by
// itself.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var callerKeys = [...]string{
	"aws:principalorgid", "aws:principalorgpaths", "aws:principalarn", "aws:principalaccount", "aws:principaltag/",
	"aws:username", "aws:userid", "aws:principaltype",
}

// sources looks at what a service principal is asked for.
func (l *linter) sources(s *statement) {
	service := servicesAlone(s)
	if service == nil {
		return
	}
	l.callerConditions(s, *service)
	if l.trust() || !s.allows() || s.negatedWho || s.has(sourceKeys[:]...) {
		return
	}
	for _, c := range s.cond {
		if strings.EqualFold(c.key.text, "aws:Referer") {
			l.add("RECOMMENDED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", c.key.spot, label(service.text), c.key.text)
			return
		}
	}
	l.add("RESTRICT_ACCESS_TO_SERVICE_PRINCIPAL", service.spot).Change =
		`add "Condition": {"StringEquals": {"aws:SourceAccount": "your account's number"}}`
}

// servicesAlone is the first principal of a statement of which all are
// services.
func servicesAlone(s *statement) *principal {
	for _, p := range s.who {
		if p.kind != "Service" {
			return nil
		}
	}
	if len(s.who) == 0 {
		return nil
	}
	return &s.who[0]
}

func label(service string) string {
	name, _, _ := strings.Cut(service, ".")
	return name
}

// callerConditions: a condition on who calls never holds for a service.
func (l *linter) callerConditions(s *statement, service principal) {
	var unsupported []string
	var at spot
	for _, c := range s.cond {
		for _, key := range callerKeys {
			lower := strings.ToLower(c.key.text)
			if lower != key && !(strings.HasSuffix(key, "/") && strings.HasPrefix(lower, key)) {
				continue
			}
			if c.ifExists || c.base == "Null" || negated(c.base) || !s.allows() {
				continue
			}
			if unsupported == nil {
				at = c.key.spot
			}
			unsupported = append(unsupported, c.key.text)
		}
	}
	if unsupported != nil {
		l.add("UNSUPPORTED_CONDITION_KEY_FOR_SERVICE_PRINCIPAL", at, strings.Join(unsupported, ", ")).also(service.spot)
	}
}

// negated tells whether an operator holds where values differ.
func negated(base string) bool { return strings.Contains(base, "Not") }

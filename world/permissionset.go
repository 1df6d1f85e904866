package world

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// permissionSet is one of Identity Center's, of a plan or a template. In each
// account that it is assigned to it is a role.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/permissionsetsconcept.html
type permissionSet struct {
	name, region string
	arn          string // empty where it is not known
	at           Place
	holder       entity // its inline policies, attachments and boundary
	customer     []customerPolicy
	bound        *customerPolicy
	accounts     []arn.AccountID
}

// customerPolicy is a managed policy of whichever account a permission set is
// assigned to.
type customerPolicy struct {
	path, name string
	at         Place
}

// setRole is the role of a permission set, whose last letters AWS chooses.
type setRole struct {
	plain string // its ARN without them
	// may are the ARNs that it may have: that of an account's details, or one that
	// stands in and those that policies name.
	may   []string
	named string // where a policy names one; empty for none
}

const (
	setPrefix = "AWSReservedSSO_"
	// standInSuffix stands for the letters that AWS chooses.
	standInSuffix = "_0000000000000000"
	// setInline is the name of the inline policy that such a role has.
	setInline = "AwsSSOInlinePolicy"
)

// setKey is what a permission set's role is known by.
func setKey(account, role string) string { return account + "/" + role }

// assign makes the roles of permission sets, or changes those that there are.
func (s *setup) assign() error {
	for _, part := range s.setParts {
		if err := part(); err != nil {
			return err
		}
	}
	for _, set := range s.sets {
		form := regexp.MustCompile(`^(?i)role/` + regexp.QuoteMeta(strings.ToLower(setPrefix+set.name)) + `_[0-9a-f]{16}$`)
		found := false
		for _, a := range s.accounts {
			key := a.keyLike(form)
			if key == "" && !slices.Contains(set.accounts, a.id) {
				continue
			}
			found = true
			if err := s.bring(set, a, key); err != nil {
				return err
			}
		}
		if !found {
			s.warn(set.at, "the permission set "+set.name+" is assigned to no account here: nobody has it")
		}
	}
	return nil
}

// keyLike finds a role by the form of its key; empty where there is none.
func (a *account) keyLike(form *regexp.Regexp) string {
	for _, keys := range [...][]string{sortedKeys(a.byName), sortedKeys(a.where)} {
		for _, key := range keys {
			if form.MatchString(key) {
				return key
			}
		}
	}
	return ""
}

// bring makes the role of a permission set in one account, or gives the one that
// is there what the set has now.
func (s *setup) bring(set *permissionSet, a *account, key string) error {
	role := setRole{}
	if key != "" {
		e, err := s.find(late{account: a.id, kind: "role", name: strings.TrimPrefix(key, "role/")})
		if err != nil {
			return err
		}
		was := *e
		s.shape(set, a, e)
		if changed(&was, e) {
			s.warn(set.at, "this replaces what "+e.at.String()+" says of the role "+e.name+": its policies")
		}
		role.plain = a.arn("role", e.path, setPrefix+set.name)
		role.may = []string{a.arn("role", e.path, e.name)}
		s.setRoles[setKey(a.id.String(), setPrefix+set.name)] = role
		return nil
	}
	path := "/aws-reserved/sso.amazonaws.com/"
	if set.region != "us-east-1" {
		path += set.region + "/"
	}
	role.plain = a.arn("role", path, setPrefix+set.name)
	suffixes, where := s.suffixes(a, set.name)
	role.named = where
	for _, suffix := range append([]string{standInSuffix}, suffixes...) {
		e := &entity{kind: "role", name: setPrefix + set.name + suffix, path: path, at: set.at, newer: true, session: 43200}
		trust, err := s.document(setTrust(set.name), set.at, forTrust)
		if err != nil {
			return err
		}
		e.trust = trust
		s.shape(set, a, e)
		if err := a.add(e); err != nil {
			return err
		}
		role.may = append(role.may, a.arn("role", path, e.name))
	}
	s.setRoles[setKey(a.id.String(), setPrefix+set.name)] = role
	s.warn(set.at, "AWS chooses the last letters of its role's name in account "+a.id.String()+"; ask for it as "+role.plain)
	return nil
}

// setTrust is the trust policy of such a role, of which the name of the provider
// is AWS's to choose.
func setTrust(name string) *node {
	principal, aud, condition, st := &node{kind: object}, &node{kind: object}, &node{kind: object}, &node{kind: object}
	principal.set("Federated", holeNode(0, "the SAML provider of the permission set "+name+" is made by AWS"))
	aud.set("SAML:aud", textNode(0, "https://signin.aws.amazon.com/saml"))
	condition.set("StringEquals", aud)
	st.set("Effect", textNode(0, "Allow"))
	st.set("Principal", principal)
	st.set("Action", listNode(0, []*node{textNode(0, "sts:AssumeRoleWithSAML"), textNode(0, "sts:TagSession")}))
	st.set("Condition", condition)
	return inDocument(st)
}

// shape gives a role what a permission set has, and nothing else.
func (s *setup) shape(set *permissionSet, a *account, e *entity) {
	e.inline = slices.Clone(set.holder.inline)
	e.attached, e.boundary = slices.Clone(set.holder.attached), nil
	for _, c := range set.customer {
		e.attach(attachment{name: a.arn("policy", c.path, c.name), at: c.at})
	}
	if set.holder.boundary != nil {
		b := *set.holder.boundary
		e.boundary = &b
	}
	if set.bound != nil {
		e.boundary = &attachment{name: a.arn("policy", set.bound.path, set.bound.name), at: set.bound.at}
	}
}

// changed tells whether a role has other policies than before.
func changed(was, is *entity) bool {
	names := func(e *entity) []string {
		var out []string
		for _, at := range e.attached {
			out = append(out, at.name)
		}
		if e.boundary != nil {
			out = append(out, "boundary "+e.boundary.name)
		}
		slices.Sort(out)
		return out
	}
	return !slices.Equal(names(was), names(is)) || !slices.EqualFunc(was.inline, is.inline, func(a, b namedDocument) bool {
		return sameText(a.text, b.text)
	})
}

// suffixes are the last letters with which policies name the role of a
// permission set in an account, and where one does.
func (s *setup) suffixes(of *account, name string) ([]string, string) {
	form := regexp.MustCompile(`(?:` + of.id.String() + `|\*)(?::|%3A)(?:role|assumed-role)[^"\s]*?` + setPrefix + regexp.QuoteMeta(name) + `(_[0-9a-f]{16})`)
	var found []string
	where := ""
	look := func(text, at string) {
		for _, m := range form.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(found, m[1]) && len(found) < pointedOut {
				found, where = append(found, m[1]), at
			}
		}
	}
	for _, a := range s.accounts {
		for _, e := range a.exports {
			look(string(e.file.Text), e.file.Name)
		}
		for _, p := range a.policies {
			look(p.text, p.at.String())
		}
		for _, e := range a.entities {
			look(e.trust.text, e.trust.at.String())
			for _, d := range e.inline {
				look(d.text, d.at.String())
			}
		}
	}
	for _, key := range sortedKeys(s.resources) {
		look(s.resources[key].text, s.resources[key].at.String())
	}
	if s.organization != nil {
		for _, p := range s.organization.Policies {
			look(p.Content, s.organization.at.String())
		}
	}
	return found, where
}

// setNamed finds a permission set by its ARN.
func (s *setup) setNamed(name string) *permissionSet {
	for _, set := range s.sets {
		if set.arn != "" && set.arn == name {
			return set
		}
	}
	return nil
}

// mayHave tells a permission set that it may have what is not known.
func (s *setup) mayHave(set *permissionSet, at Place, why string) error {
	return set.holder.give("unknown-"+strconv.Itoa(len(set.holder.inline)), s.unknownDocument(at, why, forIdentity))
}

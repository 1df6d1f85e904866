package world

import (
	"cmp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/rolecall-iam/rolecall/arn"
)

// late is something that a plan or a template gives to, or takes from, a user,
// group or role that it does not have itself.
type late struct {
	account    arn.AccountID
	kind, name string
	at         Place
	do         func(*entity) error
	// ends tells that the user, group or role itself goes, or is made anew.
	ends bool
}

// give is done once all files are read: whoever has the user, group or role.
func (s *setup) give(id arn.AccountID, kind, name string, at Place, do func(*entity) error) {
	s.gives = append(s.gives, late{account: id, kind: kind, name: name, at: at, do: do})
}

// merge puts what plans and templates say over what accounts' details and
// folders say of the same.
func (s *setup) merge() error {
	for _, a := range s.accounts {
		var err error
		if a.where, err = a.index(); err != nil {
			return err
		}
		if err := s.mergePolicies(a); err != nil {
			return err
		}
	}
	for _, t := range s.takes {
		if err := s.take(t); err != nil {
			return err
		}
	}
	for _, a := range s.accounts {
		if err := s.mergeEntities(a); err != nil {
			return err
		}
	}
	if err := s.assign(); err != nil {
		return err
	}
	for _, g := range s.gives {
		e, err := s.find(g)
		if err == nil && e != nil {
			err = g.do(e)
		}
		if err != nil {
			return err
		}
		if e == nil {
			s.warn(g.at, "the "+g.kind+" "+g.name+" is in none of the files: what it gets here is left out")
		}
	}
	return nil
}

// find answers a user, group or role of whatever file; nil where there is none.
func (s *setup) find(l late) (*entity, error) {
	for _, a := range s.accounts {
		if a.id != l.account {
			continue
		}
		if e := a.entity(l.kind, l.name); e != nil {
			return e, nil
		}
		e, err := a.lift(l.kind, l.name)
		if e == nil || err != nil {
			return nil, err
		}
		return e, a.add(e)
	}
	return nil, nil
}

// take does what a plan takes away: of what was, not of what the plan makes.
func (s *setup) take(l late) error {
	for _, a := range s.accounts {
		if a.id != l.account {
			continue
		}
		e := a.entity(l.kind, l.name)
		if e != nil && e.newer {
			if err := a.under(e); err != nil {
				return err
			}
			if l.ends {
				e.base = nil
			}
			if e.base != nil {
				return l.do(e.base)
			}
			return nil
		}
		e, err := s.find(l)
		if e == nil || err != nil {
			return err
		}
		if l.ends {
			s.warn(l.at, "this deletes the "+e.kind+" "+e.name+" of "+e.at.String())
			a.drop(e)
			return nil
		}
		return l.do(e)
	}
	return nil
}

// drop takes an entity out of its account.
func (a *account) drop(e *entity) {
	delete(a.byName, e.key())
	a.entities = slices.DeleteFunc(a.entities, func(has *entity) bool { return has == e })
}

// under finds what an export says of an entity of a plan or a template.
func (a *account) under(e *entity) error {
	there, ok := a.where[e.key()]
	switch {
	case !ok:
		return nil
	case !e.newer || e.standIn:
		return e.at.wrong("the %s %s of account %s is in %s as well", e.kind, e.name, a.id, there)
	case e.base != nil:
		return e.base.at.wrong("the %s %s of account %s is in %s as well", e.kind, e.name, a.id, there)
	}
	var err error
	e.base, err = a.lift(e.kind, e.name)
	return err
}

func (s *setup) mergeEntities(a *account) error {
	for _, e := range a.entities {
		if err := a.under(e); err != nil {
			return err
		}
		if e.base == nil {
			continue
		}
		if what := e.over(e.base); len(what) > 0 {
			s.warn(e.at, "this replaces what "+e.base.at.String()+" says of the "+e.kind+" "+e.name+": "+strings.Join(what, ", "))
		}
	}
	return nil
}

// over keeps of what was before what the entity does not say itself, and answers
// what of it is replaced by something else.
func (e *entity) over(base *entity) []string {
	var what []string
	if e.kind == "role" && !sameText(e.trust.text, base.trust.text) {
		what = append(what, "its trust policy")
	}
	if e.path != base.path {
		what = append(what, "its path")
	}
	e.made = base.made
	if e.path == base.path { // else it is a new one
		e.id, e.profiles = cmp.Or(e.id, base.id), base.profiles
	}
	if e.session == 0 {
		e.session = base.session
	}
	if base.boundary != nil && (e.boundary == nil || e.boundary.name != base.boundary.name) {
		what = append(what, "its permissions boundary")
	}
	for _, p := range base.inline {
		i := slices.IndexFunc(e.inline, func(has namedDocument) bool { return has.name == p.name })
		switch {
		case i >= 0 && sameText(e.inline[i].text, p.text):
		case i >= 0 || e.onlyInline:
			what = append(what, "its policy "+p.name)
		default:
			e.inline = append(e.inline, p)
		}
	}
	for _, p := range base.attached {
		has := slices.ContainsFunc(e.attached, func(a attachment) bool { return a.name == p.name })
		if e.onlyAttached && !has {
			what = append(what, "the attached "+p.name)
		} else if !has {
			e.attached = append(e.attached, p)
		}
	}
	for _, g := range base.groups {
		if !slices.ContainsFunc(e.groups, func(has attachment) bool { return has.name == g.name }) {
			e.groups = append(e.groups, g)
		}
	}
	return what
}

// sameText tells whether two policies are the same, however they are laid out.
func sameText(a, b string) bool {
	x, y := jsontext.Value(a), jsontext.Value(b)
	if x.Canonicalize() != nil || y.Canonicalize() != nil {
		return a == b
	}
	return string(x) == string(y)
}

// mergePolicies takes out of exports what plans and templates have, too.
func (s *setup) mergePolicies(a *account) error {
	for _, p := range a.policies {
		there, ok := a.where["policy/"+strings.ToLower(p.name)]
		if !ok {
			continue
		}
		if !p.newer || p.standIn || a.where[a.arn("policy", p.path, p.name)] != there {
			return p.at.wrong("the policy %s of account %s is in %s as well", p.name, a.id, there)
		}
		text, at, err := a.cut("policy", p.name)
		if err != nil {
			return err
		}
		if was := defaultText(text, at); !sameText(was, p.text) {
			s.warn(p.at, "this replaces what "+at.String()+" says of the policy "+p.name)
		}
	}
	return nil
}

// defaultText is the default version of a policy in an export.
func defaultText(text []byte, at Place) string {
	n, err := readJSON(text, at, 1)
	if err != nil {
		return ""
	}
	for _, v := range n.get("PolicyVersionList").list() {
		if v.get("IsDefaultVersion").str() != "true" {
			continue
		}
		if doc := v.get("Document"); doc.is(object) {
			return doc.render()
		}
		return v.get("Document").str()
	}
	return ""
}

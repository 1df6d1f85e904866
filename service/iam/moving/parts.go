package moving

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/rolecall-iam/rolecall/policy"
)

// holdings checks what users, groups and roles hold: inline policies,
// attachments and tags.
func (k *checker) holdings(at place, policies []inline, managed []attached, tags []tag) error {
	for _, p := range policies {
		if !nameForm.MatchString(p.PolicyName) || len(p.PolicyName) > 128 {
			return at.wrong("%q is no name for a policy", p.PolicyName)
		}
		if err := k.document(at, "inline policy "+p.PolicyName, p.PolicyDocument, policy.Inline); err != nil {
			return err
		}
	}
	if twice, ok := repeated(policies, func(p inline) string { return p.PolicyName }); ok {
		return at.wrong("there is another inline policy %s", twice.PolicyName)
	}
	if twice, ok := repeated(managed, func(p attached) string { return p.PolicyARN }); ok {
		return at.wrong("%s is attached to it twice", twice.PolicyARN)
	}
	return k.tags(at, tags)
}

func (k *checker) tags(at place, tags []tag) error {
	for _, t := range tags {
		if t.Key == "" || len(t.Key) > 4*128 || len(t.Value) > 4*256 {
			return at.wrong("%q is no tag", t.Key)
		}
	}
	if twice, ok := repeated(tags, func(t tag) string { return t.Key }); ok {
		return at.wrong("there is another tag %s", twice.Key)
	}
	return nil
}

// everyone knows every principal: whether one exists is asked when it is
// written.
type everyone struct{}

// PrincipalID answers the value itself.
func (everyone) PrincipalID(p policy.Principal) (string, bool) { return p.Value, true }

// document refuses one that cannot be read, and notes one that AWS took and
// rolecall would not.
func (k *checker) document(at place, label string, d document, kind policy.Kind) error {
	if d.text == "" {
		return at.wrong("its %s is not there", label)
	}
	if _, err := policy.Parse(d.text); err != nil {
		return at.wrong("its %s cannot be read: %v", label, err)
	}
	if _, err := policy.Validate(d.text, kind, policy.Environment{Partition: k.Partition, Principals: everyone{}}); err != nil {
		_, entity, _ := strings.Cut(at.where, ", ")
		k.notes.add(fmt.Sprintf("kept, though one who writes it today is told %q", err.Error()), entity+": "+label)
	}
	return nil
}

// unknown notes members that AWS must have added since.
func (k *checker) unknown(of string, members jsontext.Value) {
	if len(members) == 0 {
		return
	}
	var names map[string]jsontext.Value
	if json.Unmarshal(members, &names) == nil {
		for name := range names {
			k.notes.add("left out, as rolecall does not know it", fmt.Sprintf("%s of %s", name, of))
		}
	}
}

// repeated is the first item whose key an earlier one has.
func repeated[T any](items []T, key func(T) string) (T, bool) {
	seen := make(map[string]bool, len(items))
	for _, item := range items {
		if seen[key(item)] {
			return item, true
		}
		seen[key(item)] = true
	}
	var none T
	return none, false
}

// notes gather what they say the same of.
type notes struct {
	of   map[string][]string
	said map[[2]string]bool
}

// shownOf is how many are named of those that a note is about.
const shownOf = 5

func (n *notes) add(what, of string) {
	if n.of == nil {
		n.of, n.said = make(map[string][]string), make(map[[2]string]bool)
	}
	if !n.said[[2]string{what, of}] {
		n.said[[2]string{what, of}] = true
		n.of[what] = append(n.of[what], of)
	}
}

func (n *notes) sentences() []string {
	list := make([]string, 0, len(n.of))
	for what, of := range n.of {
		more := ""
		if len(of) > shownOf {
			more = fmt.Sprintf(" and %d more", len(of)-shownOf)
		}
		list = append(list, fmt.Sprintf("%s: %s%s", what, strings.Join(of[:min(len(of), shownOf)], ", "), more))
	}
	slices.SortFunc(list, cmp.Compare[string])
	return list
}

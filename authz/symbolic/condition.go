package symbolic

import (
	"encoding/base64"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// test is one key of one operator of a statement, read for the statement's
// effect: a condition that allows must hold, one that denies may.
type test struct {
	set      setOperator
	ifExists bool
	negated  bool // the operator is one with Not, and holds where the key is missing
	open     bool // it counts as well where it cannot be evaluated
	null     *nullTest
	clause   clause
	anything bool // what it says is not known: it may hold or not
}

// setOperator is how a test takes several values.
type setOperator uint8

const (
	single setOperator = iota
	forAll
	forAny
)

// nullTest tells when a Null operator counts.
type nullTest struct{ absent, present bool }

// operator is how a condition operator reads its values.
type operator struct {
	class   class
	negated bool
	read    func(*reader, string) (yes, open []pattern)
}

// operators are those of package authz that compare texts, numbers, dates and
// addresses.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
var operators = map[string]operator{
	"stringequals":              {read: (*reader).equals},
	"stringnotequals":           {read: (*reader).equals, negated: true},
	"stringequalsignorecase":    {read: (*reader).equalsFolded},
	"stringnotequalsignorecase": {read: (*reader).equalsFolded, negated: true},
	"stringlike":                {read: (*reader).like},
	"stringnotlike":             {read: (*reader).like, negated: true},
	"arnequals":                 {read: (*reader).arn},
	"arnlike":                   {read: (*reader).arn},
	"arnnotequals":              {read: (*reader).notARN, negated: true},
	"arnnotlike":                {read: (*reader).notARN, negated: true},
	"bool":                      {read: (*reader).bool},
	"binaryequals":              {read: (*reader).binary},
	"numericequals":             {class: numbers},
	"numericnotequals":          {class: numbers, negated: true},
	"numericlessthan":           {class: numbers},
	"numericlessthanequals":     {class: numbers},
	"numericgreaterthan":        {class: numbers},
	"numericgreaterthanequals":  {class: numbers},
	"dateequals":                {class: dates},
	"datenotequals":             {class: dates, negated: true},
	"datelessthan":              {class: dates},
	"datelessthanequals":        {class: dates},
	"dategreaterthan":           {class: dates},
	"dategreaterthanequals":     {class: dates},
	"ipaddress":                 {class: addresses},
	"notipaddress":              {class: addresses, negated: true},
}

// reader reads the values of a document.
type reader struct {
	names     *names
	variables bool // the document has them
}

func (r *reader) pattern(text string, how reading) pattern {
	how.variables = r.variables
	return pattern{tokens: r.names.read(text, how)}
}

// one is for operators whose every answer is yes or no.
func one(p pattern) (yes, open []pattern) { return []pattern{p}, []pattern{p} }

func (r *reader) equals(text string) (yes, open []pattern) { return one(r.pattern(text, reading{})) }

func (r *reader) equalsFolded(text string) (yes, open []pattern) {
	return one(r.pattern(text, reading{fold: true}))
}

func (r *reader) like(text string) (yes, open []pattern) {
	return one(r.pattern(text, reading{wildcards: true}))
}

// arn reads a pattern for ARNs, which matches or does not.
func (r *reader) arn(text string) (yes, open []pattern) {
	yes, _ = r.notARN(text)
	return yes, yes
}

// notARN reads a pattern for ARNs, part by part. One that has not six parts
// matches nothing for sure, and anything perhaps. A variable before the last
// part may have colons in it, and so may make any ARN of it.
func (r *reader) notARN(text string) (yes, open []pattern) {
	parts := splitARN(text)
	early := strings.Join(parts[:len(parts)-1], ":")
	switch {
	case r.variables && strings.Contains(early, "${"):
		return one(unclear)
	case len(parts) < 6 && r.variables && strings.Contains(text, "${"):
		return nil, []pattern{unclear}
	case len(parts) < 6 || parts[0] != "arn":
		return nil, []pattern{all}
	}
	return one(r.arnPattern(parts))
}

// arnPattern is the pattern of six parts.
func (r *reader) arnPattern(parts []string) pattern {
	p := r.pattern(strings.Join(parts[:5], ":")+":", reading{wildcards: true, parts: true})
	p.tokens = append(p.tokens, r.pattern(parts[5], reading{wildcards: true}).tokens...)
	return p
}

// bool reads true or false; nothing else is ever equal.
func (r *reader) bool(text string) (yes, open []pattern) {
	switch {
	case strings.EqualFold(text, "true"), strings.EqualFold(text, "false"):
		return one(r.pattern(text, reading{fold: true}))
	case r.variables && strings.Contains(text, "${"):
		for _, word := range []string{"true", "false"} {
			p := r.pattern(word, reading{fold: true})
			p.loose = true
			yes = append(yes, p)
		}
		return yes, yes
	}
	return nil, nil
}

// binary reads base64, in which there are no variables.
func (r *reader) binary(text string) (yes, open []pattern) {
	if _, err := base64.StdEncoding.DecodeString(text); err != nil {
		return nil, []pattern{all}
	}
	return one(literal(text))
}

// test reads a condition of a statement with that effect.
func (r *reader) test(c policy.Condition, effect policy.Effect) test {
	t := test{open: effect != policy.Allow}
	operator, base, ok := t.readOperator(c.Operator.Value)
	switch {
	case strings.EqualFold(base, "Null") && t.set == single && !t.ifExists && len(c.Values) > 0:
		t.null = readNull(c.Values, t.open)
		return t
	case !ok || len(c.Values) == 0:
		return test{anything: true}
	}
	t.negated = operator.negated
	if operator.class != texts {
		m := &measure{class: operator.class, operator: base, open: t.open}
		for _, v := range c.Values {
			m.values = append(m.values, v.Value)
		}
		t.clause.measured = m
		return t
	}
	t.clause.out = operator.negated
	// Not of what may match is what surely does not.
	widest := t.open != operator.negated
	for _, v := range c.Values {
		yes, open := operator.read(r, v.Value)
		if widest {
			yes = open
		}
		t.clause.patterns = append(t.clause.patterns, yes...)
	}
	if widest && (strings.EqualFold(base, "ArnNotEquals") || strings.EqualFold(base, "ArnNotLike")) {
		t.clause.notARN = true
		t.clause.perhapsARN = r.variables && !slices.ContainsFunc(c.Values, func(v policy.Text) bool { return !strings.Contains(v.Value, "${") })
	}
	return t
}

// readOperator takes prefix and suffix off an operator's name.
func (t *test) readOperator(spelled string) (o operator, base string, ok bool) {
	base = spelled
	for prefix, set := range map[string]setOperator{"forallvalues:": forAll, "foranyvalue:": forAny} {
		if rest, found := strings.CutPrefix(strings.ToLower(spelled), prefix); found {
			base, t.set = spelled[len(spelled)-len(rest):], set
		}
	}
	const suffix = "IfExists"
	if cut := len(base) - len(suffix); cut > 0 && strings.EqualFold(base[cut:], suffix) {
		base, t.ifExists = base[:cut], true
	}
	o, ok = operators[strings.ToLower(base)]
	return o, base, ok
}

// readNull reads the values of the Null operator.
func readNull(values []policy.Text, open bool) *nullTest {
	var n nullTest
	for _, v := range values {
		n.absent = n.absent || strings.EqualFold(v.Value, "true")
		n.present = n.present || strings.EqualFold(v.Value, "false")
		if !strings.EqualFold(v.Value, "true") && !strings.EqualFold(v.Value, "false") && open {
			n = nullTest{true, true}
		}
	}
	return &n
}

// missing tells whether the test counts where the key is not there.
func (t test) missing() bool {
	switch {
	case t.null != nil:
		return t.null.absent
	case t.ifExists, t.set == forAll:
		return true
	case t.set == forAny:
		return false
	}
	return t.negated
}

// noValues tells whether it counts for a set without values.
func (t test) noValues() bool {
	switch {
	case t.null != nil:
		return t.null.absent
	case t.set == forAll:
		return true
	case t.set == forAny:
		return false
	}
	return t.open
}

// sameKey writes the name of a key as all its spellings are looked up.
func sameKey(name string) string { return lower(name) }

// mayHaveMany tells whether a key can have several values: of AWS's own, those
// that it documents so.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func mayHaveMany(key string) bool {
	return !strings.HasPrefix(key, "aws:") || slices.Contains([]string{
		"aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist", "aws:resourceorgpaths",
		"aws:sourceorgpaths", "aws:tagkeys", "aws:vpceorgpaths",
	}, key)
}

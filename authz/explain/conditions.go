package explain

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// conditionRepairs are edits of a condition of an allowing statement that make
// it hold for the request.
func (q *Question) conditionRepairs(doc *policy.Document, c *policy.Condition) []repair {
	has, present := q.Request.Context.Get(c.Key.Value)
	if !present || len(has) != 1 || has[0] == "" || has[0] == someValue || len(c.Values) == 0 {
		return nil // only the request can give the key
	}
	have := has[0]
	switch base := baseOperator(c.Operator.Value); {
	case base == "arnlike" || base == "arnequals" || base == "stringlike" || base == "stringequals" || base == "stringequalsignorecase":
		return append(append(regionRepairs(c, have), patternRepairs(c, doc)...), valueMore(c, doc, have, costConditionSet))
	case base == "stringnotlike" || base == "stringnotequals" || base == "arnnotlike" || base == "arnnotequals":
		for _, v := range c.Values {
			if cut, ok := removeValue(doc.Text, v.Span); ok && v.Value == have {
				return []repair{{splice: cut, title: "take " + have + " out of the values of " + c.Key.Value, cost: costConditionSet}}
			}
		}
	case base == "ipaddress":
		return []repair{valueMore(c, doc, have, costConditionSet)}
	}
	return nil
}

// valueMore adds a value to those of a condition.
func valueMore(c *policy.Condition, doc *policy.Document, value string, cost int) repair {
	last := c.Values[len(c.Values)-1]
	r := repair{splice: addValue(doc.Text, last.Span, value), title: "add " + value + " to the values of " + c.Key.Value, cost: cost}
	if isLogin(*c) && value == "unauthenticated" {
		r.warn(toStrangers)
		r.cost += costStrangers
	}
	if strings.Contains(last.Value, "${") {
		r.warn("it is then so for everybody whom the policy is about, whoever they are")
	}
	return r
}

// literalStars are the values of a condition with a * or ? that its operator
// takes for a plain character.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
// ("String condition operators")
func literalStars(c *policy.Condition) (values []string) {
	if base := baseOperator(c.Operator.Value); base != "stringequals" && base != "stringnotequals" {
		return nil
	}
	for _, v := range c.Values {
		if plain := strings.NewReplacer("${*}", "", "${?}", "").Replace(v.Value); strings.ContainsAny(plain, "*?") {
			values = append(values, v.Value)
		}
	}
	return values
}

// patternRepairs write the operator that takes such values for patterns, where
// it has no other keys, and is not there already. ARNs have one of their own.
func patternRepairs(c *policy.Condition, doc *policy.Document) []repair {
	if literalStars(c) == nil {
		return nil
	}
	isARN := !slices.ContainsFunc(c.Values, func(v policy.Text) bool { return !strings.HasPrefix(v.Value, "arn:") })
	operator := strings.Replace(strings.Replace(c.Operator.Value, "NotEquals", "NotLike", 1), "Equals", "Like", 1)
	if isARN {
		operator = strings.Replace(operator, "String", "Arn", 1)
	}
	for i := range doc.Statements {
		conditions := doc.Statements[i].Conditions
		if !slices.ContainsFunc(conditions, func(o policy.Condition) bool { return o.Key.Span == c.Key.Span }) {
			continue
		}
		if slices.ContainsFunc(conditions, func(o policy.Condition) bool {
			return o.Key.Span != c.Key.Span && (o.Operator.Span == c.Operator.Span || strings.EqualFold(o.Operator.Value, operator))
		}) {
			return nil
		}
	}
	return []repair{{splice: setValue(c.Operator.Span, operator), title: "write " + operator + " for " + c.Operator.Value + " at the values of " + c.Key.Value, cost: costCorrection}}
}

// exemptions are edits of a condition of a denying statement that leave the
// request out: the condition says whom it does not mean.
func (q *Question) exemptions(c *policy.Condition, doc *policy.Document) []repair {
	has, present := q.Request.Context.Get(c.Key.Value)
	if !present || len(has) != 1 || has[0] == "" || len(c.Values) == 0 {
		return nil
	}
	switch baseOperator(c.Operator.Value) {
	case "stringnotlike", "stringnotequals", "arnnotlike", "arnnotequals", "notipaddress", "stringnotequalsignorecase":
		return append(append(regionRepairs(c, has[0]), patternRepairs(c, doc)...), valueMore(c, doc, has[0], costExemption-costAction))
	}
	return nil
}

// baseOperator is an operator in small letters, without prefix and suffix.
func baseOperator(operator string) string {
	base := strings.ToLower(operator)
	base = strings.TrimPrefix(strings.TrimPrefix(base, "forallvalues:"), "foranyvalue:")
	return strings.TrimSuffix(base, "ifexists")
}

// ssoPath is what the names of roles that IAM Identity Center makes begin with.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/referencingpermissionsets.html
const ssoPath = ":role/aws-reserved/sso.amazonaws.com/"

// ssoRegion is the region in the path of such a role; empty for one that an
// instance in us-east-1 made.
func ssoRegion(role string) (region string, ok bool) {
	_, rest, ok := strings.Cut(role, ssoPath)
	if !ok {
		return "", false
	}
	if region, _, ok := strings.Cut(rest, "/"); ok {
		return region, true
	}
	return "", true
}

// regionRepairs correct patterns for such roles in which the region is missing,
// or is there and should not be.
func regionRepairs(c *policy.Condition, have string) []repair {
	region, ok := ssoRegion(have)
	if !ok {
		return nil
	}
	var list []repair
	for _, v := range c.Values {
		was, ok := ssoRegion(v.Value)
		if !ok || was == region {
			continue
		}
		plain := v.Value
		if was != "" {
			plain = strings.Replace(plain, ssoPath+was+"/", ssoPath, 1)
		}
		if region == "" {
			list = append(list, repair{splice: setValue(v.Span, plain), title: "take the region " + was + " out of the path of " + c.Key.Value, cost: costCorrection})
			continue
		}
		list = append(list,
			repair{splice: setValue(v.Span, strings.Replace(plain, ssoPath, ssoPath+region+"/", 1)), title: "put the region " + region + " into the path of " + c.Key.Value, cost: costCorrection},
			repair{splice: setValue(v.Span, strings.Replace(plain, ssoPath, ssoPath+"*/", 1)), title: "put /*/ for the region into the path of " + c.Key.Value, cost: costCorrection + 1},
		)
	}
	return list
}

// requestCandidates are changes of the request that conditions ask for and its
// caller can make.
func (q *Question) requestCandidates(trace authz.Trace) []candidate {
	var list []candidate
	seen := make(map[string]bool)
	for _, l := range trace.Layers {
		for _, p := range l.Policies {
			for _, s := range p.Statements {
				conditions := p.Policy.Document.Statements[s.Index].Conditions
				for i := range conditions {
					for _, c := range q.asked(&conditions[i]) {
						if !seen[c.Title] {
							seen[c.Title] = true
							list = append(list, c)
						}
					}
				}
			}
		}
	}
	return list
}

// asked are changes of the request that one condition asks for. What an
// assertion or a token says its bearer cannot change.
func (q *Question) asked(c *policy.Condition) []candidate {
	key, action := strings.ToLower(c.Key.Value), strings.ToLower(q.Request.Action)
	assume := action == "sts:assumerole" || action == "sts:tagsession" || action == "sts:setsourceidentity"
	if by := q.assumes(); by != "" {
		action, assume = by, by == "sts:assumerole"
	}
	switch {
	case key == "sts:externalid" && assume:
		return q.pass(c, "pass the external id ")
	case key == "sts:rolesessionname" && (assume || action == "sts:assumerolewithwebidentity"):
		return q.pass(c, "name the session ")
	case key == "sts:sourceidentity" && assume:
		return q.pass(c, "pass the source identity ")
	case strings.HasPrefix(key, requestTag) && assume:
		return append(q.pass(c, "pass the session tag "+c.Key.Value[len(requestTag):]+"="), q.tagged(c)...)
	case strings.HasPrefix(key, requestTag) && !strings.HasPrefix(action, "sts:"):
		return append(q.pass(c, "pass the tag "+c.Key.Value[len(requestTag):]+"="), q.tagged(c)...)
	case key == "aws:multifactorauthpresent" || key == "aws:multifactorauthage":
		return q.useMFA()
	}
	return append(q.anotherWay(c), q.tagged(c)...)
}

// requestTag is what the keys of the tags in a request begin with.
const requestTag = "aws:requesttag/"

// pass sets a key to each value that a condition asks for.
func (q *Question) pass(c *policy.Condition, title string) []candidate {
	set := func(value string) func(*Question) {
		return func(q *Question) {
			q.Request.Context.Set(c.Key.Value, value)
			q.addTagKey(c.Key.Value)
			q.needFor(c.Key.Value)
		}
	}
	switch baseOperator(c.Operator.Value) {
	case "null":
		if _, present := q.Request.Context.Get(c.Key.Value); present || !strings.HasPrefix(strings.ToLower(c.Key.Value), requestTag) {
			return nil
		}
		return []candidate{{Edit: Edit{Title: title + "VALUE, with a value of yours", Target: "request"}, cost: costRequest, apply: set("VALUE")}}
	case "stringequals", "stringlike", "stringequalsignorecase", "stringnotequals", "stringnotlike", "stringnotequalsignorecase":
	default:
		return nil
	}
	var list []candidate
	for _, v := range c.Values {
		value, ok := q.Request.Expand(v.Value)
		if !ok {
			continue
		}
		if strings.HasSuffix(baseOperator(c.Operator.Value), "like") {
			value = strings.NewReplacer("*", "session", "?", "x").Replace(value)
		}
		if has, _ := q.Request.Context.Get(c.Key.Value); len(has) == 1 && has[0] == value || !takesValue(c.Key.Value, value) {
			continue
		}
		list = append(list, candidate{
			Edit:  Edit{Title: title + value, Target: "request"},
			cost:  costRequest,
			apply: set(value),
		})
	}
	return list
}

// takesValue tells whether AssumeRole takes a value for what a key is about: in
// names of sessions and in ids no * or ? may stand.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func takesValue(key, value string) bool {
	return strings.HasPrefix(strings.ToLower(key), requestTag) || !strings.ContainsAny(value, "*?")
}

// addTagKey adds the key of a tag that is passed to those of the request.
func (q *Question) addTagKey(key string) {
	if len(key) <= len(requestTag) || !strings.EqualFold(key[:len(requestTag)], requestTag) {
		return
	}
	has, _ := q.Request.Context.Get("aws:TagKeys")
	if tag := key[len(requestTag):]; !slices.Contains(has, tag) {
		q.Request.Context.SetMany("aws:TagKeys", append(slices.Clone(has), tag)...)
	}
}

// needFor adds the action that passing a key asks for, in assuming a role.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required,
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html
func (q *Question) needFor(key string) {
	switch {
	case q.assumes() == "":
	case strings.EqualFold(key, "sts:SourceIdentity"):
		q.need(setSourceIdentity)
	case len(key) > len(requestTag) && strings.EqualFold(key[:len(requestTag)], requestTag):
		q.need(tagSession)
	}
}

// useMFA is the change that shows a code. A role's session cannot: who assumed
// the role would have had to.
func (q *Question) useMFA() []candidate {
	if _, ok := q.Request.Principal.(authz.User); !ok {
		return nil
	}
	return []candidate{{
		Edit: Edit{Title: "use MFA", Target: "request"},
		cost: costRequest + 1,
		mfa:  true,
		apply: func(q *Question) {
			q.Request.Context.Set("aws:MultiFactorAuthPresent", "true")
			q.Request.Context.Set("aws:MultiFactorAuthAge", "0")
		},
	}}
}

package organizations

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// effectiveTarget is the account that an effective policy is asked of: the
// caller's where none is named.
func effectiveTarget(c scope, in *organizations.DescribeEffectivePolicyInput) string {
	if in.TargetId != nil && *in.TargetId != "" {
		return *in.TargetId
	}
	return c.Account.String()
}

// DescribeEffectivePolicy tells what the policies of a type on the way from
// the root to an account come to. Members may ask of themselves alone.
//
// Source: https://docs.aws.amazon.com/organizations/latest/APIReference/API_DescribeEffectivePolicy.html
func (s *Service) DescribeEffectivePolicy(_ context.Context, c scope, in *organizations.DescribeEffectivePolicyInput) (*organizations.DescribeEffectivePolicyOutput, error) {
	target := effectiveTarget(c, in)
	if target != c.Account.String() && c.may(readers) != nil {
		return nil, notYours()
	}
	m, ok := memberOf(&c.View.Reader, c.org, target)
	switch {
	case !ok:
		return nil, noTarget()
	case !c.org.Has(in.PolicyType):
		return nil, noSuchEffective()
	}
	_, nodes, _, ok := c.View.Path(m.Account)
	if !ok {
		return nil, noTarget()
	}
	merged := map[string]any{}
	for _, n := range nodes {
		for _, ref := range n.Attached {
			if p, ok := c.View.OrgPolicy(c.org.ID, ref.ID); ok && ref.Type == in.PolicyType {
				inherit(merged, document(p))
			}
		}
	}
	if len(merged) == 0 {
		return nil, refuse("EffectivePolicyNotFoundException", "The account doesn't have an effective policy of this type.")
	}
	text, err := json.Marshal(finished(merged))
	if err != nil {
		return nil, err
	}
	return &organizations.DescribeEffectivePolicyOutput{EffectivePolicy: &organizations.EffectivePolicy{
		PolicyContent: string(text), PolicyType: in.PolicyType, TargetId: &target, LastUpdatedTimestamp: second(c.Now),
	}}, nil
}

func document(p *directory.OrgPolicy) map[string]any {
	var doc map[string]any
	// What is stored was read before; what cannot be read adds nothing.
	_ = json.Unmarshal([]byte(p.Content.String()), &doc)
	return doc
}

// The operators that say how a policy below changes one above.
//
// Source: https://docs.aws.amazon.com/organizations/latest/userguide/policy-operators.html
const (
	assign  = "@@assign"
	add     = "@@append"
	remove  = "@@remove"
	allowed = "@@operators_allowed_for_child_policies"
)

// inherit lays a policy over what those above it came to. Elements that a
// policy above has closed for an operator stay as they are.
func inherit(parent, child map[string]any) {
	closed := make(map[string]bool)
	for _, op := range []string{assign, add, remove} {
		closed[op] = !permits(parent[allowed], op)
	}
	for _, key := range slices.Sorted(maps.Keys(child)) {
		value := child[key]
		switch key {
		case assign:
			if !closed[assign] {
				parent[assign] = value
			}
		case add:
			if !closed[add] {
				parent[assign] = append(values(parent[assign]), without(values(value), values(parent[assign]))...)
			}
		case remove:
			if !closed[remove] {
				parent[assign] = without(values(parent[assign]), values(value))
			}
		case allowed:
			parent[allowed] = narrower(parent[allowed], value)
		default:
			inner, ok := value.(map[string]any)
			if !ok {
				parent[key] = value
				continue
			}
			outer, ok := parent[key].(map[string]any)
			if !ok {
				outer = map[string]any{}
				parent[key] = outer
			}
			inherit(outer, inner)
		}
	}
}

// permits tells whether an operator may be used below a restriction.
func permits(restriction any, op string) bool {
	if restriction == nil {
		return true
	}
	return slices.ContainsFunc(values(restriction), func(v any) bool { return v == op || v == "@@all" })
}

// narrower is a restriction and a further one together: what is closed stays
// closed.
func narrower(before, further any) any {
	if before == nil {
		return further
	}
	var both []any
	for _, op := range []string{assign, add, remove} {
		if permits(before, op) && permits(further, op) {
			both = append(both, op)
		}
	}
	if both == nil {
		both = []any{"@@none"}
	}
	return both
}

func values(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

func without(list, gone []any) []any {
	return slices.DeleteFunc(slices.Clone(list), func(v any) bool {
		return slices.ContainsFunc(gone, func(g any) bool { return text(g) == text(v) })
	})
}

func text(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

// finished is what was merged without operators: values in place of what
// assigns them.
func finished(merged map[string]any) any {
	if value, ok := merged[assign]; ok {
		return value
	}
	out := make(map[string]any, len(merged))
	for key, value := range merged {
		if strings.HasPrefix(key, "@@") {
			continue
		}
		if inner, ok := value.(map[string]any); ok {
			value = finished(inner)
		}
		out[key] = value
	}
	return out
}

package conformance

import (
	"fmt"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
)

// decision is a case about a request.
type decision struct {
	request  authz.Request
	policies authz.Policies
	want     outcome
	message  string // the AccessDenied text, where the case is about texts
	entries  []pair // the condition keys that the case names
	gathered bool   // there are others beside them
}

// outcome is a decision in words: allowed, explicitDeny or implicitDeny, the
// type of policy that made it so, and the Sids of the statements that did.
type outcome struct {
	verdict, layer string
	sids           []string
}

// verdicts are AWS's own words; denied stands for either kind of denial.
const verdicts = "allowed explicitDeny implicitDeny denied"

// layers are the types of policy, with rule for what no policy decides.
const layers = "RCP SCP endpoint resource trust identity boundary session rule"

func readDecision(f fields) (check, error) {
	text, err := f.take("expect")
	if err != nil {
		return nil, err
	}
	var d decision
	if d.want, err = readOutcome(text); err != nil {
		return nil, fmt.Errorf("expect: %w", err)
	}
	if d.message, err = f.take("message"); err != nil {
		return nil, err
	}
	_, d.gathered = f["gather"]
	if d.request, d.entries, err = readRequest(f); err != nil {
		return nil, err
	}
	d.policies, err = readPolicies(f)
	return d, err
}

// readOutcome reads: verdict [in layer] [by Sid...].
func readOutcome(text string) (outcome, error) {
	words := strings.Fields(text)
	if len(words) == 0 || !slices.Contains(strings.Fields(verdicts), words[0]) {
		return outcome{}, fmt.Errorf("%q is none of %s", text, verdicts)
	}
	o := outcome{verdict: words[0]}
	words = words[1:]
	if len(words) >= 2 && words[0] == "in" {
		o.layer, words = words[1], words[2:]
		if !slices.Contains(strings.Fields(layers), o.layer) {
			return outcome{}, fmt.Errorf("%q is none of %s", o.layer, layers)
		}
	}
	if len(words) >= 2 && words[0] == "by" {
		o.sids, words = slices.Sorted(slices.Values(words[1:])), nil
	}
	if len(words) > 0 {
		return outcome{}, fmt.Errorf("%q is one word too many", words[0])
	}
	return o, nil
}

func (d decision) run(decide Decide) string {
	answer := decide(d.request, d.policies)
	if got := outcomeOf(answer); !got.is(d.want) {
		return fmt.Sprintf("want %s, got %s", d.want, got)
	}
	if d.message == "" {
		return ""
	}
	if got := authz.AccessDeniedMessage(d.request, answer); got != d.message {
		return fmt.Sprintf("want the text\n%s\ngot\n%s", d.message, got)
	}
	return ""
}

// is compares what the case names with what came.
func (o outcome) is(want outcome) bool {
	verdict := o.verdict == want.verdict || want.verdict == "denied" && o.verdict != "allowed"
	layer := want.layer == "" || o.layer == want.layer
	return verdict && layer && (want.sids == nil || slices.Equal(o.sids, want.sids))
}

func (o outcome) String() string {
	text := o.verdict
	if o.layer != "" {
		text += " in " + o.layer
	}
	if len(o.sids) > 0 {
		text += " by " + strings.Join(o.sids, " ")
	}
	return text
}

// outcomeOf words an engine's answer.
func outcomeOf(d authz.Decision) outcome {
	var o outcome
	for _, m := range d.Matched {
		if sid := m.Statement().Sid; sid != "" {
			o.sids = append(o.sids, sid)
		}
	}
	slices.Sort(o.sids)
	o.verdict = "implicitDeny"
	if d.Allowed {
		o.verdict = "allowed"
	}
	switch why := d.Reason.(type) {
	case authz.Granted:
		o.layer = layerName(why.Layer, false)
	case authz.ExplicitDeny:
		o.verdict, o.layer = "explicitDeny", layerName(why.Layer, why.Trust)
	case authz.ImplicitDeny:
		o.layer = layerName(why.Layer, why.Trust)
	case authz.UnreadablePolicy:
		o.layer = layerName(why.Layer, false)
	case authz.FixedRule:
		o.layer = "rule"
	}
	return o
}

func layerName(l authz.Layer, trust bool) string {
	if trust {
		return "trust"
	}
	switch l {
	case authz.ResourceControlLayer:
		return "RCP"
	case authz.ServiceControlLayer:
		return "SCP"
	case authz.EndpointLayer:
		return "endpoint"
	case authz.ResourceLayer:
		return "resource"
	case authz.IdentityLayer:
		return "identity"
	case authz.BoundaryLayer:
		return "boundary"
	case authz.SessionLayer:
		return "session"
	}
	return ""
}

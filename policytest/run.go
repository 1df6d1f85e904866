package policytest

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/service"
)

// Answer is what became of one question.
type Answer struct {
	// Explanations are those of each permission that it needs, up to the first
	// that is denied.
	Explanations []explain.Explanation `json:"explanations,omitempty"`
	// Unknown tells what an input does not know yet, where that decides.
	Unknown string `json:"unknown,omitempty"`
	// Wrong tells why the question cannot be asked, such as of a user who does
	// not exist.
	Wrong string `json:"wrong,omitempty"`
}

// Asker answers questions, each as the one at its place. Its error is about
// itself, such as a server that went away.
type Asker func(ctx context.Context, asks []service.Ask) ([]Answer, error)

// Result is what became of one question of a test.
type Result struct {
	Ask    service.Ask `json:"-"`
	Answer Answer      `json:"-"`
	Got    Outcome     `json:"got,omitempty"` // empty where it could not be asked
	// Why tells in one sentence what is not as expected; empty where all is.
	Why string `json:"why,omitempty"`
}

// last is the explanation that decided.
func (r *Result) last() *explain.Explanation {
	if n := len(r.Answer.Explanations); n > 0 {
		return &r.Answer.Explanations[n-1]
	}
	return nil
}

// State is what became of a test.
type State string

// The states: a test in error asks what cannot be asked.
const (
	Passed  State = "passed"
	Failed  State = "failed"
	InError State = "error"
)

// Outcomes of one test: of all its questions.
type outcome struct {
	suite   *Suite
	test    *Test
	state   State
	results []Result
}

// wrongs are the results that are not as expected.
func (o *outcome) wrongs() []*Result {
	var all []*Result
	for i := range o.results {
		if o.results[i].Why != "" {
			all = append(all, &o.results[i])
		}
	}
	return all
}

// Report is what became of all tests.
type Report struct {
	Passed, Failed, Errors int
	outcomes               []outcome
}

// Open makes an Asker of inputs for as long as use lasts. No inputs mean the
// data directory.
type Open func(from []string, use func(Asker) error) error

// Run asks all questions of suites. Suites with the same inputs, in the same
// order, share one Asker. Fixes are looked for where something is denied that
// should not be.
func Run(ctx context.Context, suites []Suite, open Open) (*Report, error) {
	groups := map[string][]*Suite{}
	var order []string
	for i := range suites {
		key := strings.Join(suites[i].From, "\x00")
		if groups[key] == nil {
			order = append(order, key)
		}
		groups[key] = append(groups[key], &suites[i])
	}
	done := map[*Suite][]outcome{}
	for _, key := range order {
		group := groups[key]
		err := open(group[0].From, func(ask Asker) error {
			for _, s := range group {
				outcomes, err := s.run(ctx, ask)
				if err != nil {
					return err
				}
				done[s] = outcomes
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	r := &Report{}
	for i := range suites {
		for _, o := range done[&suites[i]] {
			r.add(o)
		}
	}
	return r, nil
}

func (r *Report) add(o outcome) {
	switch o.state {
	case Passed:
		r.Passed++
	case Failed:
		r.Failed++
	case InError:
		r.Errors++
	}
	r.outcomes = append(r.outcomes, o)
}

// run asks the questions of one file, and those again that are denied and
// should not be, for what would allow them.
func (s *Suite) run(ctx context.Context, ask Asker) ([]outcome, error) {
	var asks, again []service.Ask
	for i := range s.Tests {
		asks = append(asks, s.Tests[i].Asks...)
	}
	answers, err := ask(ctx, asks)
	if err != nil {
		return nil, err
	}
	var outcomes []outcome
	var denied []*Result
	for i := range s.Tests {
		t := &s.Tests[i]
		o := outcome{suite: s, test: t, state: Passed}
		for range t.Asks {
			o.results = append(o.results, t.judge(asks[0], answers[0]))
			asks, answers = asks[1:], answers[1:]
		}
		for _, r := range o.wrongs() {
			switch {
			case r.Got == "":
				o.state = InError
			case o.state == Passed:
				o.state = Failed
			}
			if r.Got == Denied && t.Expect == Allowed {
				fixes := r.Ask
				fixes.Fixes = true
				again, denied = append(again, fixes), append(denied, r)
			}
		}
		outcomes = append(outcomes, o)
	}
	if len(again) == 0 {
		return outcomes, nil
	}
	fixed, err := ask(ctx, again)
	for i := range fixed {
		denied[i].Answer = fixed[i]
	}
	return outcomes, err
}

// judge tells whether an answer is the one that the test expects.
func (t *Test) judge(ask service.Ask, a Answer) Result {
	r := Result{Ask: ask, Answer: a, Got: Denied}
	x := r.last()
	switch {
	case a.Wrong != "":
		r.Got, r.Why = "", a.Wrong
		return r
	case a.Unknown != "":
		r.Got = Unknown
	case x == nil:
		r.Got, r.Why = "", "there is no answer"
		return r
	case x.Allowed:
		r.Got = Allowed
	}
	switch {
	case r.Got != t.Expect:
		r.Why = "expected " + string(t.Expect) + ", and it is " + string(r.Got)
		if r.Got == Unknown {
			r.Why += ": " + a.Unknown
		}
	case t.Because != "" && r.Got == Denied && !because(x, t.Because):
		r.Why = "it is denied as expected, but not because of " + t.Because + ": " + cause(x)
	}
	return r
}

// because tells whether an explanation gives a reason: a known mistake, or the
// type of policy that decides.
func because(x *explain.Explanation, reason string) bool {
	for _, m := range x.Mistakes {
		if m.Name == reason {
			return true
		}
	}
	for _, l := range x.Layers {
		if l.Decides && l.Name == reason {
			return true
		}
	}
	return false
}

// cause is what a denial is because of.
func cause(x *explain.Explanation) string {
	var all []string
	for _, l := range x.Layers {
		if l.Decides {
			all = append(all, "the "+l.Name+" decides")
		}
	}
	for _, m := range x.Mistakes {
		all = append(all, "known mistake "+m.Name)
	}
	if len(all) == 0 {
		return x.Verdict
	}
	return strings.Join(all, ", ")
}

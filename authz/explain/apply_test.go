package explain_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/policy"
)

// failer is what a test and a property have in common.
type failer interface {
	Fatalf(format string, args ...any)
}

// decideWith applies a fix from what it prints alone.
func decideWith(t failer, q explain.Question, f explain.Fix) authz.Decision {
	return applied(t, &q, f, map[authz.Layer]int{})
}

// applied is decideWith for who counts the layers that are changed. Each edit
// must be of one policy, and of it what its diff shows.
func applied(t failer, q *explain.Question, f explain.Fix, layers map[authz.Layer]int) authz.Decision {
	for _, e := range f.Edits {
		if e.Target == "request" {
			applyToRequest(t, q, e)
			continue
		}
		if strings.HasPrefix(e.Target, "tags of ") {
			applyTag(t, q, e)
			continue
		}
		if e.Target == "session policy" && e.Document == "" {
			if !strings.HasPrefix(e.Command, "aws sts assume-role --role-arn ") || strings.Contains(e.Command, "--policy") {
				t.Fatalf("%q: %s", e.Title, e.Command)
			}
			q.Policies.Session, q.Policies.SessionPresent = nil, false
			continue
		}
		doc, err := policy.Parse(e.Document)
		if err != nil {
			t.Fatalf("%q: %v in %s", e.Title, err, e.Document)
		}
		if strings.HasPrefix(e.Target, "inline policy ") {
			if e.Diff != "+"+strings.ReplaceAll(e.Document, "\n", "\n+")+"\n" {
				t.Fatalf("%q: the diff of a new policy is\n%s", e.Title, e.Diff)
			}
			q.Policies.Identity = append(q.Policies.Identity, authz.Named{Name: "new", Document: doc})
			continue
		}
		var r explain.Ref
		if _, err := fmt.Sscanf(strings.TrimPrefix(e.Target, "organization policy "), "p-%d-%d-%d", &r.Layer, &r.Level, &r.Index); err != nil {
			t.Fatalf("%q: %v", e.Target, err)
		}
		layers[r.Layer]++
		at := policyAt(q, r)
		if at == nil {
			t.Fatalf("%q changes %v", e.Title, r)
		}
		touchesNoMore(t, at.Document, doc, e)
		if !strings.HasSuffix(e.Command, " --policy-id "+place(r)+" --content '"+compact(e.Document)+"'") {
			t.Fatalf("%q: the command is %s", e.Title, e.Command)
		}
		at.Document = doc
	}
	return authz.Decide(q.Request, q.Policies)
}

func policyAt(q *explain.Question, r explain.Ref) *authz.Named {
	switch r.Layer {
	case authz.ResourceLayer:
		return &q.Policies.Resource.Named
	case authz.IdentityLayer:
		return &q.Policies.Identity[r.Index]
	case authz.SessionLayer:
		return &q.Policies.Session[r.Index]
	case authz.BoundaryLayer:
		return q.Policies.Boundary
	case authz.ServiceControlLayer:
		return &q.Policies.SCPs[r.Level][r.Index]
	case authz.ResourceControlLayer:
		return &q.Policies.RCPs[r.Level][r.Index]
	}
	return nil
}

func compact(text string) string {
	var b bytes.Buffer
	_ = json.Compact(&b, []byte(text))
	return b.String()
}

func laidOut(text string) string {
	var b bytes.Buffer
	_ = json.Indent(&b, []byte(text), "", "  ")
	return b.String()
}

// touchesNoMore holds an edit to what it says: its diff makes the one document
// of the other, and at most one statement is another, is there or is gone; all
// others are what they were, byte for byte, in their order.
func touchesNoMore(t failer, was, is *policy.Document, e explain.Edit) {
	before, after := was.Text, is.Text
	if !strings.Contains(before, "\n") {
		before, after = laidOut(before), laidOut(after)
	}
	var from, to strings.Builder
	for line := range strings.Lines(e.Diff) {
		if line[0] != '+' {
			from.WriteString(line[1:])
		}
		if line[0] != '-' {
			to.WriteString(line[1:])
		}
	}
	before, after = before+"\n", after+"\n"
	at := strings.Index(before, from.String())
	fits := false
	for ; at >= 0 && !fits; at++ {
		fits = before[:at]+to.String()+before[at+from.Len():] == after
		next := strings.Index(before[at+1:], from.String())
		if next < 0 {
			break
		}
		at += next
	}
	if !fits {
		t.Fatalf("%q: the diff\n%sdoes not make\n%s\nof\n%s", e.Title, e.Diff, after, before)
	}
	old, now := statementTexts(was), statementTexts(is)
	if was.Version != is.Version {
		if !slices.Equal(old, now) || is.Version != policy.Version2012 || was.ID != is.ID {
			t.Fatalf("%q changes more than the version:\n%s\n%s", e.Title, was.Text, is.Text)
		}
		return
	}
	head := 0
	for head < min(len(old), len(now)) && old[head] == now[head] {
		head++
	}
	tail := 0
	for tail < min(len(old), len(now))-head && old[len(old)-1-tail] == now[len(now)-1-tail] {
		tail++
	}
	if max(len(old), len(now))-head-tail != 1 || was.Version != is.Version || was.ID != is.ID {
		t.Fatalf("%q changes more than one statement:\n%s\n%s", e.Title, was.Text, is.Text)
	}
}

func statementTexts(doc *policy.Document) []string {
	var all []string
	for _, s := range doc.Statements {
		all = append(all, doc.Text[s.Start.Offset:s.End.Offset])
	}
	return all
}

// applyToRequest makes the request that a command makes.
func applyToRequest(t failer, q *explain.Question, e explain.Edit) {
	words := shellWords(t, e.Command)
	if len(words) < 3 || words[0] != "aws" || words[1] != "sts" {
		t.Fatalf("%q tells nothing to do", e.Command)
	}
	if assume := words[2] == "assume-role"; assume && !slices.Contains(words, q.Request.Resource) {
		t.Fatalf("%q assumes another role than %s", e.Command, q.Request.Resource)
	}
	for i := 3; i+1 < len(words); i += 2 {
		switch option, value := words[i], words[i+1]; option {
		case "--role-arn", "--serial-number", "--web-identity-token":
		case "--source-identity":
			q.Request.Context.Set("sts:SourceIdentity", value)
		case "--external-id":
			q.Request.Context.Set("sts:ExternalId", value)
		case "--role-session-name":
			q.Request.Context.Set("sts:RoleSessionName", value)
		case "--tags":
			var tags []struct{ Key, Value string }
			if err := json.Unmarshal([]byte(value), &tags); err != nil {
				t.Fatalf("%s: %v", value, err)
			}
			for _, tag := range tags {
				q.Request.Context.Set("aws:RequestTag/"+tag.Key, tag.Value)
			}
		case "--token-code":
			q.Request.Context.Set("aws:MultiFactorAuthPresent", "true")
			q.Request.Context.Set("aws:MultiFactorAuthAge", "0")
		default:
			t.Fatalf("%q passes %s", e.Command, option)
		}
	}
}

// applyTag gives the tag that a command gives, to whom it names.
func applyTag(t failer, q *explain.Question, e explain.Edit) {
	words := shellWords(t, e.Command)
	var tags []struct{ Key, Value string }
	if len(words) != 7 || words[0] != "aws" || words[1] != "iam" || words[5] != "--tags" || json.Unmarshal([]byte(words[6]), &tags) != nil || len(tags) != 1 {
		t.Fatalf("%q gives no tag", e.Command)
	}
	kind := strings.TrimPrefix(words[2], "tag-")
	if words[3] != "--"+kind+"-name" {
		t.Fatalf("%q tags nobody", e.Command)
	}
	if is := strings.HasSuffix(q.Request.Resource, ":"+kind+"/"+words[4]); is {
		q.Request.Context.Set("aws:ResourceTag/"+tags[0].Key, tags[0].Value)
		q.Request.Context.Set("iam:ResourceTag/"+tags[0].Key, tags[0].Value)
	} else {
		q.Request.Context.Set("aws:PrincipalTag/"+tags[0].Key, tags[0].Value)
	}
}

// shellWords are the words that a shell makes of a line without variables.
func shellWords(t failer, line string) []string {
	var words []string
	var word strings.Builder
	in := false
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\'':
			end := strings.IndexByte(line[i+1:], '\'')
			if end < 0 {
				t.Fatalf("a quote is open in %s", line)
			}
			word.WriteString(line[i+1 : i+1+end])
			in, i = true, i+1+end
		case c == '\\' && i+1 < len(line):
			i++
			word.WriteByte(line[i])
			in = true
		case c == ' ':
			if in {
				words = append(words, word.String())
			}
			word.Reset()
			in = false
		case strings.IndexByte("\"$`&;|<>(){}*?[]!#~", c) >= 0:
			t.Fatalf("a shell reads %q otherwise in %s", c, line)
		default:
			word.WriteByte(c)
			in = true
		}
	}
	if in {
		words = append(words, word.String())
	}
	return words
}

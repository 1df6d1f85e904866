package explain

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// longestSession is how many characters a session policy has at most.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const longestSession = 2048

// begunAgain tells what the line that begins a session again cannot know.
const begunAgain = "pass again what else the session began with, such as an external id or a duration"

// again is the line that begins the caller's session again with a session policy,
// or with none, and what is to be said of it. False where nobody can: of roles
// that services and IAM Identity Center assume.
//
// Sources: https://docs.aws.amazon.com/cli/latest/reference/sts/assume-role.html,
// https://docs.aws.amazon.com/cli/latest/reference/sts/get-federation-token.html
func (q *Question) again(document string) (title, command string, ok bool) {
	switch p := q.Request.Principal.(type) {
	case authz.RoleSession:
		if strings.HasPrefix(p.Role.Resource, "role/aws-") {
			return "", "", false
		}
		title = "assume the role again "
		role := " --role-arn " + word(p.Role.String())
		switch session := " --role-session-name " + word(p.Name); {
		case p.Provider == "":
			command = "aws sts assume-role" + role + session + q.optional(" --source-identity ", "aws:SourceIdentity") + q.sessionTagOption()
		case strings.Contains(p.Provider, ":saml-provider/"):
			command = "aws sts assume-role-with-saml" + role + " --principal-arn " + word(p.Provider) + " --saml-assertion file://ASSERTION"
		default:
			command = "aws sts assume-role-with-web-identity" + role + session + " --web-identity-token file://TOKEN"
		}
	case authz.FederatedUser:
		title, command = "get a federation token again ", "aws sts get-federation-token --name "+word(p.Name)+q.sessionTagOption()
	default:
		return "", "", false
	}
	if document == "" {
		return title + "without a session policy", command, true
	}
	for i, named := range slices.DeleteFunc(slices.Clone(q.Policies.Session), func(n authz.Named) bool { return n.ARN == "" }) {
		if i == 0 {
			command += " --policy-arns"
		}
		command += " arn=" + word(named.ARN)
	}
	text := oneLine(document)
	return title + "with a session policy that allows it", command + " --policy " + shellQuote(text), len(text) <= longestSession
}

// sessionTagOption passes the tags that the session has again.
func (q *Question) sessionTagOption() string {
	type tag struct{ Key, Value string }
	var tags []tag
	for _, key := range q.SessionTags {
		if has, _ := q.Request.Context.Get("aws:PrincipalTag/" + key); len(has) == 1 {
			tags = append(tags, tag{key, has[0]})
		}
	}
	if tags == nil {
		return ""
	}
	text, _ := json.Marshal(tags) // of texts alone
	return " --tags " + shellQuote(string(text))
}

// isSessionPolicy tells whether a policy is the one that was passed as a text.
func isSessionPolicy(n authz.Named) bool { return n.ARN == "" }

// newSessionPolicy begins the session with a policy of one statement: where it has
// none of its own, or one of which nothing is known.
func (q *Question) newSessionPolicy(what, statement string) (candidate, bool) {
	unknown := false
	for _, n := range q.Policies.Session {
		if isSessionPolicy(n) && (n.Document == nil || len(n.Document.Statements) > 0) {
			return candidate{}, false
		}
		unknown = unknown || isSessionPolicy(n)
	}
	text := newDocument(statement)
	title, command, ok := q.again(text)
	doc, err := policy.Parse(text)
	if !ok || err != nil {
		return candidate{}, false
	}
	warnings := []string{begunAgain}
	if unknown {
		warnings = append(warnings, "what else its session policy allowed is not known here, and has to be put into this one")
	}
	return candidate{
		Edit: Edit{Title: title + ": " + what, Target: Home{Kind: SessionPolicy}.String(), Diff: diff("", text), Document: text, Command: command},
		cost: costStatement, warnings: warnings,
		apply: func(q *Question) {
			q.Policies.Session = append(slices.DeleteFunc(q.Policies.Session, isSessionPolicy), authz.Named{Name: "SessionPolicy", Document: doc})
			q.Policies.SessionPresent = true
		},
	}, true
}

// withoutSession begins a role's session without what narrows it. A federated
// user has no permissions but those that a session policy names.
func (q *Question) withoutSession() []candidate {
	_, isRole := q.Request.Principal.(authz.RoleSession)
	title, command, ok := q.again("")
	if !ok || !isRole {
		return nil
	}
	return []candidate{{
		Edit: Edit{Title: title, Target: Home{Kind: SessionPolicy}.String(), Command: command},
		cost: costNoSession, warnings: []string{begunAgain, "the session may then do all that the role's policies allow"},
		apply: func(q *Question) { q.Policies.Session, q.Policies.SessionPresent = nil, false },
	}}
}

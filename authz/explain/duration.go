package explain

import "strconv"

// Lasting is how long a role's session is asked to last, and may last.
type Lasting struct {
	Asked, Limit int32 // seconds
	Role         string
	Chained      bool // another role's session assumes it: an hour, whatever the role says
	MadeOfSet    bool // of a permission set, which tells how long
}

// longest is the most that a role's MaxSessionDuration may be.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
const longest = 43200

// TooLong tells of a request to assume a role that it would be refused for the
// time that the session is to last, after the policies have allowed it. What
// they deny they deny first.
func (x *Explanation) TooLong(l Lasting) {
	if !x.Allowed {
		return
	}
	asked, limit := strconv.Itoa(int(l.Asked)), strconv.Itoa(int(l.Limit))
	x.Allowed = false
	x.Verdict = "The policies allow it, but the session is to last " + asked + " seconds, and sessions of role " + l.Role + " last " + limit + " at most."
	x.Message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
	if l.Chained {
		x.Verdict = "The policies allow it, but the session is to last " + asked + " seconds, and one of a role that another role's session assumes lasts " + limit + " at most."
		x.Message = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
	}
	x.Mistakes = append(x.Mistakes, ReadRefusal(x.Message)...)
	x.Fixes = append(x.Fixes, Fix{Title: "ask for " + limit + " seconds or less", Edits: []Edit{{
		Title: "ask for " + limit + " seconds or less", Target: "request",
		Command: "aws sts assume-role --role-arn " + word(x.Resource) + " --role-session-name session --duration-seconds " + limit,
	}}})
	if l.Chained || l.MadeOfSet || l.Asked > longest {
		return
	}
	title := "let sessions of role " + l.Role + " last " + asked + " seconds"
	x.Fixes = append(x.Fixes, Fix{Title: title, Warnings: []string{"all who may assume the role may then have such sessions"}, Edits: []Edit{{
		Title: title, Target: "role " + l.Role, Command: "aws iam update-role --role-name " + word(l.Role) + " --max-session-duration " + asked,
		Terraform: "# aws_iam_role\nmax_session_duration = " + asked,
	}}})
}

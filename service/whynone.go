package service

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// noSuch tells that there is no user or role of an ARN, and which one was
// probably meant: names are told apart without regard to case and path, ARNs
// are not.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
func noSuch(view *directory.View, name string) string {
	none := "there is no " + name
	a, err := arn.Parse(name)
	if err != nil {
		return none
	}
	kind := a.ResourceType()
	none = "there is no " + kind + " " + name
	account, err := arn.ParseAccountID(a.Account)
	if err != nil {
		return none
	}
	if _, ok := view.Account(account); !ok {
		return none + ": account " + account.String() + " is not known here"
	}
	is := ""
	if role, ok := view.Role(account, a.ResourceName()); ok && kind == "role" {
		is = role.ARN(a.Partition)
	} else if user, ok := view.User(account, a.ResourceName()); ok && kind == "user" {
		is = user.ARN(a.Partition)
	}
	switch {
	case is == "", is == name: // which is then of another partition
		return none
	case strings.EqualFold(is, name):
		return none + "; there is " + is + ", and capital letters count in an ARN"
	case !strings.HasSuffix(is, ":"+a.Resource):
		return none + "; there is " + is + ", and the path belongs to the ARN"
	}
	return none + "; there is " + is
}

// noRole tells that an ARN is of something else, which cannot be assumed.
func noRole(name string, a arn.ARN) string {
	return name + " is no role, and nothing else can be assumed: the ARN of a role is arn:" + a.Partition + ":iam::" + a.Account + ":role/NAME"
}

// tellNoRole makes an explanation tell that there is no role to be assumed, which
// AWS does not: it answers as if the role did not let the caller in.
func tellNoRole(x *explain.Explanation, view *directory.View, q *explain.Question) {
	none := noSuch(view, q.Request.Resource)
	if a, err := arn.Parse(q.Request.Resource); err == nil && (a.Service != "iam" || a.ResourceType() != "role") {
		none = noRole(q.Request.Resource, a)
	}
	x.Verdict = strings.Replace(none, "there is no", "There is no", 1) + ". Of a role that is not there AWS says the same as of one that does not let in."
	x.Mistakes, x.Fixes = nil, nil
}

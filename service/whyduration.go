package service

import (
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

// chainedSeconds is how long the session of a role lasts at most that another
// role's session has assumed.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
const chainedSeconds = 3600

// tooLong tells whether a session of the role is asked to last longer than it
// may.
func (c *Call) tooLong(ask Ask, need Need) bool {
	return ask.Duration != 0 && need.Trust != nil && strings.HasPrefix(strings.ToLower(need.Action), "sts:assumerole") &&
		ask.Duration > c.lasting(ask, need).Limit
}

// lasting is how long a session of the role may last.
func (c *Call) lasting(ask Ask, need Need) explain.Lasting {
	l := explain.Lasting{Asked: ask.Duration, Limit: need.Trust.MaxSessionDuration, Role: need.Trust.Name, MadeOfSet: madeOfSet(need.Trust)}
	if _, session := c.Caller.Principal.(authz.RoleSession); session && strings.EqualFold(need.Action, "sts:AssumeRole") && ask.Duration > chainedSeconds {
		l.Limit, l.Chained = chainedSeconds, true
	}
	return l
}

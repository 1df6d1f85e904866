package service

import (
	"context"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// WhoCan answers the ARNs of all users, and of all roles for their sessions, of
// every account that lives here, that may do what a question asks with the
// condition keys that it gives; also those who may only if their unique id, which
// is not known, is that of a policy. Its Principal is of no account. An *AskError
// tells that the question cannot be asked.
func (d *Door) WhoCan(ctx context.Context, ask Ask) ([]string, error) {
	view, err := d.Directory.View(ctx)
	if err != nil {
		return nil, err
	}
	defer view.Close()
	var can []string
	ask.Region = ask.region()
	partition := arn.PartitionOf(ask.Region)
	try := func(name string) bool {
		ask.Principal = name
		var allowed bool
		if allowed, err = d.mayDo(view, ask); allowed {
			can = append(can, name)
		}
		return err == nil && ctx.Err() == nil
	}
	view.Accounts(func(a *directory.Account) bool {
		view.Users(a.ID, "", func(u *directory.User) bool { return try(u.ARN(partition)) })
		if err == nil {
			view.Roles(a.ID, "", func(r *directory.Role) bool { return try(r.ARN(partition)) })
		}
		return err == nil && ctx.Err() == nil
	})
	if err == nil {
		err = view.Err()
	}
	if err == nil {
		err = ctx.Err()
	}
	return can, err
}

// mayDo decides a question without telling why.
func (d *Door) mayDo(view *directory.View, ask Ask) (bool, error) {
	c, err := d.asking(view, ask)
	if err != nil {
		return false, err
	}
	needs, err := c.askedNeeds(ask)
	if err != nil {
		return false, err
	}
	for _, need := range needs {
		q, err := c.question(ask, need)
		q.Request.Hopeful = true // whom an unknown id may be of could
		if err != nil || !authz.Decide(q.Request, q.Policies).Allowed {
			return false, err
		}
	}
	return true, nil
}

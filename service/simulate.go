package service

import (
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
)

// ServiceControls are the service control policies over the principals of an
// account, as Policies has them, and whether the account is in an
// organization.
func (c *Call) ServiceControls(account arn.AccountID) (levels [][]authz.Named, member bool) {
	p := c.placeOf(account)
	return c.levels(p, ServiceControlPolicy), p.org != nil
}

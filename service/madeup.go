package service

import (
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
)

// forget takes from a caller a unique id that is not the real one.
func (c *Caller) forget(madeUp func(id string) bool) {
	switch p := c.Principal.(type) {
	case authz.User:
		if madeUp(p.ID) {
			p.ID, c.UserID = "", ""
			c.Principal = p
		}
	case authz.RoleSession:
		if madeUp(p.RoleID) {
			p.RoleID, c.UserID = "", ""
			c.Principal = p
		}
	}
}

// idUnknown tells whether the caller has a unique id that nobody knows, and how
// aws:userid begins and ends then.
func (c *Caller) idUnknown() (begins, ends string, unknown bool) {
	switch p := c.Principal.(type) {
	case authz.User:
		return string(arn.UserPrefix), "", p.ID == ""
	case authz.RoleSession:
		return string(arn.RolePrefix), ":" + p.Name, p.RoleID == ""
	}
	return "", "", false
}

// Package organizations is AWS Organizations: accounts under one root, in
// units, and the policies that bind them.
//
// Whoever manages an organization makes accounts and invites others, puts them
// into units, and attaches policies to the root, to units and to accounts.
// What the policies mean is not decided here: the door reads the path of an
// account with every call (service/organization.go) and the engine decides.
//
// Most operations are the management account's. A member may read where it is
// a delegated administrator, and whatever the organization's resource policy
// allows it (needs.go): that decision too is the door's. An account that is in
// no organization is answered AWSOrganizationsNotInUseException.
package organizations

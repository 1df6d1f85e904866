package service

import (
	"net/http"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz/compiled"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// OwnerOf is the caller that a user is, or the root user of an account where
// the id is the account's own digits, as they are now. It answers false where
// they are there no more.
func OwnerOf(view *directory.View, account arn.AccountID, id, partition string) (*Caller, bool) {
	return owner(view, account, id, partition)
}

// Permits decides whether somebody may do something that is no operation of an
// API, such as what a page does for whom it shows itself to.
func (d *Door) Permits(view *directory.View, r *http.Request, who *Caller, now time.Time, need Need) (bool, error) {
	region := unsignedRegion(r.Host)
	c := &Call{Now: now, Region: region, Partition: arn.PartitionOf(region), Account: who.Account(), Caller: who, View: view, http: r, door: d}
	return c.Permits(need)
}

// Permits decides whether the caller may do something beside what its
// operation needs. A store that failed permits nothing.
func (c *Call) Permits(need Need) (bool, error) {
	policies, keys := c.policies(), c.conditionKeys()
	from := c.placeOf(c.Caller.Account())
	policies.SCPs = c.levels(from, ServiceControlPolicy)
	addPrincipalPlace(&keys, from)
	request := c.request(nil, need, keys)
	to := from
	if request.ResourceAccount != c.Caller.Account() {
		to = c.placeOf(request.ResourceAccount)
	}
	addResourcePlace(&request.Context, to)
	policies.Resource, policies.RCPs = resourcePolicy(need), c.controls(to, request.Action)
	decision := compiled.Decide(&request, c.door.compiled.Policies(policies))
	if err := c.View.Err(); err != nil {
		return false, err
	}
	c.warnOf(decision)
	return decision.Allowed && !from.closed && !to.closed, nil
}

// Header is a header of the request.
func (c *Call) Header(name string) []string { return c.http.Header.Values(name) }

// URL is where the server is reached, as far as it is known; else empty.
func (c *Call) URL() string { return c.door.URL }

// UnsignedRegion is the region of a request that no signature names one for.
func UnsignedRegion(r *http.Request) string { return unsignedRegion(r.Host) }

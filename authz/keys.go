package authz

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// Tag is one tag of a principal, a resource or a request.
type Tag struct{ Key, Value string }

// Caller is what AddCaller makes condition keys of: the principal and how it
// came by its credentials.
type Caller struct {
	Principal Principal
	// Tags are the user's or role's, with the session's laid over them.
	Tags []Tag
	// IssuedAt is when temporary credentials were issued; the zero time for
	// long-term keys.
	IssuedAt time.Time
	// MFAAt is when the caller gave an MFA code; the zero time without one.
	MFAAt time.Time
	// SourceIdentity is what a role session, or one before it in its chain,
	// was begun with.
	SourceIdentity string
	// OrganizationID and OrganizationPath (o-.../r-.../ou-.../) place the
	// principal's account; both are empty where it is in no organization.
	OrganizationID, OrganizationPath string
	// ServiceNames are all names of a ServicePrincipal.
	ServiceNames []string
}

// AddCaller sets the keys that speak of the principal. Those that the kind of
// principal or credentials does not have stay absent: aws:username without a
// user, aws:MultiFactorAuthPresent and aws:TokenIssueTime with long-term keys.
// Keys from a federation's assertion or token are the caller's own to Set.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principal-properties
func (c *Context) AddCaller(caller Caller, now time.Time) {
	c.addPrincipal(caller)
	for _, tag := range caller.Tags {
		c.Set("aws:PrincipalTag/"+tag.Key, tag.Value)
	}
	if caller.OrganizationID != "" {
		c.Set("aws:PrincipalOrgID", caller.OrganizationID)
		c.SetMany("aws:PrincipalOrgPaths", caller.OrganizationPath)
	}
	if caller.SourceIdentity != "" {
		c.Set("aws:SourceIdentity", caller.SourceIdentity)
	}
	if caller.IssuedAt.IsZero() {
		return
	}
	c.Set("aws:TokenIssueTime", formatTime(caller.IssuedAt))
	c.Set("aws:MultiFactorAuthPresent", strconv.FormatBool(!caller.MFAAt.IsZero()))
	if !caller.MFAAt.IsZero() {
		age := max(now.Sub(caller.MFAAt), 0)
		c.Set("aws:MultiFactorAuthAge", strconv.FormatInt(int64(age/time.Second), 10))
	}
}

// addPrincipal sets the keys that name the principal.
func (c *Context) addPrincipal(caller Caller) {
	switch p := caller.Principal.(type) {
	case nil, Anonymous, FederatedIdentity:
		c.addNamed("", "anonymous", "Anonymous", "anonymous")
		return
	case Root:
		c.addNamed(p.CallerARN(), p.Account.String(), "Account", p.Account.String())
	case User:
		c.addNamed(p.CallerARN(), p.ARN.Account, "User", p.ID)
		c.Set("aws:username", p.ARN.ResourceName())
	case RoleSession:
		c.addNamed(p.Role.String(), p.Role.Account, "AssumedRole", p.RoleID+":"+p.Name)
		if p.Provider != "" {
			c.Set("aws:FederatedProvider", p.Provider)
		}
	case FederatedUser:
		account := p.AccountID().String()
		c.addNamed(p.CallerARN(), account, "FederatedUser", account+":"+p.Name)
	case ServicePrincipal:
		c.Set("aws:PrincipalServiceName", p.Name)
		c.SetMany("aws:PrincipalServiceNamesList", caller.ServiceNames...)
		c.Set("aws:PrincipalIsAWSService", "true")
		return
	}
	c.Set("aws:PrincipalIsAWSService", "false")
}

func (c *Context) addNamed(arn, account, kind, userID string) {
	if arn != "" {
		c.Set("aws:PrincipalArn", arn)
	}
	c.Set("aws:PrincipalAccount", account)
	c.Set("aws:PrincipalType", kind)
	c.Set("aws:userid", userID)
}

// Call is what AddCall makes condition keys of: the request as it came in.
type Call struct {
	Time            time.Time
	SecureTransport bool
	// SourceIP is the client's address, from the connection or from a proxy
	// that is trusted. The zero Addr leaves aws:SourceIp absent, as it is for
	// requests through a VPC endpoint.
	SourceIP   netip.Addr
	UserAgent  string
	Region     string
	ViaService bool // a service makes the call with its caller's credentials
}

// AddCall sets the keys that every request has.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties
func (c *Context) AddCall(call Call) {
	c.Set("aws:CurrentTime", formatTime(call.Time))
	c.Set("aws:EpochTime", strconv.FormatInt(call.Time.Unix(), 10))
	c.Set("aws:SecureTransport", strconv.FormatBool(call.SecureTransport))
	c.Set("aws:UserAgent", call.UserAgent)
	c.Set("aws:RequestedRegion", call.Region)
	c.Set("aws:ViaAWSService", strconv.FormatBool(call.ViaService))
	if call.SourceIP.IsValid() {
		c.Set("aws:SourceIp", call.SourceIP.Unmap().WithZone("").String())
	}
}

// AddResource sets the keys that speak of the resource. In the evaluation of a
// role's trust policy its tags are the role's, with transitive session tags
// laid over them.
func (c *Context) AddResource(account arn.AccountID, tags []Tag) {
	if !account.IsZero() {
		c.Set("aws:ResourceAccount", account.String())
	}
	for _, tag := range tags {
		c.Set("aws:ResourceTag/"+tag.Key, tag.Value)
	}
}

// AddRequestTags sets the keys that speak of the tags in a request. It is for
// operations that take tags: without any, aws:TagKeys is there and empty.
func (c *Context) AddRequestTags(tags []Tag) {
	keys := make([]string, len(tags))
	for i, tag := range tags {
		keys[i] = tag.Key
		c.Set("aws:RequestTag/"+tag.Key, tag.Value)
	}
	c.SetMany("aws:TagKeys", keys...)
}

// formatTime writes a time as AWS's time keys have it.
func formatTime(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }

package sso

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/api/sso"
	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
)

// GetRoleCredentials seals a session of the role that a permission set has in
// an account. There is no assertion: the portal vouches for the person, as a
// SAML provider that the role trusts.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/PortalAPIReference/API_GetRoleCredentials.html
func (s *Service) GetRoleCredentials(ctx context.Context, in *sso.GetRoleCredentialsInput) (*sso.GetRoleCredentialsOutput, error) {
	c := service.CallOf(ctx)
	who := signedIn(c)
	role, ok := assigned(&c.View.Reader, who, in.AccountId, in.RoleName)
	if !ok {
		return nil, noAccess()
	}
	made, err := s.begin(c, who, role)
	if err != nil {
		return nil, err
	}
	token, err := s.sealer.SealSession(made, c.Rand, c.Now)
	if err != nil {
		return nil, err
	}
	told(c, who, role, made)
	expires := made.Expires.UnixMilli()
	return &sso.GetRoleCredentialsOutput{RoleCredentials: &sso.RoleCredentials{
		AccessKeyId: &made.AccessKeyID, SecretAccessKey: &made.SecretAccessKey, SessionToken: &token, Expiration: &expires,
	}}, nil
}

// assigned finds the role that a person may use by the name of a permission set
// in an account. It answers false for all that is not there as for what the
// person may not use.
func assigned(r *directory.Reader, who service.SignedIn, account, name string) (*directory.Role, bool) {
	id, err := arn.ParseAccountID(account)
	if err != nil {
		return nil, false
	}
	if _, ok := open(r, id); !ok {
		return nil, false
	}
	set, ok := r.PermissionSetNamed(who.Instance.ID, name)
	if !ok || set.Name != name {
		return nil, false
	}
	access := directory.Access{Account: id, PermissionSet: set.ID}
	if !r.MayUse(who.Instance.ID, access, who.Person.ID, groupsOf(r, who.Person)) {
		return nil, false
	}
	has, ok := r.Provisioned(who.Instance.ID, set.ID, id)
	if !ok {
		return nil, false
	}
	return r.RoleByID(id, has.Role)
}

// begin makes the session. It lasts as long as the permission set said when it
// was provisioned.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html
func (s *Service) begin(c *service.Call, who service.SignedIn, role *directory.Role) (*session.Session, error) {
	id, err := arn.NewKeyID(arn.SessionKeyPrefix, role.Account, c.Rand)
	if err != nil {
		return nil, err
	}
	secret, err := session.NewSecret(c.Rand)
	if err != nil {
		return nil, err
	}
	begins := c.Now.UTC().Truncate(time.Second)
	return &session.Session{
		AccessKeyID: id, SecretAccessKey: secret,
		Kind: session.AssumedRole, Account: role.Account, PrincipalID: role.ID, Name: role.Name, Path: role.Path,
		SessionName: sessionName(who.Person),
		IssuedAt:    begins, Expires: begins.Add(time.Duration(role.MaxSessionDuration) * time.Second),
		Tags:     sessionTags(who.Instance, who.Person),
		Provider: provider(c.Partition, role),
	}, nil
}

// roleSessionName is what STS takes for one.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
var roleSessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)

// sessionName is the person's user name. One that no role session can have is
// replaced by the person's id.
func sessionName(p *directory.Person) string {
	if roleSessionName.MatchString(p.UserName) {
		return p.UserName
	}
	return p.ID
}

var providerName = regexp.MustCompile(`saml-provider/(AWSSSO_[0-9a-zA-Z]+_DO_NOT_DELETE)"`)

// provider is the ARN of the SAML provider that the role trusts.
func provider(partition string, role *directory.Role) string {
	name := "AWSSSO_DO_NOT_DELETE"
	if m := providerName.FindStringSubmatch(role.Trust.String()); m != nil {
		name = m[1]
	}
	return "arn:" + partition + ":iam::" + role.Account.String() + ":saml-provider/" + name
}

// told puts the session into the trail of the role's account, as AWS shows it
// there: as AssumeRoleWithSAML by the portal's provider.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/sso-cloudtrail-use-cases.html
func told(c *service.Call, who service.SignedIn, role *directory.Role, made *session.Session) {
	seconds := int32(made.Expires.Sub(made.IssuedAt) / time.Second)
	_, qualifier, _ := strings.Cut(made.Provider, ":saml-provider/")
	user := "arn:" + c.Partition + ":sts::" + role.Account.String() + ":assumed-role/" + role.Name + "/" + made.SessionName
	carried := &trail.Carried{}
	for _, t := range made.Tags {
		carried.PrincipalTags = append(carried.PrincipalTags, trail.Tag{Key: t.Key, Value: t.Value})
	}
	c.Also(trail.Event{
		Operation: sts.AssumeRoleWithSAML.Operation,
		Recipient: role.Account,
		Identity: trail.Identity{
			Type: "SAMLUser", PrincipalID: qualifier + ":" + who.Person.UserName, UserName: who.Person.UserName, Provider: qualifier,
		},
		Input: &sts.AssumeRoleWithSAMLInput{RoleArn: role.ARN(c.Partition), PrincipalArn: made.Provider, DurationSeconds: seconds},
		Output: &sts.AssumeRoleWithSAMLOutput{
			Credentials:     &sts.Credentials{AccessKeyId: made.AccessKeyID, Expiration: made.Expires},
			AssumedRoleUser: &sts.AssumedRoleUser{AssumedRoleId: role.ID + ":" + made.SessionName, Arn: user},
			Subject:         &who.Person.UserName,
			Issuer:          &made.Provider,
		},
		Carried: carried,
	})
}

package service

import (
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
)

// PersonIdentity is a person of IAM Identity Center as the trail shows one. The
// user name is not in it, nor a principalId: AWS stopped telling them.
//
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html,
// https://aws.amazon.com/blogs/security/modifications-to-aws-cloudtrail-event-data-of-iam-identity-center/
func PersonIdentity(home *directory.IdentityStore, who *directory.Person, session string) trail.Identity {
	return trail.Identity{Type: "IdentityCenterUser", Account: home.Account, OnBehalf: trail.OnBehalf{
		UserID:     who.ID,
		StoreARN:   "arn:" + arn.PartitionOf(home.Region) + ":identitystore::" + home.Account.String() + ":identitystore/" + home.ID,
		Credential: credentialID(session),
	}}
}

// credentialID writes the id of a session as ids of credentials are written.
func credentialID(session string) string {
	if len(session) != 32 {
		return session
	}
	return session[:8] + "-" + session[8:12] + "-" + session[12:16] + "-" + session[16:20] + "-" + session[20:]
}

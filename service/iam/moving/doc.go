// Package moving moves whole accounts: it reads what
//
//	aws iam get-account-authorization-details
//
// prints of a real account and recreates all of it, and writes what it finds
// in the same form. Unique ids, dates, paths, documents, versions, attachments,
// boundaries, tags, instance profiles and memberships stay what they were, so
// that what is exported, imported and exported again is the same text.
//
// Read takes the files apart and looks at each entity by itself: its name, its
// id, its ARN, its documents. Account.Write then finds what they refer to,
// among themselves and in the account if it lives here already, in the
// transaction that writes them: all of them or none. Whatever is wrong is an
// Error that names the file and the place in it.
//
// What AWS has stored is not judged again: a document that rolecall would
// refuse today is kept and noted. One that it cannot read is refused, as no
// decision could be made by it. Trust policies get the unique ids of the users
// and roles that they name, as at AWS; those of accounts that do not live here
// stay named by ARN, and noted. AWS's own policies are the ones that rolecall
// has; where it has another version, that is noted, too.
//
// The form has no passwords, keys, MFA devices or identity providers, and of
// roles neither the description nor the longest session: a file that aws iam
// list-roles wrote, read together with it, brings those two.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
package moving

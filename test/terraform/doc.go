// Package terraform applies the configurations of testdata with the real
// Terraform and AWS's provider: apply, a plan without a difference, a change,
// again a plan without one, everything that can be imported taken out of the
// state and imported, destroy, and nothing left in the account.
//
// Between them they have every resource and data source of provider 5.100 whose
// name begins with aws_iam_, aws_organizations_, aws_ssoadmin_ or
// aws_identitystore_, which a test counts. Each has sentences about what the
// provider reads back, its facts, and one that is not so fails the apply.
//
// They run at the same time against one server and, for each of two accounts,
// one process of the provider, which takes a second to start and half a gigabyte
// to read. Terraform and the provider are not in the registries that the tests
// may reach, so the tests run where both are installed, the provider unpacked in
// one of Terraform's own folders, below /opt, or where TF_PLUGIN_CACHE_DIR says.
package terraform

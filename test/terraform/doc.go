// Package terraform applies Terraform configurations of testdata with the real
// Terraform and AWS's provider: apply, a plan without a difference, change,
// destroy, and nothing left.
//
// Terraform and the provider are not in the registries that the tests may
// reach, so the test runs where both are installed, the provider in one of
// Terraform's own folders, below /opt, or where TF_PLUGIN_CACHE_DIR says.
package terraform

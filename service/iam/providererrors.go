package iam

// The refusals that concern identity providers. "Recorded" means an answer of
// AWS that LocalStack's tests keep in tests/aws/services/iam/test_iam_oidc.snapshot.json
// and test_iam_saml_providers.snapshot.json.

// badProviderARN has the words that are recorded for policies.
func badProviderARN(text string) error { return validationError("ARN %s is not valid.", text) }

// badOIDCURL is recorded.
func badOIDCURL() error { return validationError("Invalid Open ID Connect Provider URL") }

// oidcExists is recorded.
func oidcExists(url string) error { return alreadyExists("Provider with url %s already exists.", url) }

// noSuchOIDC is recorded for reading.
func noSuchOIDC(arn string) error {
	return noSuchEntity("OpenIDConnect Provider not found for arn %s", arn)
}

// noOIDCToDelete is recorded.
func noOIDCToDelete(arn string) error {
	return noSuchEntity("OpenId connect Provider %s cannot be found.", arn)
}

// tooManyThumbprints is recorded, with these words for six; five are allowed.
func tooManyThumbprints() error {
	return invalidInput("Thumbprint list must contain fewer than %d entries.", maxThumbprints)
}

// samlExists is quoted in org-formation/aws-resource-providers#59.
func samlExists(name string) error {
	return alreadyExists("Provider with name %s already exists.", name)
}

// noSuchSAML is recorded for reading and deleting.
func noSuchSAML(arn string) error { return noSuchEntity("Manifest not found for arn %s", arn) }

// badMetadata is quoted in https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html
func badMetadata() error { return invalidInput("Could not parse metadata") }

// badSAMLKey has words of our own.
func badSAMLKey() error { return invalidInput("The private key is not an RSA key in PEM format.") }

// noSuchPrivateKey has words of our own.
func noSuchPrivateKey(id string) error {
	return noSuchEntity("The private key with id %s cannot be found.", id)
}

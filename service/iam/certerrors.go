package iam

import (
	"net/http"
	"strings"
)

// The refusals that concern SSH keys, certificates and service-specific
// credentials.

// noSuchSSHKey is recorded (test_get_ssh_public_key_not_found).
func noSuchSSHKey(id string) error {
	return noSuchEntity("The Public Key with id %s cannot be found.", id)
}

// unknownKeyEncoding, badSSHKey and duplicateSSHKey have words of our own; the
// codes are the model's.
func unknownKeyEncoding() error {
	return refuse(http.StatusBadRequest, "UnrecognizedPublicKeyEncoding", "The public key is neither in ssh-rsa nor in PEM format.")
}

func badSSHKey() error {
	return refuse(http.StatusBadRequest, "InvalidPublicKey", "The public key is not an RSA key of at least %d bits.", minSSHKeyBits)
}

func duplicateSSHKey() error {
	return refuse(http.StatusBadRequest, "DuplicateSSHPublicKey", "The SSH public key is already associated with the user.")
}

// mustRemoveReferenced is quoted for SSH keys in rebuy-de/aws-nuke#522. It is
// what we answer for service-specific credentials, too.
func mustRemoveReferenced() error { return deleteConflict("remove referenced objects") }

// mustDeleteCertificates is quoted in rebuy-de/aws-nuke#671.
func mustDeleteCertificates() error { return deleteConflict("delete certificates") }

// badSigningCertificate is recorded (test_signing_certificate_errors). A private
// key that somebody took for the certificate is not repeated: the words are
// kept in the event history.
func badSigningCertificate(body string) error {
	if strings.Contains(body, "PRIVATE KEY") {
		body = "body"
	}
	return refuse(http.StatusBadRequest, "MalformedCertificate", "Certificate %s is malformed.", body)
}

// noSuchSigningCertificate is recorded (test_signing_certificate_errors).
func noSuchSigningCertificate(id string) error {
	return noSuchEntity("The Certificate with id %s cannot be found.", id)
}

// duplicateCertificate has words of our own.
func duplicateCertificate() error {
	return refuse(http.StatusConflict, "DuplicateCertificate", "The certificate is already associated with the user.")
}

// invalidCertificate has words of our own for a certificate out of its time.
func invalidCertificate() error {
	return refuse(http.StatusBadRequest, "InvalidCertificate", "The certificate is not valid at this time.")
}

// noSuchServerCertificate is recorded (test_server_certificate_errors).
func noSuchServerCertificate(name string) error {
	return noSuchEntity("The Server Certificate with name %s cannot be found.", name)
}

// serverCertificateExists is recorded (test_server_certificate_errors).
func serverCertificateExists(name string) error {
	return alreadyExists("The Server Certificate with name %s already exists.", name)
}

func malformedCertificate(message string, args ...any) error {
	return refuse(http.StatusBadRequest, "MalformedCertificate", message, args...)
}

// notPEM is quoted in openshift/openshift-ansible#11214.
func notPEM() error {
	return malformedCertificate("Unable to parse certificate. Please ensure the certificate is in PEM format.")
}

// badChain is quoted in go-acme/lego#304, with the index -1 for a chain that
// does not begin with who signed the certificate.
func badChain(index int) error {
	return malformedCertificate("Unable to validate certificate chain. The certificate chain must start with the immediate signing certificate, "+
		"followed by any intermediaries in order. The index within the chain of the invalid certificate is: %d", index)
}

// expiredCertificate is quoted by users of Terraform.
func expiredCertificate() error {
	return malformedCertificate("Certificate is no longer valid. The 'Not After' date restriction on the certificate has passed.")
}

// badCertificateKey has words of our own.
func badCertificateKey() error {
	return malformedCertificate("Unable to parse private key. Please ensure the private key is in PEM format and not encrypted.")
}

// otherPrivateKey has words of our own.
func otherPrivateKey() error {
	return refuse(http.StatusBadRequest, "KeyPairMismatch", "The private key does not match the certificate.")
}

// longChain has words of our own: AWS takes longer ones.
func longChain() error {
	return refuse(http.StatusConflict, "LimitExceeded", "Cannot exceed %d bytes of certificate chain", maxChain)
}

// noSuchCredentialService is as localstack/localstack checked it at AWS
// (_validate_service_name), and so is noSuchServiceCredential.
func noSuchCredentialService(name string) error {
	return noSuchEntity("No such service %s is supported for Service Specific Credentials", name)
}

func noSuchServiceCredential(id string) error {
	return noSuchEntity("No such credential %s exists", id)
}

// neverExpires has words of our own.
func neverExpires(service string) error {
	return validationError("CredentialAgeDays is not supported for %s.", service)
}

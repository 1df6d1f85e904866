package trail

import (
	"strings"

	"github.com/rolecall-iam/rolecall/api"
)

// secretNames are members that are secret though the models do not say so:
// tokens that are credentials, and codes that are good for one use.
var secretNames = map[string]bool{
	"SessionToken": true, "TokenCode": true, "AuthenticationCode1": true, "AuthenticationCode2": true,
	"SecretAccessKey": true, "SecretKey": true, "Password": true, "OldPassword": true, "NewPassword": true,
	"PrivateKey": true, "WebIdentityToken": true, "SAMLAssertion": true, "TradeInToken": true,
	"Token": true, "OpenIdToken": true, "Logins": true, "AuthorizationToken": true,
	"AccessToken": true, "RefreshToken": true, "IdToken": true, "ClientSecret": true, "DeviceCode": true,
	"UserCode": true, "Code": true, "CodeVerifier": true, "Assertion": true, "SubjectToken": true,
	"ServicePassword": true, "ServiceCredentialSecret": true, "Base32StringSeed": true, "QRCodePNG": true,
	"DelegationToken": true, "ContextAssertion": true, "RequestToken": true, "VerificationUriComplete": true,
}

// secret tells whether a member is left out of events.
func secret(m *api.Member) bool {
	if m.Name == "" {
		return m.Shape().Sensitive
	}
	return m.Shape().Sensitive || secretNames[strings.ToUpper(m.Name[:1])+m.Name[1:]]
}

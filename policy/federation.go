package policy

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// cognito is the provider that Amazon Cognito's identity pools share.
const cognito = "cognito-identity.amazonaws.com"

// sharedProviders are the OIDC providers whose one issuer serves many
// organizations, and the condition key that tells them apart. A trust policy
// that lets one in must look at that key.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc_secure-by-default.html
var sharedProviders = [...]struct{ provider, key string }{
	{cognito, cognito + ":aud"},
	{"agent.buildkite.com", "agent.buildkite.com:sub"},
	{"api.pulumi.com/oidc", "api.pulumi.com/oidc:aud"},
	{"app.terraform.io", "app.terraform.io:sub"},
	{"gitlab.com", "gitlab.com:sub"},
	{"oidc-configuration.audit-log.githubusercontent.com", "oidc-configuration.audit-log.githubusercontent.com:sub"},
	{"oidc.codefresh.io", "oidc.codefresh.io:sub"},
	{"oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu", "oidc.op1.openshiftapps.com/2c51blsaqa9gkjt0o9rt11mle8mmropu:sub"},
	{"oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb", "oidc.op1.openshiftapps.com/2f785sojlpb85i7402pk3qogugim5nfb:sub"},
	{"oidc.vercel.com", "oidc.vercel.com:aud"},
	{"proidc.upbound.io", "proidc.upbound.io:sub"},
	{"rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7", "rh-oidc.s3.us-east-1.amazonaws.com/22ejnvnnturfmt6km08idd0nt4hekbn7:sub"},
	{"rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr", "rh-oidc.s3.us-east-1.amazonaws.com/23e3sd27sju1hoou6ohfs68vbno607tr:sub"},
	{"rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg", "rh-oidc.s3.us-east-1.amazonaws.com/23ne21h005qjl3n33d8dui5dlrmv2tmg:sub"},
	{"rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26", "rh-oidc.s3.us-east-1.amazonaws.com/24jrf12m5dj7ljlfb4ta2frhrcoadm26:sub"},
	{"sandboxes.cloud", "sandboxes.cloud:aud"},
	{"scalr.io", "scalr.io:sub"},
	{"sts.windows.net/33e01921-4d64-4f8c-a055-5bdaffd5e33d", "sts:RoleSessionName"},
	{"studio.datachain.ai/api", "studio.datachain.ai/api:sub"},
	{"token.actions.githubusercontent.com", "token.actions.githubusercontent.com:sub"},
	{"tokens.cloud.shisho.dev", "tokens.cloud.shisho.dev:sub"},
	{"vstoken.actions.githubusercontent.com", "vstoken.actions.githubusercontent.com:sub"},
}

// trustFederation demands that an Allow for a shared provider looks at the
// claim that tells its tenants apart.
func (v *validation) trustFederation(st *Statement, _ *marks) *Error {
	if st.Effect != Allow {
		return nil
	}
	for _, p := range st.Principals.Values {
		provider := providerOf(p)
		for _, shared := range sharedProviders {
			if shared.provider != provider || st.evaluates(shared.key) {
				continue
			}
			if provider == cognito {
				return malformed(p.Start, "A condition block must be present for the Cognito provider")
			}
			return malformed(p.Start, "A condition on %s must be present for the OIDC provider %s", shared.key, provider)
		}
	}
	return nil
}

// providerOf is the issuer of a federated principal without its scheme and
// without the slash that Azure's ends in; empty for principals of other types.
func providerOf(p Principal) string {
	if p.Type != Federated {
		return ""
	}
	a, err := arn.Parse(p.Value)
	if err != nil {
		return p.Value
	}
	provider, _ := strings.CutPrefix(a.Resource, "oidc-provider/")
	return strings.ToLower(strings.TrimSuffix(provider, "/"))
}

// evaluates tells whether the statement can only match where the key is there
// and has a certain value: a negated operator, IfExists, Null, ForAllValues
// and a value of nothing but wildcards do not see to that.
func (st *Statement) evaluates(key string) bool {
	for _, c := range st.Conditions {
		base, set, ifExists := splitOperator(c.Operator.Value)
		if ifExists || set == "ForAllValues" || base == "Null" || strings.Contains(base, "Not") {
			continue
		}
		if strings.EqualFold(c.Key.Value, key) && areCertain(c.Values) {
			return true
		}
	}
	return false
}

func areCertain(values []Text) bool {
	for _, value := range values {
		if strings.Trim(value.Value, "*?") == "" {
			return false
		}
	}
	return len(values) > 0
}

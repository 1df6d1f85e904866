package iam_test

import (
	"context"
	"html"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// Each row is an operation, its parameters, and how AWS's denial names what it
// was to be done to. Sources of the forms: aws/aws-cdk#27067 (GetRole,
// DeleteRole), DataBiosphere/azul#4370 (UntagRole), torchbox/buckup#13
// (CreateAccessKey), rebuy-de/aws-nuke#294 (a user by name),
// realestate-com-au/credulous#79 (GetUser of the caller),
// ministryofjustice/cloud-platform-environments#4030 (CreateUser),
// alexcasalboni/aws-lambda-power-tuning#154 (CreateRole). The rest follows
// them by kind of operation.
var denials = []struct {
	action, resource string
	parameters       []string // name and value by turns
}{
	{"CreateUser", "arn:aws:iam::123456789012:user/x/new", []string{"UserName", "new", "Path", "/x/"}},
	{"GetUser", "arn:aws:iam::123456789012:user/judy", nil},
	{"GetUser", "user somebody", []string{"UserName", "somebody"}},
	{"GetUser", "user nobody", []string{"UserName", "nobody"}},
	{"UpdateUser", "user somebody", []string{"UserName", "somebody", "NewPath", "/x/"}},
	{"DeleteUser", "user somebody", []string{"UserName", "somebody"}},
	{"ListUsers", "arn:aws:iam::123456789012:user/", nil},
	{"ListUsers", "arn:aws:iam::123456789012:user/x/", []string{"PathPrefix", "/x/"}},
	{"TagUser", "user somebody", []string{"UserName", "somebody", "Tags.member.1.Key", "a", "Tags.member.1.Value", "b"}},
	{"UntagUser", "user somebody", []string{"UserName", "somebody", "TagKeys.member.1", "a"}},
	{"ListUserTags", "user somebody", []string{"UserName", "somebody"}},
	{"CreateAccessKey", "arn:aws:iam::123456789012:user/judy", nil},
	{"CreateAccessKey", "user somebody", []string{"UserName", "somebody"}},
	{"UpdateAccessKey", "user somebody", []string{"UserName", "somebody", "AccessKeyId", "AKIAIOSFODNN7EXAMPLE", "Status", "Inactive"}},
	{"DeleteAccessKey", "user somebody", []string{"UserName", "somebody", "AccessKeyId", "AKIAIOSFODNN7EXAMPLE"}},
	{"ListAccessKeys", "user somebody", []string{"UserName", "somebody"}},
	{"GetAccessKeyLastUsed", "access key AKIAIOSFODNN7EXAMPLE", []string{"AccessKeyId", "AKIAIOSFODNN7EXAMPLE"}},
	{"CreateGroup", "arn:aws:iam::123456789012:group/new", []string{"GroupName", "new"}},
	{"GetGroup", "group ops", []string{"GroupName", "ops"}},
	{"UpdateGroup", "group ops", []string{"GroupName", "ops", "NewGroupName", "sre"}},
	{"DeleteGroup", "group ops", []string{"GroupName", "ops"}},
	{"ListGroups", "arn:aws:iam::123456789012:group/", nil},
	{"AddUserToGroup", "group ops", []string{"GroupName", "ops", "UserName", "judy"}},
	{"RemoveUserFromGroup", "group ops", []string{"GroupName", "ops", "UserName", "judy"}},
	{"ListGroupsForUser", "user judy", []string{"UserName", "judy"}},
	{"CreateRole", "arn:aws:iam::123456789012:role/new", []string{"RoleName", "new", "AssumeRolePolicyDocument", trustAccount}},
	{"GetRole", "role Deploy", []string{"RoleName", "Deploy"}},
	{"UpdateRole", "role Deploy", []string{"RoleName", "Deploy"}},
	{"UpdateRoleDescription", "role Deploy", []string{"RoleName", "Deploy", "Description", "x"}},
	{"UpdateAssumeRolePolicy", "role Deploy", []string{"RoleName", "Deploy", "PolicyDocument", trustAccount}},
	{"DeleteRole", "role Deploy", []string{"RoleName", "Deploy"}},
	{"ListRoles", "arn:aws:iam::123456789012:role/", nil},
	{"TagRole", "role Deploy", []string{"RoleName", "Deploy", "Tags.member.1.Key", "a", "Tags.member.1.Value", "b"}},
	{"UntagRole", "role Deploy", []string{"RoleName", "Deploy", "TagKeys.member.1", "a"}},
	{"ListRoleTags", "role Deploy", []string{"RoleName", "Deploy"}},
	{"CreateInstanceProfile", "arn:aws:iam::123456789012:instance-profile/x/new", []string{"InstanceProfileName", "new", "Path", "/x/"}},
	{"GetInstanceProfile", "instance profile web", []string{"InstanceProfileName", "web"}},
	{"DeleteInstanceProfile", "instance profile web", []string{"InstanceProfileName", "web"}},
	{"ListInstanceProfiles", "arn:aws:iam::123456789012:instance-profile/", nil},
	{"ListInstanceProfilesForRole", "role Deploy", []string{"RoleName", "Deploy"}},
	{"AddRoleToInstanceProfile", "instance profile web", []string{"InstanceProfileName", "web", "RoleName", "Deploy"}},
	{"RemoveRoleFromInstanceProfile", "instance profile web", []string{"InstanceProfileName", "web", "RoleName", "Deploy"}},
	{"TagInstanceProfile", "instance profile web", []string{"InstanceProfileName", "web", "Tags.member.1.Key", "a", "Tags.member.1.Value", "b"}},
	{"UntagInstanceProfile", "instance profile web", []string{"InstanceProfileName", "web", "TagKeys.member.1", "a"}},
	{"ListInstanceProfileTags", "instance profile web", []string{"InstanceProfileName", "web"}},
	{"UpdateAccountPasswordPolicy", "*", nil},
	{"GetAccountPasswordPolicy", "*", nil},
	{"DeleteAccountPasswordPolicy", "*", nil},
	{"CreateLoginProfile", "user somebody", []string{"UserName", "somebody", "Password", "x"}},
	{"GetLoginProfile", "arn:aws:iam::123456789012:user/judy", nil},
	{"UpdateLoginProfile", "user somebody", []string{"UserName", "somebody"}},
	{"DeleteLoginProfile", "user somebody", []string{"UserName", "somebody"}},
	{"ChangePassword", "arn:aws:iam::123456789012:user/judy", []string{"OldPassword", "x", "NewPassword", "y"}},
	{"UploadSSHPublicKey", "user somebody", []string{"UserName", "somebody", "SSHPublicKeyBody", "x"}},
	{"GetSSHPublicKey", "user somebody", []string{"UserName", "somebody", "SSHPublicKeyId", "APKAIOSFODNN7EXAMPLE", "Encoding", "SSH"}},
	{"ListSSHPublicKeys", "arn:aws:iam::123456789012:user/judy", nil},
	{"UpdateSSHPublicKey", "user somebody", []string{"UserName", "somebody", "SSHPublicKeyId", "APKAIOSFODNN7EXAMPLE", "Status", "Active"}},
	{"DeleteSSHPublicKey", "user somebody", []string{"UserName", "somebody", "SSHPublicKeyId", "APKAIOSFODNN7EXAMPLE"}},
	{"UploadSigningCertificate", "user somebody", []string{"UserName", "somebody", "CertificateBody", "x"}},
	{"ListSigningCertificates", "arn:aws:iam::123456789012:user/judy", nil},
	{"UpdateSigningCertificate", "user somebody", []string{"UserName", "somebody", "CertificateId", "TA7SMP42TDN5Z26OBPJE7EXAMPLE", "Status", "Active"}},
	{"DeleteSigningCertificate", "user somebody", []string{"UserName", "somebody", "CertificateId", "TA7SMP42TDN5Z26OBPJE7EXAMPLE"}},
	{"UploadServerCertificate", "arn:aws:iam::123456789012:server-certificate/x/new",
		[]string{"ServerCertificateName", "new", "Path", "/x/", "CertificateBody", "x", "PrivateKey", "x"}},
	{"GetServerCertificate", "server certificate web", []string{"ServerCertificateName", "web"}},
	{"ListServerCertificates", "arn:aws:iam::123456789012:server-certificate/", nil},
	{"UpdateServerCertificate", "server certificate web", []string{"ServerCertificateName", "web", "NewPath", "/x/"}},
	{"DeleteServerCertificate", "server certificate web", []string{"ServerCertificateName", "web"}},
	{"TagServerCertificate", "server certificate web", []string{"ServerCertificateName", "web", "Tags.member.1.Key", "a", "Tags.member.1.Value", "b"}},
	{"UntagServerCertificate", "server certificate web", []string{"ServerCertificateName", "web", "TagKeys.member.1", "a"}},
	{"ListServerCertificateTags", "server certificate web", []string{"ServerCertificateName", "web"}},
	{"CreateServiceSpecificCredential", "user somebody", []string{"UserName", "somebody", "ServiceName", "codecommit.amazonaws.com"}},
	{"ListServiceSpecificCredentials", "arn:aws:iam::123456789012:user/*", []string{"AllUsers", "true"}},
	{"ResetServiceSpecificCredential", "user somebody", []string{"UserName", "somebody", "ServiceSpecificCredentialId", "ACCAIOSFODNN7EXAMPLE"}},
	{"UpdateServiceSpecificCredential", "user somebody", []string{"UserName", "somebody", "ServiceSpecificCredentialId", "ACCAIOSFODNN7EXAMPLE", "Status", "Active"}},
	{"DeleteServiceSpecificCredential", "user somebody", []string{"UserName", "somebody", "ServiceSpecificCredentialId", "ACCAIOSFODNN7EXAMPLE"}},
	{"CreateServiceLinkedRole", "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
		[]string{"AWSServiceName", "ecs.amazonaws.com"}},
	{"DeleteServiceLinkedRole", "role AWSServiceRoleForECS", []string{"RoleName", "AWSServiceRoleForECS"}},
	{"GetServiceLinkedRoleDeletionStatus", "arn:aws:iam::123456789012:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
		[]string{"DeletionTaskId", "task/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS/ec720f7a-c0ba-4838-be33-f72e1873dd52"}},
	{"CreateAccountAlias", "*", []string{"AccountAlias", "acme"}},
	{"DeleteAccountAlias", "*", []string{"AccountAlias", "acme"}},
	{"ListAccountAliases", "*", nil},
	{"GenerateCredentialReport", "*", nil},
	{"GetCredentialReport", "*", nil},
	{"GenerateServiceLastAccessedDetails", "arn:aws:iam::123456789012:user/judy", []string{"Arn", "arn:aws:iam::123456789012:user/judy"}},
	{"GetServiceLastAccessedDetails", "*", []string{"JobId", "11111111-2222-3333-4444-555555555555"}},
	{"GetServiceLastAccessedDetailsWithEntities", "*", []string{"JobId", "11111111-2222-3333-4444-555555555555", "ServiceNamespace", "s3"}},
	{"ListPoliciesGrantingServiceAccess", "arn:aws:iam::123456789012:role/none",
		[]string{"Arn", "arn:aws:iam::123456789012:role/none", "ServiceNamespaces.member.1", "s3"}},
	{"EnableOutboundWebIdentityFederation", "*", nil},
	{"GetOutboundWebIdentityFederationInfo", "*", nil},
	{"SetSecurityTokenServicePreferences", "*", []string{"GlobalEndpointTokenVersion", "v2Token"}},
	{"ListOrganizationsFeatures", "*", nil},
	{"GenerateOrganizationsAccessReport", "arn:aws:iam::123456789012:access-report/o-abcdefghij/r-abcd", []string{"EntityPath", "o-abcdefghij/r-abcd"}},
	{"GetOrganizationsAccessReport", "*", []string{"JobId", "11111111-2222-3333-4444-555555555555"}},
	{"GetDelegationRequest", "arn:aws:iam::123456789012:delegation-request/dr-0123456789abcdef", []string{"DelegationRequestId", "dr-0123456789abcdef"}},
	{"ListDelegationRequests", "*", nil},
}

func TestWhoIsAllowedNothingIsDeniedEveryOperationInAWSsWords(t *testing.T) {
	h := open(t)
	judy := h.userKey("judy", "")
	for _, d := range denials {
		t.Run(d.action+" on "+d.resource, func(t *testing.T) {
			form := url.Values{"Action": {d.action}}
			for i := 0; i < len(d.parameters); i += 2 {
				form.Set(d.parameters[i], d.parameters[i+1])
			}
			status, body := h.postAs(judy, form)
			want := "User: arn:aws:iam::123456789012:user/judy is not authorized to perform: iam:" + d.action +
				" on resource: " + d.resource + " because no identity-based policy allows the iam:" + d.action + " action"
			if status != 403 || !strings.Contains(html.UnescapeString(body), "<Message>"+want+"</Message>") {
				t.Errorf("%d %s\nwant %s", status, body, want)
			}
		})
	}
}

// can is one thing that somebody with a policy may do, or may not.
type can struct {
	rule   string
	may    bool
	should func(*iam.Client) error
}

func (h *house) check(name, document string, cases []can) {
	h.t.Helper()
	own := h.user(name, document)
	for _, c := range cases {
		h.t.Run(c.rule, func(t *testing.T) {
			err := c.should(own)
			if denied := refusalOf(err).Code == "AccessDenied"; denied == c.may || err != nil && !denied {
				t.Errorf("may is %v, but: %v", c.may, err)
			}
		})
	}
}

func getRole(name string) func(*iam.Client) error {
	return func(c *iam.Client) error {
		_, err := c.GetRole(context.Background(), &iam.GetRoleInput{RoleName: &name})
		return err
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
func TestAnEntityIsDecidedOnByItsPathItsTagsAndItsBoundary(t *testing.T) {
	h, ctx := open(t), context.Background()
	for _, in := range []*iam.CreateRoleInput{
		{RoleName: aws.String("InCI"), Path: aws.String("/ci/")},
		{RoleName: aws.String("Red"), Tags: tags("Team", "red")},
		{RoleName: aws.String("Blue"), Tags: tags("Team", "blue")},
		{RoleName: aws.String("Bound"), PermissionsBoundary: aws.String("arn:aws:iam::aws:policy/ReadOnlyAccess")},
	} {
		in.AssumeRolePolicyDocument = aws.String(trustAccount)
		must(h.admin.CreateRole(ctx, in))(t)
	}
	h.check("judy", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"iam:GetRole","Resource":"arn:aws:iam::123456789012:role/ci/*"},
		{"Effect":"Allow","Action":"iam:GetRole","Resource":"*","Condition":{"StringEquals":{"iam:ResourceTag/Team":"red"}}},
		{"Effect":"Allow","Action":"iam:ListRoleTags","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/Team":"red"}}},
		{"Effect":"Allow","Action":"iam:UpdateRole","Resource":"*","Condition":{"ArnEquals":{"iam:PermissionsBoundary":"arn:aws:iam::aws:policy/ReadOnlyAccess"}}}]}`,
		[]can{
			{"a role under the path", true, getRole("InCI")},
			{"a role named in another case is the same role", true, getRole("inci")},
			{"a role with the tag", true, getRole("Red")},
			{"a role with another value", false, getRole("Blue")},
			{"a role without it", false, getRole("Bound")},
			{"a role that does not exist is denied, not missing", false, getRole("None")},
			{"aws:ResourceTag", true, func(c *iam.Client) error {
				_, err := c.ListRoleTags(ctx, &iam.ListRoleTagsInput{RoleName: aws.String("Red")})
				return err
			}},
			{"the boundary of a role that is changed", true, func(c *iam.Client) error {
				_, err := c.UpdateRole(ctx, &iam.UpdateRoleInput{RoleName: aws.String("Bound")})
				return err
			}},
			{"no boundary", false, func(c *iam.Client) error {
				_, err := c.UpdateRole(ctx, &iam.UpdateRoleInput{RoleName: aws.String("Red")})
				return err
			}},
		})
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html and
// access_policies_boundaries.html; for iam:TagRole brefphp/bref#2028.
func TestWhatIsCreatedIsDecidedOnByPathRequestTagsAndBoundary(t *testing.T) {
	h, ctx := open(t), context.Background()
	create := func(name, path, boundary string, keysAndValues ...string) func(*iam.Client) error {
		in := &iam.CreateRoleInput{RoleName: &name, Path: &path, AssumeRolePolicyDocument: aws.String(trustAccount), Tags: tags(keysAndValues...)}
		if boundary != "" {
			in.PermissionsBoundary = &boundary
		}
		return func(c *iam.Client) error {
			_, err := c.CreateRole(ctx, in)
			return err
		}
	}
	const readOnly = "arn:aws:iam::aws:policy/ReadOnlyAccess"
	h.check("judy", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"iam:CreateRole","Resource":"arn:aws:iam::123456789012:role/plain/*"},
		{"Effect":"Allow","Action":["iam:CreateRole","iam:TagRole"],"Resource":"arn:aws:iam::123456789012:role/tagged/*",
		 "Condition":{"StringEquals":{"aws:RequestTag/Team":"red"},"ForAllValues:StringEquals":{"aws:TagKeys":"Team"}}},
		{"Effect":"Allow","Action":"iam:CreateRole","Resource":"arn:aws:iam::123456789012:role/bound/*",
		 "Condition":{"StringEquals":{"iam:PermissionsBoundary":"`+readOnly+`"}}}]}`,
		[]can{
			{"a path", true, create("A", "/plain/", "")},
			{"another path", false, create("B", "/other/", "")},
			{"tags without iam:TagRole", false, create("C", "/plain/", "", "Team", "red")},
			{"the tag", true, create("D", "/tagged/", "", "Team", "red")},
			{"another value", false, create("E", "/tagged/", "", "Team", "blue")},
			{"one key too many", false, create("F", "/tagged/", "", "Team", "red", "Cost", "1")},
			{"no tag", false, create("G", "/tagged/", "")},
			{"the boundary", true, create("H", "/bound/", readOnly)},
			{"no boundary", false, create("I", "/bound/", "")},
			{"another boundary", false, create("J", "/bound/", "arn:aws:iam::aws:policy/AdministratorAccess")},
		})
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_iam_credentials_console.html,
// whose statement names user/${aws:username}.
func TestAUserMayBeAllowedItsOwnKeysAlone(t *testing.T) {
	h, ctx := open(t), context.Background()
	keysOf := func(name *string) func(*iam.Client) error {
		return func(c *iam.Client) error {
			_, err := c.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: name})
			return err
		}
	}
	h.check("judy", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:*AccessKey*","Resource":"arn:aws:iam::*:user/${aws:username}"}}`,
		[]can{
			{"without a name", true, keysOf(nil)},
			{"by name", true, keysOf(aws.String("judy"))},
			{"another's", false, keysOf(aws.String("admin"))},
		})
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateUser.html:
// "the requester must have appropriate permissions on both the source object
// and the target object".
func TestARenameNeedsTheOldAndTheNewName(t *testing.T) {
	h, ctx := open(t), context.Background()
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("tmp-a")}))(t)
	rename := func(to string) func(*iam.Client) error {
		return func(c *iam.Client) error {
			_, err := c.UpdateUser(ctx, &iam.UpdateUserInput{UserName: aws.String("tmp-a"), NewUserName: &to})
			return err
		}
	}
	h.check("judy", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:UpdateUser","Resource":"arn:aws:iam::123456789012:user/tmp-*"}}`,
		[]can{{"to a name beyond", false, rename("boss")}, {"to one within", true, rename("tmp-b")}})
}

package terraform

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// importID tells by which id an instance of a resource is imported, by type,
// from its attributes. Types that are not here cannot be imported.
//
// Source: https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs
var importID = map[string]func(attributes) string{
	"aws_iam_access_key":                         func(a attributes) string { return a["id"] },
	"aws_iam_account_alias":                      func(a attributes) string { return a["account_alias"] },
	"aws_iam_account_password_policy":            func(attributes) string { return "iam-account-password-policy" },
	"aws_iam_group":                              func(a attributes) string { return a["name"] },
	"aws_iam_group_policies_exclusive":           func(a attributes) string { return a["group_name"] },
	"aws_iam_group_policy":                       func(a attributes) string { return a["group"] + ":" + a["name"] },
	"aws_iam_group_policy_attachment":            func(a attributes) string { return a["group"] + "/" + a["policy_arn"] },
	"aws_iam_group_policy_attachments_exclusive": func(a attributes) string { return a["group_name"] },
	"aws_iam_instance_profile":                   func(a attributes) string { return a["name"] },
	"aws_iam_openid_connect_provider":            func(a attributes) string { return a["arn"] },
	"aws_iam_organizations_features":             func(a attributes) string { return a["id"] },
	"aws_organizations_organization":             byID,
	"aws_iam_policy":                             func(a attributes) string { return a["arn"] },
	"aws_iam_role":                               func(a attributes) string { return a["name"] },
	"aws_iam_role_policies_exclusive":            func(a attributes) string { return a["role_name"] },
	"aws_iam_role_policy":                        func(a attributes) string { return a["role"] + ":" + a["name"] },
	"aws_iam_role_policy_attachment":             func(a attributes) string { return a["role"] + "/" + a["policy_arn"] },
	"aws_iam_role_policy_attachments_exclusive":  func(a attributes) string { return a["role_name"] },
	"aws_iam_saml_provider":                      func(a attributes) string { return a["arn"] },
	"aws_iam_server_certificate":                 func(a attributes) string { return a["name"] },
	"aws_iam_service_linked_role":                func(a attributes) string { return a["arn"] },
	"aws_iam_service_specific_credential": func(a attributes) string {
		return a["service_name"] + ":" + a["user_name"] + ":" + a["service_specific_credential_id"]
	},
	"aws_iam_signing_certificate":               func(a attributes) string { return a["certificate_id"] + ":" + a["user_name"] },
	"aws_iam_user":                              func(a attributes) string { return a["name"] },
	"aws_iam_user_group_membership":             func(a attributes) string { return a["user"] + "/" + a["groups"] },
	"aws_iam_user_login_profile":                func(a attributes) string { return a["user"] },
	"aws_iam_user_policies_exclusive":           func(a attributes) string { return a["user_name"] },
	"aws_iam_user_policy":                       func(a attributes) string { return a["user"] + ":" + a["name"] },
	"aws_iam_user_policy_attachment":            func(a attributes) string { return a["user"] + "/" + a["policy_arn"] },
	"aws_iam_user_policy_attachments_exclusive": func(a attributes) string { return a["user_name"] },
	"aws_iam_user_ssh_key":                      func(a attributes) string { return a["username"] + ":" + a["ssh_public_key_id"] + ":" + a["encoding"] },
	"aws_iam_virtual_mfa_device":                func(a attributes) string { return a["arn"] },

	"aws_identitystore_group":                           byID,
	"aws_identitystore_group_membership":                byID,
	"aws_identitystore_user":                            byID,
	"aws_organizations_account":                         byID,
	"aws_organizations_delegated_administrator":         byID,
	"aws_organizations_organizational_unit":             byID,
	"aws_organizations_policy":                          byID,
	"aws_organizations_policy_attachment":               byID,
	"aws_organizations_resource_policy":                 byID,
	"aws_ssoadmin_account_assignment":                   byID,
	"aws_ssoadmin_application":                          byID,
	"aws_ssoadmin_application_access_scope":             byID,
	"aws_ssoadmin_application_assignment":               byID,
	"aws_ssoadmin_application_assignment_configuration": byID,
	"aws_ssoadmin_customer_managed_policy_attachment":   byID,
	"aws_ssoadmin_instance_access_control_attributes":   byID,
	"aws_ssoadmin_managed_policy_attachment":            byID,
	"aws_ssoadmin_permission_set":                       byID,
	"aws_ssoadmin_permission_set_inline_policy":         byID,
	"aws_ssoadmin_permissions_boundary_attachment":      byID,
	"aws_ssoadmin_trusted_token_issuer":                 byID,
}

// byID is how all but IAM's resources are imported.
func byID(a attributes) string { return a["id"] }

// attributes are those of an instance that are text, and lists of texts joined
// with slashes.
type attributes map[string]string

// state is as much of a Terraform state as a test asks of it.
type state struct {
	Resources []struct {
		Module, Mode, Type, Name string
		Instances                []struct {
			Index      any            `json:"index_key"`
			Attributes map[string]any `json:"attributes"`
		}
	}
}

func readState(t *testing.T, dir string) state {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	var s state
	if err := json.Unmarshal(text, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// imports are the address and the id of every instance that can be imported and
// is then as it was. What is sealed with a PGP key is not: nothing tells with
// which key it was; nor is a user whom Terraform is to delete with all it has,
// or an account that it is to close.
func (s state) imports() map[string]string {
	ids := make(map[string]string)
	for _, r := range s.Resources {
		id, ok := importID[r.Type]
		if r.Mode != "managed" || !ok {
			continue
		}
		for _, i := range r.Instances {
			a := texts(i.Attributes)
			address := strings.TrimPrefix(r.Module+"."+r.Type+"."+r.Name, ".")
			if i.Index != nil {
				key, _ := json.Marshal(i.Index)
				address += "[" + string(key) + "]"
			}
			if a["pgp_key"] == "" && i.Attributes["force_destroy"] != true && i.Attributes["close_on_deletion"] != true {
				ids[address] = id(a)
			}
		}
	}
	return ids
}

func texts(all map[string]any) attributes {
	a := make(attributes)
	for name, value := range all {
		switch value := value.(type) {
		case string:
			a[name] = value
		case []any:
			var list []string
			for _, item := range value {
				list = append(list, fmt.Sprint(item))
			}
			slices.Sort(list)
			a[name] = strings.Join(list, "/")
		}
	}
	return a
}

// importBlocks is a configuration that imports all of them.
func importBlocks(ids map[string]string) string {
	var b strings.Builder
	for address, id := range ids {
		fmt.Fprintf(&b, "import {\n  to = %s\n  id = %q\n}\n", address, id)
	}
	return b.String()
}

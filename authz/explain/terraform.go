package explain

import (
	"encoding/json"
	"io"
	"regexp"
	"strings"
)

// terraformArgument is where Terraform has a kind of policy: the type of the
// resource and the argument whose value the policy is.
type terraformArgument struct{ resource, argument string }

// terraformArguments are those of every home that Terraform can make.
//
// Source: https://registry.terraform.io/providers/hashicorp/aws/latest/docs
func terraformArguments() map[HomeKind]terraformArgument {
	return map[HomeKind]terraformArgument{
		RoleTrust:           {"aws_iam_role", "assume_role_policy"},
		RoleInline:          {"aws_iam_role_policy", "policy"},
		UserInline:          {"aws_iam_user_policy", "policy"},
		GroupInline:         {"aws_iam_group_policy", "policy"},
		CustomerManaged:     {"aws_iam_policy", "policy"},
		OrganizationPolicy:  {"aws_organizations_policy", "content"},
		BucketPolicy:        {"aws_s3_bucket_policy", "policy"},
		PermissionSetInline: {"aws_ssoadmin_permission_set_inline_policy", "inline_policy"},
	}
}

// resourceAddress is the address of a resource of Terraform in a text, without
// the attribute behind it.
//
// Source: https://developer.hashicorp.com/terraform/cli/state/resource-addressing
var resourceAddress = regexp.MustCompile(`(?:module\.[A-Za-z0-9_-]+(?:\[[^\]]*\])?\.)*aws_[a-z0-9_]+\.[A-Za-z0-9_-]+(?:\[[^\]]*\])?`)

// address is where Terraform has the policy; empty where that is not known.
func (h Home) address() string {
	if h.Address != "" {
		return h.Address
	}
	return resourceAddress.FindString(h.File)
}

// terraform is what to write in Terraform for a policy to become a document:
// the argument of the resource, with a line above that names the resource.
// Empty for a policy that Terraform does not make.
func (h Home) terraform(document string) string {
	at, ok := terraformArguments()[h.Kind]
	if !ok {
		return ""
	}
	value, ok := hcl(document)
	if !ok {
		return ""
	}
	where := h.address()
	if where == "" {
		where = at.resource
	}
	switch text := at.argument + " = jsonencode(" + value + ")"; {
	case h.Kind == RoleInline && strings.Contains(where, "aws_iam_role."):
		return "# " + where + "\ninline_policy {\n  name   = " + hclQuote(h.Policy) + "\n  policy = jsonencode(" + indent(value) + ")\n}"
	case h.Kind == BucketPolicy && strings.Contains(where, "aws_s3_bucket."):
		return "# " + where + "\n" + text // of versions before 4 of the provider
	default:
		return "# " + where + "\n" + text
	}
}

// newResource is the resource that makes a policy which is not there yet.
func (h Home) newResource(document string) string {
	value, ok := hcl(document)
	if !ok {
		return ""
	}
	owner := ""
	switch h.Kind {
	case RoleInline:
		owner = "role   = " + hclQuote(h.Owner)
	case UserInline:
		owner = "user   = " + hclQuote(h.Owner)
	case PermissionSetInline:
		instance, set := h.Instance, h.ARN
		if set == "" {
			instance, set = "${tolist(data.aws_ssoadmin_instances.this.arns)[0]}", "${aws_ssoadmin_permission_set."+label(h.Owner)+".arn}"
		}
		return "resource \"aws_ssoadmin_permission_set_inline_policy\" \"" + label(h.Owner) + "\" {\n" +
			"  instance_arn       = \"" + instance + "\"\n  permission_set_arn = \"" + set + "\"\n  inline_policy = jsonencode(" + indent(value) + ")\n}"
	default:
		return ""
	}
	return "resource \"" + terraformArguments()[h.Kind].resource + "\" \"" + label(h.Owner+"_"+h.Policy) + "\" {\n  name   = " +
		hclQuote(h.Policy) + "\n  " + owner + "\n  policy = jsonencode(" + indent(value) + ")\n}"
}

// label is a name that Terraform takes as a resource's.
func label(s string) string {
	b := []byte(strings.ToLower(s))
	for i, c := range b {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			b[i] = '_'
		}
	}
	if len(b) == 0 || b[0] >= '0' && b[0] <= '9' {
		return "_" + string(b)
	}
	return string(b)
}

func indent(text string) string { return strings.ReplaceAll(text, "\n", "\n  ") }

// hcl is a JSON document as an expression of Terraform's language, its members
// in their order.
func hcl(document string) (string, bool) {
	d := json.NewDecoder(strings.NewReader(document))
	d.UseNumber()
	w := hclWriter{in: d}
	w.value("")
	if _, err := d.Token(); w.err == nil && err != io.EOF {
		return "", false
	}
	return w.out.String(), w.err == nil
}

// hclWriter writes a document as it is read.
type hclWriter struct {
	in  *json.Decoder
	out strings.Builder
	err error
}

func (w *hclWriter) token() json.Token {
	t, err := w.in.Token()
	if err != nil && w.err == nil {
		w.err = err
	}
	return t
}

// value writes the next value; the lines of one that has several begin with
// margin.
func (w *hclWriter) value(margin string) {
	switch t := w.token().(type) {
	case json.Delim:
		if t == '{' {
			w.object(margin + "  ")
		} else {
			w.array(margin + "  ")
		}
	case string:
		w.out.WriteString(hclQuote(t))
	case json.Number:
		w.out.WriteString(t.String())
	case bool:
		w.out.WriteString(map[bool]string{true: "true", false: "false"}[t])
	default:
		w.out.WriteString("null")
	}
}

func (w *hclWriter) object(margin string) {
	w.out.WriteByte('{')
	empty := true
	for w.err == nil && w.in.More() {
		name, _ := w.token().(string)
		empty = false
		w.out.WriteString("\n" + margin + hclName(name) + " = ")
		w.value(margin)
	}
	w.token()
	if !empty {
		w.out.WriteString("\n" + margin[2:])
	}
	w.out.WriteByte('}')
}

func (w *hclWriter) array(margin string) {
	w.out.WriteByte('[')
	empty := true
	for w.err == nil && w.in.More() {
		empty = false
		w.out.WriteString("\n" + margin)
		w.value(margin)
		w.out.WriteByte(',')
	}
	w.token()
	if !empty {
		w.out.WriteString("\n" + margin[2:])
	}
	w.out.WriteByte(']')
}

// identifier is a name that needs no quotes.
var identifier = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)

func hclName(s string) string {
	if identifier.MatchString(s) && s != "for" && s != "null" && s != "true" && s != "false" && s != "if" {
		return s
	}
	return hclQuote(s)
}

// hclQuote is a text in quotes, in which ${ and %{ are no templates. Terraform
// has an escape for them and none for other things that JSON has one for.
//
// Source: https://developer.hashicorp.com/terraform/language/expressions/strings
func hclQuote(s string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(quote(s))
}

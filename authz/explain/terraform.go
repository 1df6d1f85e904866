package explain

import (
	"encoding/json"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
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
var resourceAddress = regexp.MustCompile(`(?:module\.[A-Za-z0-9_-]+(?:\[[^\]]*\])?\.)*aws_[a-z0-9]+_[a-z0-9_]+\.[A-Za-z0-9_-]+(?:\[[^\]]*\])?`)

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
	if h.Kind == RoleInline && strings.Contains(where, "aws_iam_role.") {
		return "# " + where + "\ninline_policy {" + attributes([]string{"name", "policy"}, []string{hclQuote(h.Policy), "jsonencode(" + indent(value) + ")"}, "\n  ") + "\n}"
	}
	return "# " + where + "\n" + at.argument + " = jsonencode(" + value + ")"
}

// newResource is the resource that makes a policy which is not there yet.
func (h Home) newResource(document string) string {
	value, ok := hcl(document)
	if !ok {
		return ""
	}
	at, name := terraformArguments()[h.Kind], label(h.Owner+"_"+h.Policy)
	names, values := []string{"name"}, []string{hclQuote(h.Policy)}
	switch h.Kind {
	case RoleInline:
		names, values = append(names, "role"), append(values, hclQuote(h.Owner))
	case UserInline:
		names, values = append(names, "user"), append(values, hclQuote(h.Owner))
	case PermissionSetInline:
		name = label(h.Owner)
		names, values = []string{"instance_arn", "permission_set_arn"}, []string{hclQuote(h.Instance), hclQuote(h.ARN)}
		if h.ARN == "" {
			values = []string{"tolist(data.aws_ssoadmin_instances.this.arns)[0]", "aws_ssoadmin_permission_set." + name + ".arn"}
		}
	default:
		return ""
	}
	names, values = append(names, at.argument), append(values, "jsonencode("+indent(value)+")")
	return "resource \"" + at.resource + "\" \"" + name + "\" {" + attributes(names, values, "\n  ") + "\n}"
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
// in their order, laid out as terraform fmt does.
func hcl(document string) (string, bool) {
	r := hclReader{in: json.NewDecoder(strings.NewReader(document))}
	r.in.UseNumber()
	text := r.value("\n")
	if _, err := r.in.Token(); r.err == nil && err != io.EOF {
		return "", false
	}
	return text, r.err == nil
}

// hclReader writes a document as it is read.
type hclReader struct {
	in  *json.Decoder
	err error
}

func (r *hclReader) token() json.Token {
	t, err := r.in.Token()
	if err != nil && r.err == nil {
		r.err = err
	}
	return t
}

// value is the next value. Its further lines begin with the line break and
// margin of gap.
func (r *hclReader) value(gap string) string {
	switch t := r.token().(type) {
	case json.Delim:
		if t == '{' {
			return r.object(gap)
		}
		return r.array(gap)
	case string:
		return hclQuote(t)
	case json.Number:
		return t.String()
	case bool:
		return strconv.FormatBool(t)
	}
	return "null"
}

func (r *hclReader) object(gap string) string {
	var names, values []string
	for r.err == nil && r.in.More() {
		name, _ := r.token().(string)
		names, values = append(names, hclName(name)), append(values, r.value(gap+"  "))
	}
	r.token()
	if len(names) == 0 {
		return "{}"
	}
	return "{" + attributes(names, values, gap+"  ") + gap + "}"
}

// attributes are lines of names and values. The equals signs of neighbours that
// have one line each stand under one another.
func attributes(names, values []string, gap string) string {
	var b strings.Builder
	for i := 0; i < len(names); {
		end, widest := i, 0
		for end < len(names) && !strings.Contains(values[end], "\n") {
			widest = max(widest, utf8.RuneCountInString(names[end]))
			end++
		}
		if end == i {
			b.WriteString(gap + names[i] + " = " + values[i])
			i++
			continue
		}
		for ; i < end; i++ {
			b.WriteString(gap + names[i] + strings.Repeat(" ", widest-utf8.RuneCountInString(names[i])) + " = " + values[i])
		}
	}
	return b.String()
}

func (r *hclReader) array(gap string) string {
	var b strings.Builder
	for r.err == nil && r.in.More() {
		b.WriteString(gap + "  " + r.value(gap+"  ") + ",")
	}
	r.token()
	if b.Len() == 0 {
		return "[]"
	}
	return "[" + b.String() + gap + "]"
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

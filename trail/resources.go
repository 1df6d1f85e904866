package trail

import (
	"reflect"

	"github.com/rolecall-iam/rolecall/api"
)

// Resource is something that an event is about, as LookupEvents shows it.
type Resource struct{ Type, Name string }

// place says where in an input or output a resource's name is.
type place struct {
	kind   string
	output bool
	path   []string
}

// places are where the resources of IAM and STS are named, the one that counts
// most first: those of the request, then what the answer adds.
var places = []place{
	{"AWS::IAM::Role", false, []string{"RoleArn"}},
	{"AWS::IAM::Role", false, []string{"RoleName"}},
	{"AWS::IAM::User", false, []string{"UserName"}},
	{"AWS::IAM::Group", false, []string{"GroupName"}},
	{"AWS::IAM::Policy", false, []string{"PolicyArn"}},
	{"AWS::IAM::AccessKey", false, []string{"AccessKeyId"}},
	{"AWS::IAM::InstanceProfile", false, []string{"InstanceProfileName"}},
	{"AWS::IAM::SAMLProvider", false, []string{"SAMLProviderArn"}},
	{"AWS::IAM::SAMLProvider", false, []string{"PrincipalArn"}},
	{"AWS::IAM::OIDCProvider", false, []string{"OpenIDConnectProviderArn"}},
	{"AWS::IAM::ServerCertificate", false, []string{"ServerCertificateName"}},
	{"AWS::IAM::MFADevice", false, []string{"SerialNumber"}},
	{"AWS::IAM::Role", true, []string{"Role", "Arn"}},
	{"AWS::IAM::User", true, []string{"User", "Arn"}},
	{"AWS::IAM::Group", true, []string{"Group", "Arn"}},
	{"AWS::IAM::Policy", true, []string{"Policy", "Arn"}},
	{"AWS::IAM::InstanceProfile", true, []string{"InstanceProfile", "Arn"}},
	{"AWS::IAM::SAMLProvider", true, []string{"SAMLProviderArn"}},
	{"AWS::IAM::OIDCProvider", true, []string{"OpenIDConnectProviderArn"}},
	{"AWS::IAM::AccessKey", true, []string{"AccessKey", "AccessKeyId"}},
	{"AWS::IAM::AccessKey", true, []string{"Credentials", "AccessKeyId"}},
	{"AWS::STS::AssumedRole", true, []string{"AssumedRoleUser", "Arn"}},
}

// found is a place in the types of one operation.
type found struct {
	kind   string
	output bool
	path   []int
}

// placesOf finds those places that an operation's types have.
func placesOf(op *api.Operation) []found {
	if name := op.Service.SigningName; name != "iam" && name != "sts" {
		return nil
	}
	var all []found
	for _, p := range places {
		typ := reflect.TypeOf(op.In).Elem()
		if p.output {
			typ = reflect.TypeOf(op.Out).Elem()
		}
		if path, ok := pathIn(typ, p.path); ok {
			all = append(all, found{p.kind, p.output, path})
		}
	}
	return all
}

func pathIn(typ reflect.Type, names []string) ([]int, bool) {
	var path []int
	for _, name := range names {
		if typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct {
			return nil, false
		}
		f, ok := typ.FieldByName(name)
		if !ok {
			return nil, false
		}
		path, typ = append(path, f.Index[0]), f.Type
	}
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	return path, typ.Kind() == reflect.String
}

// resources appends what an event is about, each once.
func resources(all []Resource, at []found, input, output any) []Resource {
	in, out := reflect.ValueOf(input), reflect.ValueOf(output)
	for i := range at {
		value := in
		if at[i].output {
			value = out
		}
		name := textAt(value, at[i].path)
		if name == "" || len(name) > maxValue {
			continue
		}
		all = append(all, Resource{at[i].kind, name})
	}
	return all
}

func textAt(v reflect.Value, path []int) string {
	if !v.IsValid() {
		return ""
	}
	for _, i := range path {
		if v.Kind() == reflect.Pointer {
			v = v.Elem()
		}
		if !v.IsValid() {
			return ""
		}
		v = v.Field(i)
	}
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if !v.IsValid() {
		return ""
	}
	return v.String()
}

package policy

import (
	"fmt"
	"strings"
)

// resourceFault finds the first resource of the document that AWS refuses, and
// what it says of it.
func (v *validation) resourceFault() (Position, string) {
	for _, st := range v.doc.Statements {
		for _, resource := range st.Resources.Values {
			if message := resourceFault(resource.Value, v.env.Partition); message != "" {
				return resource.Start, message
			}
		}
	}
	return Position{}, ""
}

// resourceFault is what AWS says of a resource that is neither "*" nor an ARN
// of the partition (E1.3 and E1.6).
func resourceFault(resource, partition string) string {
	if resource == "*" {
		return ""
	}
	head, rest, colon := strings.Cut(resource, ":")
	if !colon || head != "arn" && strings.HasPrefix(rest, partition+":") {
		return fmt.Sprintf(`Resource %s must be in ARN format or "*".`, resource)
	}
	named, rest, more := strings.Cut(rest, ":")
	if named != partition {
		return partitionFault(named, rest)
	}
	service, _, _ := strings.Cut(rest, ":")
	switch {
	case !more || strings.ContainsAny(service, "*?"):
		return "Resource vendor must be fully qualified and cannot contain regexes."
	case service == "":
		return legacyParsing
	}
	return serviceFault(resource, service, rest[len(service):])
}

// partitionFault shows the parts that are not there as "*".
func partitionFault(partition, rest string) string {
	parts := [4]string{"*", "*", "*", "*"}
	if rest != "" {
		copy(parts[:], strings.SplitN(rest, ":", 4))
	}
	return fmt.Sprintf(`Partition "%s" is not valid for resource "arn:%[1]s:%s".`, partition, strings.Join(parts[:], ":"))
}

// iamResources are the types of resource that IAM has, as its refusal names
// them. It takes the root user as well: AWS's own policies of root tasks name it.
const iamResources = "user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, " +
	"sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/"

// s3Regional are the types of resource of S3 whose ARNs have a region.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
const s3Regional = "accesspoint/, job/, storage-lens/, storage-lens-group/, async-request/, access-grants/"

// serviceFault judges what follows the service of an ARN: nothing, or parts
// that begin with a colon each.
func serviceFault(resource, service, rest string) string {
	_, rest, _ = strings.Cut(rest, ":")
	region, rest, _ := strings.Cut(rest, ":")
	_, name, complete := strings.Cut(rest, ":")
	switch {
	case !complete && !isShort(resource):
		return legacyParsing
	case service == "iam" && region != "":
		return fmt.Sprintf("IAM resource %s cannot contain region information.", resource)
	case service == "s3" && region != "" && !startsWithAny(name, s3Regional):
		return fmt.Sprintf("Resource %s can not contain region information.", resource)
	case service == "iam" && name != "*" && name != "root" && !startsWithAny(name, iamResources):
		return `IAM resource path must either be "*" or start with ` + iamResources + "."
	}
	return ""
}

func startsWithAny(s, prefixes string) bool {
	for prefix := range strings.SplitSeq(prefixes, ", ") {
		if strings.HasPrefix(s, prefix) {
			return true
		}
	}
	return false
}

// isShort tells whether an ARN of fewer than six parts is one that AWS
// expands: arn:aws:medialive:* (section 10, item 6).
func isShort(resource string) bool {
	return strings.HasSuffix(resource, ":*") && !strings.Contains(resource, "::")
}

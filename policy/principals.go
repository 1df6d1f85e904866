package policy

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// exists asks the store, where there is one.
func (v *validation) exists(p Principal) bool {
	if v.env.Principals == nil {
		return true
	}
	_, ok := v.env.Principals.PrincipalID(p)
	return ok
}

// isAWSPrincipal tells whether a value may stand under "AWS": everybody, an
// account by its number, a unique ID, or the ARN of an account, user, role or
// session. No part of it may be a wildcard.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
func isAWSPrincipal(value, partition string) bool {
	if _, err := arn.ParseAccountID(value); err == nil || value == "*" || isUniqueID(value) {
		return true
	}
	a, err := arn.Parse(value)
	if err != nil || a.Partition != partition || a.Region != "" || strings.ContainsAny(a.Resource, "*?") {
		return false
	}
	if _, err := arn.ParseAccountID(a.Account); err != nil {
		return false
	}
	kind, name, _ := strings.Cut(a.Resource, "/")
	switch a.Service + ":" + kind {
	case "iam:root":
		return a.Resource == "root"
	case "iam:user", "iam:role":
		return name != "" && !strings.HasSuffix(name, "/")
	case "sts:assumed-role":
		role, session, _ := strings.Cut(name, "/")
		return role != "" && session != "" && !strings.Contains(session, "/")
	case "sts:federated-user":
		return name != "" && !strings.Contains(name, "/")
	}
	return false
}

// isUniqueID tells whether s looks like the ID of a user or role, which is
// what AWS shows of a principal that was deleted (rule E6).
func isUniqueID(s string) bool {
	if !strings.HasPrefix(s, string(arn.UserPrefix)) && !strings.HasPrefix(s, string(arn.RolePrefix)) {
		return false
	}
	for _, c := range []byte(s) {
		if !isAlphanumeric(c) || c >= 'a' {
			return false
		}
	}
	return len(s) >= 16 && len(s) <= 128
}

// isServicePrincipal tells whether name has the form of a service principal
// of the partition: labels in small letters before amazonaws.com or
// amazon.com. AWS holds names against a list of its services that it does not
// publish; of that list only the differences between partitions that people
// met are known here.
func isServicePrincipal(name, partition string) bool {
	if labels, china := strings.CutSuffix(name, ".amazonaws.com.cn"); china {
		return partition == "aws-cn" && isChinaService(labels)
	}
	if partition == "aws-cn" && name == "ec2.amazonaws.com" {
		return false // kubernetes/kops issue 27
	}
	labels, ok := strings.CutSuffix(name, ".amazonaws.com")
	if !ok {
		labels, ok = strings.CutSuffix(name, ".amazon.com")
	}
	return ok && areLabels(labels, 4)
}

// isChinaService tells which services are called ….amazonaws.com.cn: EC2, EMR
// and, by region, CodeDeploy and CloudWatch Logs. AWS refused
// eks.amazonaws.com.cn and monitoring.rds.amazonaws.com.cn in its China
// regions (pulumi/pulumi-eks pull request 1864,
// terraform-aws-modules/terraform-aws-rds-aurora issue 437).
func isChinaService(labels string) bool {
	service, region, regional := strings.Cut(labels, ".")
	switch service {
	case "ec2", "elasticmapreduce":
		return !regional
	case "codedeploy", "logs":
		return strings.HasPrefix(region, "cn-") && areLabels(region, 1)
	}
	return false
}

// areLabels tells whether s is one to most labels of a host name.
func areLabels(s string, most int) bool {
	if strings.Count(s, ".") >= most {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" {
			return false
		}
		for _, c := range []byte(label) {
			if !isAlphanumeric(c) && c != '-' || c >= 'A' && c <= 'Z' {
				return false
			}
		}
	}
	return true
}

// isCanonicalUser tells whether s has the form of a canonical user ID.
//
// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/finding-canonical-user-id.html
func isCanonicalUser(s string) bool {
	for _, c := range []byte(s) {
		if !isAlphanumeric(c) || c|0x20 > 'f' {
			return false
		}
	}
	return len(s) == 64
}

// isFederation tells whether a value may stand under "Federated": one of the
// web identity providers that AWS has built in, or the ARN of a provider.
func isFederation(value, partition string) (builtIn, ok bool) {
	switch value {
	case cognito, "accounts.google.com", "graph.facebook.com", "www.amazon.com":
		return true, true
	}
	a, err := arn.Parse(value)
	if err != nil || a.Partition != partition || a.Service != "iam" || a.Region != "" || strings.ContainsAny(a.Resource, "*?") {
		return false, false
	}
	_, err = arn.ParseAccountID(a.Account)
	kind, name, _ := strings.Cut(a.Resource, "/")
	return false, err == nil && name != "" && (kind == "saml-provider" || kind == "oidc-provider")
}

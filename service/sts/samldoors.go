package sts

import (
	"slices"
	"strings"
)

// signInDoors are the URLs at which AWS and this server take SAML responses,
// for one provider in one partition: an identity provider that was set up for
// AWS names one of them as recipient, and one as audience.
//
// Source: https://docs.aws.amazon.com/general/latest/gr/signin-service.html (regional endpoints),
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml.html (URLs with /acs/ and the provider's id)
type signInDoors struct {
	partition string
	provider  string // SAMLSP…
	own       string // this server's URL; none where empty
}

// hosts of AWS's sign-in pages, and the audiences that stand for AWS.
var (
	signInHosts = map[string]string{
		"aws": "signin.aws.amazon.com", "aws-cn": "signin.amazonaws.cn", "aws-us-gov": "signin.amazonaws-us-gov.com",
	}
	awsAudiences = map[string][]string{
		"aws":        {"urn:amazon:webservices"},
		"aws-cn":     {"urn:amazon:webservices", "urn:amazon:webservices:cn-north-1", "urn:amazon:webservices:cn-northwest-1"},
		"aws-us-gov": {"urn:amazon:webservices", "urn:amazon:webservices:govcloud"},
	}
)

// signInPath is where this server takes responses.
const signInPath = "/_/signin/saml"

// audience tells whether a name stands for AWS or for this server. Entra ID wants
// another name for each of several applications, and puts # and a number behind
// AWS's.
//
// Source: https://learn.microsoft.com/en-us/entra/identity/saas-apps/amazon-web-service-tutorial
func (d signInDoors) audience(name string) bool {
	name, _, _ = strings.Cut(name, "#")
	return slices.Contains(awsAudiences[d.partition], name) || d.recipient(name)
}

func (d signInDoors) recipient(url string) bool {
	if d.own != "" {
		if path, ok := strings.CutPrefix(url, d.own+signInPath); ok {
			return d.path(path)
		}
	}
	rest, ok := strings.CutPrefix(url, "https://")
	if !ok {
		return false
	}
	host, path, _ := strings.Cut(rest, "/")
	home := signInHosts[d.partition]
	if region, ok := strings.CutSuffix(host, "."+home); host != home && (!ok || !isRegion(region)) {
		return false
	}
	path, ok = strings.CutPrefix(path, "saml")
	return ok && d.path(path)
}

// path tells whether what follows the page's URL is nothing, or the provider's
// own place in it.
func (d signInDoors) path(rest string) bool { return rest == "" || rest == "/acs/"+d.provider }

// isRegion tells whether a name has the shape of a region's, such as
// us-gov-west-1.
func isRegion(name string) bool {
	parts := strings.Split(name, "-")
	if len(parts) < 3 || len(parts) > 4 {
		return false
	}
	for i, p := range parts {
		last := i == len(parts)-1
		if p == "" || len(p) > 12 || strings.Trim(p, "abcdefghijklmnopqrstuvwxyz") != "" && !last || last && strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return true
}

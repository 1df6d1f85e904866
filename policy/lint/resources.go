package lint

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// resources looks at each resource.
func (l *linter) resources(s *statement) {
	for _, w := range s.res {
		if hasVariable(w.text) && !l.goodVariables(w) || strings.Trim(w.text, "*") == "" && w.text != "" {
			l.supportedResource(w)
			continue
		}
		if l.arn(w) {
			l.supportedResource(w)
		}
	}
}

// supportedResource: the policy of a resource names nothing else.
func (l *linter) supportedResource(w word) {
	kind, ok := kinds[l.Resource]
	if l.Type != Resource || !ok || len(kind.arns) == 0 {
		return
	}
	for _, pattern := range kind.arns {
		if pattern == w.text || pattern != "*" && w.text != "*" && overlap(pattern, withoutVariables(w.text)) {
			return
		}
	}
	l.add("UNSUPPORTED_RESOURCE_ARN_IN_POLICY", w.spot, kind.shown)
}

// partitions are those there are.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
const partitions = "aws, aws-cn, aws-us-gov, aws-eusc, aws-iso, aws-iso-b, aws-iso-e, aws-iso-f"

// arn looks at one resource and answers whether it has the form of one; the
// first fault of it is told.
func (l *linter) arn(w word) bool {
	if strings.HasPrefix(w.text, "${") || strings.HasPrefix(w.text, "*") {
		return true // anything may be in its place
	}
	head, _, _ := strings.Cut(w.text, ":")
	if head != "arn" {
		f := l.add("INVALID_ARN_PREFIX", w.spot)
		if strings.Count(w.text, ":") == 4 || strings.HasPrefix(w.text, "aws:") {
			f.Change = `write "arn:` + w.text + `"`
		}
		return false
	}
	parts := splitARN(w.text)
	if len(parts) < 6 {
		l.add("MISSING_ARN_FIELD", w.spot, "6")
		return false
	}
	partition, service, region, account := parts[1], parts[2], parts[3], parts[4]
	switch {
	case strings.ContainsAny(service, "*?"):
		l.add("WILDCARD_IN_SERVICE_NAME", w.spot)
	case open(partition) || open(service):
	case !slices.Contains(strings.Split(partitions, ", "), partition):
		l.add("INVALID_PARTITION", w.spot, service, partition, partitions)
	case strings.ToLower(service) != service:
		l.add("INVALID_ARN_SERVICE_CASE", w.spot, service).Change = "write " + strings.ToLower(service)
	case l.service(service) == nil && len(l.formatsOf(service)) == 0:
		l.add("INVALID_SERVICE", w.spot, service)
	case region != "" && !open(region) && !slices.Contains(regions[:], region):
		l.add("INVALID_ARN_REGION", w.spot, region)
	case account != "" && !open(account) && !isAccount(account):
		l.add("INVALID_ARN_ACCOUNT", w.spot, account)
	default:
		return l.resourceForm(w, service, region, account, parts[5])
	}
	return true
}

// isAccount tells whether a field of an ARN may stand for an account: twelve
// digits, or the name by which AWS's own resources go.
func isAccount(account string) bool {
	_, err := arn.ParseAccountID(account)
	return err == nil || account == "aws" || account == "aws-managed" || account == "cloudfront" || account == "amazon"
}

// open tells whether something may stand in a field that the document does not
// say.
func open(field string) bool { return strings.ContainsAny(field, "*?$") }

// splitARN cuts an ARN at its first five colons, those in variables apart.
func splitARN(s string) []string {
	var parts []string
	from, depth := 0, 0
	for i := 0; i < len(s) && len(parts) < 5; i++ {
		switch {
		case strings.HasPrefix(s[i:], "${"):
			depth++
		case s[i] == '}' && depth > 0:
			depth--
		case s[i] == ':' && depth == 0:
			parts = append(parts, s[from:i])
			from = i + 1
		}
	}
	return append(parts, s[from:])
}

// resourceForm holds what follows the service against the ARNs that its
// resources have.
func (l *linter) resourceForm(w word, service, region, account, name string) bool {
	formats := l.formatsOf(service)
	if len(formats) == 0 {
		return true
	}
	fits, withRegion, withAccount, noRegion, noAccount := 0, 0, 0, 0, 0
	wanted := withoutVariables(name)
	for _, format := range formats {
		parts := splitARN(format)
		if len(parts) < 6 || !overlap(withoutVariables(parts[5]), wanted) {
			continue
		}
		fits++
		count(parts[3], &withRegion, &noRegion)
		count(parts[4], &withAccount, &noAccount)
	}
	switch {
	case fits == 0:
		l.add("INVALID_ARN_RESOURCE", w.spot)
		return false
	case region != "" && region != "*" && withRegion == 0:
		l.add("ARN_REGION_NOT_ALLOWED", w.spot, service).Change = "leave the Region out: arn:…:" + service + "::" + account + ":" + name
	case region == "" && noRegion == 0:
		l.add("MISSING_ARN_REGION", w.spot, service)
	case account != "" && account != "*" && withAccount == 0:
		l.add("ARN_ACCOUNT_NOT_ALLOWED", w.spot, service).Change = "leave the account out: arn:…:" + service + ":" + region + "::" + name
	case account == "" && noAccount == 0 && !publicToAll(service, name):
		l.add("MISSING_ARN_ACCOUNT", w.spot, name)
	}
	return true
}

// publicToAll tells whether a resource may be one of AWS's own, whose ARN has no
// account.
//
// Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-public-parameters.html
func publicToAll(service, name string) bool {
	switch service {
	case "ssm", "ec2", "resource-explorer-2", "bedrock", "imagebuilder", "elasticbeanstalk":
		return true
	}
	return strings.Contains(strings.ToLower(name), "aws")
}

func count(field string, with, without *int) {
	if field == "" {
		*without++
	} else {
		*with++
	}
}

// withoutVariables puts a star where a variable, or a gap of a format, stands.
func withoutVariables(s string) string {
	for range 64 {
		before, rest, ok := strings.Cut(s, "${")
		_, after, closed := strings.Cut(rest, "}")
		if !ok || !closed {
			return s
		}
		s = before + "*" + after
	}
	return "*"
}

// overlap tells whether a text exists that two patterns match. Long ones are
// taken to.
func overlap(a, b string) bool {
	a, b = squeeze(a), squeeze(b)
	if len(a)*len(b) > 1<<16 {
		return true
	}
	row := make([]bool, len(b)+1)
	row[0] = true
	for j := 1; j <= len(b) && b[j-1] == '*'; j++ {
		row[j] = true
	}
	for i := 1; i <= len(a); i++ {
		diagonal := row[0]
		row[0] = row[0] && a[i-1] == '*'
		for j := 1; j <= len(b); j++ {
			up := row[j]
			switch {
			case a[i-1] == '*':
				row[j] = up || row[j-1]
			case b[j-1] == '*':
				row[j] = row[j-1] || up
			default:
				row[j] = diagonal && (a[i-1] == b[j-1] || a[i-1] == '?' || b[j-1] == '?')
			}
			diagonal = up
		}
	}
	return row[len(b)]
}

// squeeze makes one star of several.
func squeeze(s string) string {
	for strings.Contains(s, "**") {
		s = strings.ReplaceAll(s, "**", "*")
	}
	return s
}

// regions are those there are.
//
// Source: https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html
var regions = [...]string{
	"af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
	"ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
	"ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "cn-north-1", "cn-northwest-1", "eu-central-1",
	"eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2", "eu-west-3", "eusc-de-east-1",
	"il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1", "us-east-1", "us-east-2",
	"us-gov-east-1", "us-gov-west-1", "us-iso-east-1", "us-iso-west-1", "us-isob-east-1", "us-isob-west-1",
	"eu-isoe-west-1", "us-isof-east-1", "us-isof-south-1", "us-west-1", "us-west-2",
}

package symbolic

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// Public answers the statements of a resource's policy that grant anything to
// the public: to anybody, or to whoever has an account with a provider such as
// accounts.google.com, unless a condition holds them to fixed values of one of
// the keys that say whom or where a request is from. Fixed is a value without
// wildcards and variables, and a range of addresses that is not wide. The
// resource's type, such as AWS::S3::Bucket, has a say in which keys count; false
// is answered for a type that Access Analyzer does not check.
//
// It asks whether a request is allowed whose principal is none that is named,
// and which has none of the fixed values: so a Deny statement for all but the
// fixed values makes a policy as little public as an Allow for them does.
//
// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
func Public(doc *policy.Document, resourceType string) ([]Finding, bool) {
	own, known := resourceTypes[resourceType]
	if !known {
		return nil, false
	}
	c := newComparison(Resource, doc)
	statements := c.compile(doc)
	fixed := fixedValues(doc, own)
	found := c.each(doc, statements, func(s *search, _ *statement, b box) outcome {
		b.people = slices.Clone(b.people)
		for i, who := range c.people.list {
			b.people[i] = b.people[i] && (c.people.many || who.public())
		}
		if !slices.Contains(b.people, true) {
			return none
		}
		for _, t := range fixed {
			key := &statement{conditions: []keyed{t}}
			side := sideOf{key, conditionsFrom}
			if b = b.with(side, true); b.side(s.work, side) == none {
				return none
			}
		}
		return s.take(b, denials(statements))
	}, func(w *witness) bool { return c.allowed(w, doc) })
	return found, true
}

// resourceTypes are those that Access Analyzer checks, each with the keys that
// count for it alone.
//
// Source: https://docs.aws.amazon.com/access-analyzer/latest/APIReference/API_CheckNoPublicAccess.html
var resourceTypes = map[string][]string{
	"AWS::ApiGateway::RestApi":           nil,
	"AWS::Backup::BackupVault":           nil,
	"AWS::CloudTrail::Dashboard":         nil,
	"AWS::CloudTrail::EventDataStore":    nil,
	"AWS::CodeArtifact::Domain":          nil,
	"AWS::DynamoDB::Stream":              nil,
	"AWS::DynamoDB::Table":               nil,
	"AWS::EFS::FileSystem":               nil,
	"AWS::IAM::AssumeRolePolicyDocument": nil,
	"AWS::KMS::Key":                      {"kms:calleraccount"},
	"AWS::Kinesis::Stream":               nil,
	"AWS::Kinesis::StreamConsumer":       nil,
	"AWS::Lambda::Function":              nil,
	"AWS::OpenSearchService::Domain":     nil,
	"AWS::S3::AccessPoint":               {"s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:dataaccesspointaccount"},
	"AWS::S3::Bucket":                    {"s3:x-amz-server-side-encryption-aws-kms-key-id", "s3:dataaccesspointaccount", accessPoint},
	"AWS::S3::Glacier":                   nil,
	"AWS::S3Express::AccessPoint":        nil,
	"AWS::S3Express::DirectoryBucket":    nil,
	"AWS::S3Outposts::AccessPoint":       nil,
	"AWS::S3Outposts::Bucket":            nil,
	"AWS::S3Tables::Table":               nil,
	"AWS::S3Tables::TableBucket":         nil,
	"AWS::SNS::Topic":                    nil,
	"AWS::SQS::Queue":                    nil,
	"AWS::SecretsManager::Secret":        nil,
}

// accessPoint is the key in whose values a bucket's policy may have wildcards
// after the account.
const accessPoint = "s3:dataaccesspointarn"

// public tells whether anybody can be somebody: strangers, and users of a
// provider that gives accounts to all who want one. A provider that an account
// made for itself is SAML's and fixed, or OIDC's, of which that is not known.
func (s somebody) public() bool {
	if f, ok := s.Principal.(authz.FederatedIdentity); ok {
		return s.stranger || !strings.Contains(f.Provider, ":saml-provider/")
	}
	if r, ok := s.Principal.(authz.RoleSession); ok && r.Provider != "" {
		return !strings.Contains(r.Provider, ":saml-provider/")
	}
	return s.stranger
}

// trustedKeys are the keys of every resource whose fixed values hold a
// request to somebody or somewhere. S3's page names those until aws:userid, and
// aws:PrincipalOrgID for all that speak of a principal; those of the
// principal's and the source's organization are of the same kind.
//
// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
// and https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func trustedKeys() []string {
	return []string{
		"aws:sourcearn", "aws:sourcevpc", "aws:sourcevpce", "aws:sourceowner", "aws:sourceaccount", "aws:userid",
		"aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:principalarn",
		"aws:sourceorgid", "aws:sourceorgpaths", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths",
	}
}

// fixedValues is a test for each key of the document that counts: that the
// request has one of its fixed values.
func fixedValues(doc *policy.Document, own []string) []keyed {
	trusted := trustedKeys()
	trusted = append(trusted, own...)
	var list []keyed
	for i := range doc.Statements {
		for _, c := range doc.Statements[i].Conditions {
			key := sameKey(c.Key.Value)
			switch {
			case key == "aws:sourceip":
				list = append(list, narrowRanges(key, c)...)
			case slices.Contains(trusted, key) || ofProvider(doc, key):
				list = append(list, fixedTexts(key, c)...)
			}
		}
	}
	return list
}

// ofProvider tells whether a key is one of an identity provider that the
// document names, which speaks of the application or the user.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif
func ofProvider(doc *policy.Document, key string) bool {
	host, claim, _ := strings.Cut(key, ":")
	for i := range doc.Statements {
		for _, p := range doc.Statements[i].Principals.Values {
			_, issuer, own := strings.Cut(lower(p.Value), ":oidc-provider/")
			switch {
			case p.Type != policy.Federated:
			case own && issuer == host:
				// All who use the issuer for AWS may have the same audience.
				return claim != "aud"
			case lower(p.Value) == host:
				return true
			}
		}
	}
	return false
}

// fixedTexts are the values of a condition that are one text each.
func fixedTexts(key string, c policy.Condition) []keyed {
	var t test
	o, base, ok := t.readOperator(c.Operator.Value)
	if !ok || o.class != texts {
		return nil
	}
	wild := strings.Contains(strings.ToLower(base), "like") || strings.HasPrefix(strings.ToLower(base), "arn")
	fold := strings.HasSuffix(strings.ToLower(base), "ignorecase")
	var n names
	fixed := test{set: forAny}
	for _, v := range c.Values {
		if key == accessPoint && ofAccount(v.Value) && wild {
			r := reader{names: &n}
			fixed.clause.patterns = append(fixed.clause.patterns, r.arnPattern(splitARN(v.Value)))
			continue
		}
		if wild && strings.ContainsAny(v.Value, "*?") || strings.Contains(v.Value, "${") || v.Value == "" {
			continue
		}
		fixed.clause.patterns = append(fixed.clause.patterns, pattern{tokens: n.read(v.Value, reading{fold: fold})})
	}
	return []keyed{{key, fixed}}
}

// ofAccount tells whether an ARN has wildcards in its last part only, and an
// account before.
func ofAccount(text string) bool {
	parts := splitARN(text)
	return len(parts) == 6 && parts[4] != "" && !strings.ContainsAny(strings.Join(parts[:5], ":"), "*?$") && !strings.Contains(parts[5], "${")
}

// narrowRanges are the ranges of a condition that are not wide: from /8 on for
// IPv4 and /32 for IPv6, and the private ones of RFC 1918.
func narrowRanges(key string, c policy.Condition) []keyed {
	var t test
	o, _, ok := t.readOperator(c.Operator.Value)
	if !ok || o.class != addresses {
		return nil
	}
	narrow := &measure{class: addresses, operator: "IpAddress"}
	for _, v := range c.Values {
		if p, ok := readNetwork(v.Value); ok && !wide(p) {
			narrow.values = append(narrow.values, v.Value)
		}
	}
	if narrow.values == nil {
		return nil
	}
	return []keyed{{key, test{set: forAny, clause: clause{language: language{measured: narrow}}}}}
}

func wide(p netip.Prefix) bool {
	if p.Addr().Is4() {
		return p.Bits() < 8
	}
	return p.Bits() < 32
}

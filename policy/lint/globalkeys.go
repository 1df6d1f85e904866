package lint

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// globalKeys are the condition keys of all services, in small letters.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
var globalKeys = map[string]key{
	"aws:principalarn": {kind: "ARN"}, "aws:principalaccount": {kind: "String"},
	"aws:principalorgpaths": {kind: "String", multivalued: true}, "aws:principalorgid": {kind: "String"},
	"aws:principaltag/": {kind: "String"}, "aws:principalisawsservice": {kind: "Bool"},
	"aws:principalservicename": {kind: "String"}, "aws:principalservicenameslist": {kind: "String", multivalued: true},
	"aws:principaltype": {kind: "String"}, "aws:userid": {kind: "String"}, "aws:username": {kind: "String"},

	"aws:assumedroot": {kind: "Bool"}, "aws:federatedprovider": {kind: "ARN"}, "aws:tokenissuetime": {kind: "Date"},
	"aws:signinsessionarn": {kind: "ARN"}, "aws:multifactorauthage": {kind: "Numeric"}, "aws:multifactorauthpresent": {kind: "Bool"},
	"aws:chatbotsourcearn": {kind: "ARN"}, "aws:ec2instancesourcevpc": {kind: "String"},
	"aws:ec2instancesourceprivateipv4": {kind: "IPAddress"}, "aws:sourceidentity": {kind: "String"},

	"aws:sourceip": {kind: "IPAddress"}, "aws:sourcevpc": {kind: "String"}, "aws:sourcevpcarn": {kind: "ARN"},
	"aws:sourcevpce": {kind: "String"}, "aws:vpceaccount": {kind: "String"}, "aws:vpceorgid": {kind: "String"},
	"aws:vpceorgpaths": {kind: "String", multivalued: true}, "aws:vpcsourceip": {kind: "IPAddress"},

	"aws:resourceaccount": {kind: "String"}, "aws:resourceorgid": {kind: "String"},
	"aws:resourceorgpaths": {kind: "String", multivalued: true}, "aws:resourcetag/": {kind: "String"},

	"aws:calledvia": {kind: "String", multivalued: true}, "aws:calledviafirst": {kind: "String"}, "aws:calledvialast": {kind: "String"},
	"aws:calledviaawsmcp": {kind: "String"}, "aws:viaawsservice": {kind: "Bool"}, "aws:viaawsmcpservice": {kind: "Bool"},
	"aws:currenttime": {kind: "Date"}, "aws:epochtime": {name: "aws:EpochTime", kind: "Date"}, "aws:referer": {kind: "String"},
	"aws:requestedregion": {kind: "String"}, "aws:requesttag/": {kind: "String"}, "aws:tagkeys": {kind: "String", multivalued: true},
	"aws:securetransport": {kind: "Bool"}, "aws:sourceaccount": {kind: "String"}, "aws:sourcearn": {kind: "ARN"},
	"aws:sourceorgid": {kind: "String"}, "aws:sourceorgpaths": {kind: "String", multivalued: true}, "aws:useragent": {kind: "String"},
	"aws:ismcpserviceaction": {kind: "Bool"},
}

// crossKeys are keys of one service that come with requests to others.
var crossKeys = map[string]key{
	"ec2:roledelivery": {kind: "Numeric"}, "ec2:sourceinstancearn": {kind: "ARN"}, "glue:roleassumedby": {kind: "String"},
	"glue:credentialissuingservice": {kind: "String"}, "codebuild:buildarn": {kind: "ARN"}, "codebuild:projectarn": {kind: "ARN"},
	"lambda:sourcefunctionarn": {kind: "ARN"}, "ssm:sourceinstancearn": {kind: "ARN"}, "identitystore:userid": {kind: "String"},
}

// globalKey finds a key, given in small letters; the key of a tag may follow
// its slash.
func globalKey(lower string) (key, bool) {
	if k, ok := globalKeys[lower]; ok {
		return k, true
	}
	head, _, ok := strings.Cut(lower, "/")
	if !ok {
		return key{}, false
	}
	k, ok := globalKeys[head+"/"]
	return k, ok
}

// globalUse looks at what a global key is used for.
func (l *linter) globalUse(s *statement, c *condition, lower string) {
	switch lower {
	case "aws:referer", "aws:useragent":
		l.add("UNTRUSTWORTHY_CONDITION_KEY", c.key.spot, c.key.text)
	case "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths":
		if s.negatedAct || slices.ContainsFunc(s.act, func(w word) bool {
			prefix, _, _ := strings.Cut(strings.ToLower(w.text), ":")
			return !strings.Contains(vpceServices, " "+prefix+" ")
		}) {
			l.add("USE_CONDITION_KEY_ONLY_WITH_SUPPORTED_SERVICES", c.key.spot, c.key.text)
		}
	case "aws:tagkeys":
		l.setBy(s, c, "sts:TagSession")
	default:
		if strings.HasPrefix(lower, "aws:requesttag/") {
			l.setBy(s, c, "sts:TagSession")
		}
	}
}

// vpceServices are those that tell of the owner of a VPC endpoint.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-vpceaccount
const vpceServices = " apprunner discovery athena servicediscovery applicationinsights cloudformation comprehendmedical " +
	"compute-optimizer ecr ecs kinesisanalytics route53 datasync dynamodb ebs scheduler firehose gamelift medical-imaging " +
	"healthlake omics iam iotfleetwise iotwireless kms lambda payment-cryptography polly acm-pca rbin rekognition " +
	"servicequotas s3 shield storagegateway ssm-contacts textract transcribe transfer "

// setBy: in a statement that lets roles be assumed, a key that a further
// action sets is there only with that action.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_permissions-required
func (l *linter) setBy(s *statement, c *condition, action string) {
	if !s.allows() || s.negatedAct || c.ifExists || c.base == "Null" {
		return
	}
	assumes := false
	for _, w := range s.act {
		lower := strings.ToLower(w.text)
		if policy.Matches(lower, strings.ToLower(action)) {
			return
		}
		assumes = assumes || strings.HasPrefix(lower, "sts:assumerole")
	}
	if assumes {
		f := l.add("MISSING_ACTION_FOR_CONDITION_KEY", c.key.spot, action, c.key.text)
		if action == "sts:TagSession" {
			f.Page = "tag-session"
		} else {
			f.Page = "source-identity"
		}
	}
}

// serviceUse looks at what a key of a service is used for.
func (l *linter) serviceUse(s *statement, c *condition) {
	switch strings.ToLower(c.key.text) {
	case "s3:prefix":
		if families[c.base] == "String" && s.allows() == negated(c.base) {
			l.add("S3_PREFIX_IN_NEGATIVE_CONTEXT", c.key.spot)
		}
	case "s3:resourceaccount":
		if l.Type == Resource && (l.Resource == Bucket || l.Resource == AccessPoint || l.Resource == MultiRegionAccessPoint) {
			l.add("IRRELEVANT_CONDITION_KEY_IN_POLICY", c.key.spot, c.key.text, kinds[l.Resource].shown)
		}
	case "dynamodb:attributes":
		if s.allows() && !s.selects() {
			l.add("DYNAMODB_ATTRIBUTES_WITHOUT_SELECT", c.key.spot).Change = `add "dynamodb:Select": "SPECIFIC_ATTRIBUTES" under "StringEquals"`
		}
	case "sts:sourceidentity":
		l.setBy(s, c, "sts:SetSourceIdentity")
	case "sts:transitivetagkeys":
		l.setBy(s, c, "sts:TagSession")
	}
}

// selects tells whether only requests match that say which attributes they
// want.
func (s *statement) selects() bool {
	return slices.ContainsFunc(s.cond, func(c condition) bool {
		return strings.EqualFold(c.key.text, "dynamodb:Select") && len(c.values) == 1 && c.values[0].text == "SPECIFIC_ATTRIBUTES"
	})
}

// pairs looks for keys that need another beside them.
func (l *linter) pairs(s *statement) {
	for _, c := range s.cond {
		if strings.EqualFold(c.key.text, "aws:VpcSourceIp") && !s.has("aws:sourcevpc", "aws:sourcevpce", "aws:sourcevpcarn") {
			l.add("MISSING_PAIRED_CONDITION_KEYS", c.key.spot, c.key.text, "aws:SourceVpc")
		}
	}
}

// claim looks at a claim of a web identity token.
func (l *linter) claim(s *statement, c *condition) {
	lower := strings.ToLower(c.key.text)
	switch {
	case lower == "cognito-identity.amazonaws.com:amr":
		l.keyType(c, key{kind: "String", multivalued: true})
	case !strings.HasSuffix(lower, ":aud"):
	case c.set == "ForAnyValue":
		l.add("FORANYVALUE_WITH_AUDIENCE_CLAIM_TYPE", c.operator.spot, c.key.text)
	case c.set == "ForAllValues":
		l.add("CONFIRM_AUDIENCE_CLAIM_TYPE", c.operator.spot, c.key.text, "audience")
	}
}

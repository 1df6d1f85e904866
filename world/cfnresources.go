package world

import (
	"strconv"
	"strings"
)

// resourceName is how a type of resource is named: the property with its name
// and its ARN, with REGION, ACCOUNT and NAME to be filled in.
type resourceName struct{ property, arn string }

var resourceNames = map[string]resourceName{
	"AWS::S3::Bucket":                  {"BucketName", "s3:::NAME"},
	"AWS::SQS::Queue":                  {"QueueName", "sqs:REGION:ACCOUNT:NAME"},
	"AWS::SNS::Topic":                  {"TopicName", "sns:REGION:ACCOUNT:NAME"},
	"AWS::DynamoDB::Table":             {"TableName", "dynamodb:REGION:ACCOUNT:table/NAME"},
	"AWS::Lambda::Function":            {"FunctionName", "lambda:REGION:ACCOUNT:function:NAME"},
	"AWS::Serverless::Function":        {"FunctionName", "lambda:REGION:ACCOUNT:function:NAME"},
	"AWS::Serverless::SimpleTable":     {"TableName", "dynamodb:REGION:ACCOUNT:table/NAME"},
	"AWS::Logs::LogGroup":              {"LogGroupName", "logs:REGION:ACCOUNT:log-group:NAME:*"},
	"AWS::StepFunctions::StateMachine": {"StateMachineName", "states:REGION:ACCOUNT:stateMachine:NAME"},
	"AWS::ECR::Repository":             {"RepositoryName", "ecr:REGION:ACCOUNT:repository/NAME"},
	"AWS::Kinesis::Stream":             {"Name", "kinesis:REGION:ACCOUNT:stream/NAME"},
	"AWS::Events::EventBus":            {"Name", "events:REGION:ACCOUNT:event-bus/NAME"},
}

// name is a resource's name; a hole where CloudFormation is to make one up.
func (t *stack) name(m *made, line int) *node {
	r, ok := resourceNames[m.kind]
	if !ok {
		return holeNode(line, "what names "+m.logical+" is not known from the template")
	}
	v := t.propertyOf(m, r.property)
	switch {
	case !v.has():
		return holeNode(line, m.logical+" has no "+r.property+", so its name is not known until it is made")
	case v.is(hole):
		return v
	}
	return textNode(line, v.str())
}

// propertyOf is a property, also of a resource whose turn has not come yet.
func (t *stack) propertyOf(m *made, property string) *node {
	if m.properties != nil {
		return m.properties.get(property)
	}
	v := t.root.at("Resources", m.logical, "Properties", property)
	if v == nil {
		return nil
	}
	if f, arg, ok := functionOf(v); ok && f == "Ref" && t.resources[arg.str()] != nil {
		return holeNode(v.line, m.logical+"."+property+" is not known from the template")
	}
	return t.eval(v, deepest/2)
}

// iamKinds are the kinds that ARNs have, of what IAM knows.
var iamKinds = map[string]string{
	"AWS::IAM::Role": "role", "AWS::IAM::User": "user", "AWS::IAM::Group": "group",
	"AWS::IAM::ManagedPolicy": "policy", "AWS::IAM::InstanceProfile": "instance-profile",
}

// iamName is the name and the ARN of what IAM knows.
func (t *stack) iamName(m *made) (name, full string) {
	name, path := m.logical, "/"
	if v := t.propertyOf(m, named[m.kind]); v.is(text) {
		name = v.text
	}
	if v := t.propertyOf(m, "Path"); v.is(text) {
		path = v.text
	}
	return name, t.account.arn(iamKinds[m.kind], path, name)
}

// reference is what Ref answers of a resource.
func (t *stack) reference(m *made, line int) *node {
	name, full := t.iamName(m)
	switch m.kind {
	case "AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::InstanceProfile":
		return textNode(line, name)
	case "AWS::IAM::ManagedPolicy":
		return textNode(line, full)
	case "AWS::SNS::Topic", "AWS::StepFunctions::StateMachine":
		return t.arnOf(m, line)
	case "AWS::IAM::OIDCProvider", "AWS::IAM::SAMLProvider":
		return t.attribute(m, "Arn", line)
	}
	return t.name(m, line) // of a queue AWS answers its URL, which ends in it
}

// arnOf is a resource's ARN.
func (t *stack) arnOf(m *made, line int) *node {
	name := t.name(m, line)
	if name.is(hole) {
		return name
	}
	filled := strings.NewReplacer("REGION", t.region, "ACCOUNT", t.account.id.String(), "NAME", name.text).Replace(resourceNames[m.kind].arn)
	return textNode(line, "arn:"+t.partition+":"+filled)
}

// attribute is what Fn::GetAtt answers.
func (t *stack) attribute(m *made, attribute string, line int) *node {
	if _, ok := iamKinds[m.kind]; ok && (attribute == "Arn" || attribute == "PolicyArn") {
		_, full := t.iamName(m)
		return textNode(line, full)
	}
	if _, ok := resourceNames[m.kind]; ok {
		switch attribute {
		case "Arn", "TopicArn":
			return t.arnOf(m, line)
		case "QueueName", "TopicName", "Name":
			return t.name(m, line)
		}
	}
	switch {
	case m.kind == "AWS::IAM::OIDCProvider" && attribute == "Arn":
		if v := t.propertyOf(m, "Url"); v.is(text) {
			return textNode(line, t.account.arn("oidc-provider", "/", strings.TrimPrefix(v.text, "https://")))
		}
	case m.kind == "AWS::IAM::SAMLProvider" && attribute == "Arn":
		if v := t.propertyOf(m, "Name"); v.is(text) {
			return textNode(line, t.account.arn("saml-provider", "/", v.text))
		}
	case m.kind == "AWS::Serverless::Function" && attribute == "Role":
		return textNode(line, t.account.arn("role", "/", m.logical+"Role"))
	}
	return holeNode(line, m.logical+"."+attribute+" is not known from the template")
}

// holding takes in what gives users, groups and roles something.
func (t *stack) holding(m *made) error {
	switch m.kind {
	case "AWS::IAM::ManagedPolicy":
		_, full := t.iamName(m)
		return t.eachHolder(m, func(e *entity) error {
			e.attach(attachment{name: full, at: m.at})
			return nil
		})
	case "AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::UserPolicy", "AWS::IAM::GroupPolicy":
		d, err := t.policyIn(m, m.properties.get("PolicyDocument"), "PolicyDocument", forIdentity)
		if err != nil {
			return err
		}
		name := m.properties.get("PolicyName").str()
		if name == "" {
			name = m.logical
		}
		return t.eachHolder(m, func(e *entity) error { return t.giveNewer(e, name, d, false) })
	case "AWS::IAM::UserToGroupAddition":
		group := t.attachment(m, m.properties.get("GroupName"), "GroupName")
		return t.eachHolder(m, func(e *entity) error {
			if e.kind == "user" {
				e.groups = append(e.groups, group)
			}
			return nil
		})
	}
	return nil
}

// eachHolder does something to every user, group and role that a resource
// names. Where a name is not known, that may be any.
func (t *stack) eachHolder(m *made, give func(*entity) error) error {
	for _, h := range [...]struct{ property, kind string }{
		{"Roles", "role"}, {"Users", "user"}, {"Groups", "group"}, {"RoleName", "role"}, {"UserName", "user"}, {"GroupName", "group"},
	} {
		if m.kind == "AWS::IAM::UserToGroupAddition" && h.kind == "group" {
			continue
		}
		for _, item := range m.properties.get(h.property).list() {
			if item.is(hole) {
				if err := t.anyOf(h.kind, m, item); err != nil {
					return err
				}
				continue
			}
			e := t.account.entity(h.kind, item.str())
			if e == nil {
				t.give(t.account.id, h.kind, item.str(), m.in(h.property), give)
				continue
			}
			if err := give(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// anyOf tells every user, group or role of the template that it may have what
// is given to one that is not known.
func (t *stack) anyOf(kind string, m *made, item *node) error {
	for _, one := range t.order {
		if one.entity == nil || one.entity.kind != kind {
			continue
		}
		d := t.unknownDocument(m.at, item.text, forIdentity)
		if err := one.entity.give("unknown-"+strconv.Itoa(len(one.entity.inline)), d); err != nil {
			return err
		}
	}
	return nil
}

// guarding are the types that are policies of other resources.
var guarding = map[string]struct{ property, policy, of string }{
	"AWS::S3::BucketPolicy":               {"Bucket", "PolicyDocument", "AWS::S3::Bucket"},
	"AWS::SQS::QueuePolicy":               {"Queues", "PolicyDocument", "AWS::SQS::Queue"},
	"AWS::SNS::TopicPolicy":               {"Topics", "PolicyDocument", "AWS::SNS::Topic"},
	"AWS::SecretsManager::ResourcePolicy": {"SecretId", "ResourcePolicy", ""},
}

// guarded takes in the policies of buckets, queues, topics and keys.
func (t *stack) guarded(m *made) error {
	if m.kind == "AWS::KMS::Key" {
		d, err := t.policyIn(m, m.properties.get("KeyPolicy"), "KeyPolicy", forResource)
		if err != nil {
			return err
		}
		name := "arn:" + t.partition + ":kms:" + t.region + ":" + t.account.id.String() + ":key/" + m.logical
		t.standIn(m.at, "the key's id is not known until it is made", name)
		return t.hasPolicy(name, t.account.id, d)
	}
	g, ok := guarding[m.kind]
	if !ok {
		return t.organizationPolicyOf(m)
	}
	d, err := t.policyIn(m, m.properties.get(g.policy), g.policy, forResource)
	if err != nil {
		return err
	}
	for _, item := range m.properties.get(g.property).list() {
		name := item.str()
		if !strings.HasPrefix(name, "arn:") && g.of != "" && name != "" {
			short := name[strings.LastIndexByte(name, '/')+1:]
			filled := strings.NewReplacer("REGION", t.region, "ACCOUNT", t.account.id.String(), "NAME", short).Replace(resourceNames[g.of].arn)
			name = "arn:" + t.partition + ":" + filled
		}
		if item.is(hole) || !strings.HasPrefix(name, "arn:") {
			t.warn(m.in(g.property), "what this policy guards has no name that is known: it is left out")
			t.unguarded = append(t.unguarded, unnamedPolicy{d, resourceType(resourceNames[g.of].arn), notNamed})
			continue
		}
		if err := t.hasPolicy(name, t.account.id, d); err != nil {
			return err
		}
	}
	return nil
}

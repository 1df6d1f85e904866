package world

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

const example = "arn:aws:iam::123456789012:"

func TestATemplateIsAskedAsFarAsItIsKnown(t *testing.T) {
	a := open(t, texts{"template.yaml": testdata(t, "cloudformation/template.yaml")}, Options{})
	deploy := example + "role/ci/deploy-prod"
	holds(t, a, []asking{
		{"Fn::Join of a bucket that Fn::FindInMap names", deploy, "s3:GetObject", "arn:aws:s3:::acme-prod/x", "allowed"},
		{"a bucket's policy, by Fn::Sub of the bucket's ARN", deploy, "s3:GetObject", "arn:aws:s3:::acme-prod/secret/x", "denied"},
		{"what is imported from another stack", deploy, "dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:123456789012:table/x",
			"template.yaml:39: Resources.Deploy.Properties.Policies[0]: Fn::ImportValue is not known from the template"},
		{"a queue to which CloudFormation gives a name", deploy, "sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:x", "Jobs has no QueueName"},
		{"one role of the template assumes another", deploy, "sts:AssumeRole", example + "role/Worker", "allowed"},
		{"a policy of AWS's", deploy, "ec2:DescribeInstances", "*", "allowed"},
		{"the role that SAM makes, with a condition that holds", example + "role/FnRole", "s3:GetObject", "arn:aws:s3:::acme-prod/x", "allowed"},
		{"which is not in another bucket", example + "role/FnRole", "s3:GetObject", "arn:aws:s3:::other/x", "DynamoDBReadPolicy is not known"},
		{"every function may write its log", example + "role/FnRole", "logs:PutLogEvents", "*", "allowed"},
		{"Lambda assumes it", "lambda.amazonaws.com", "sts:AssumeRole", example + "role/FnRole", "allowed"},
	})
}

// roles is a template with the roles R0, R1 and so on, each with statements of
// its own.
func roles(statements []string) string {
	var b strings.Builder
	b.WriteString(`
Parameters:
  Given: {Type: String, Default: given}
  Open: {Type: String}
  List: {Type: CommaDelimitedList, Default: 'a, b'}
  Stored: {Type: 'AWS::SSM::Parameter::Value<String>', Default: /x}
Conditions:
  Yes: !Equals [!Ref Given, given]
  No: !Not [!Condition Yes]
  Maybe: !Equals [!Ref Open, x]
  Self: !Condition Self
  Either: !Or [!Condition Maybe, !Condition Yes]
  Both: !And [!Condition Maybe, !Condition No]
Resources:
`)
	for i, st := range statements {
		fmt.Fprintf(&b, `  R%d:
    Type: AWS::IAM::Role
    Properties:
      RoleName: R%d
      AssumeRolePolicyDocument: {Version: 2012-10-17, Statement: [{Effect: Allow, Principal: {AWS: 123456789012}, Action: sts:AssumeRole}]}
      Policies:
      - PolicyName: p
        PolicyDocument:
          Version: 2012-10-17
          Statement:
            %s
`, i, i, st)
	}
	return b.String()
}

// ask asks each role of a template whether it may read one object.
func ask(t *testing.T, rules, statements, want []string) {
	t.Helper()
	a := open(t, texts{"t.yaml": roles(statements)}, Options{})
	for i := range rules {
		holds(t, a, []asking{{rules[i], example + "role/R" + strconv.Itoa(i), "s3:GetObject", "arn:aws:s3:::given/k", want[i]}})
	}
}

func TestFunctionsOfTemplates(t *testing.T) {
	var rules, statements, want []string
	for _, c := range []struct{ rule, resource, want string }{
		{"a parameter's default", "!Sub 'arn:aws:s3:::${Given}/*'", "allowed"},
		{"Fn::Sub in its long form", "!Sub ['arn:aws:s3:::${X}/*', {X: !Ref Given}]", "allowed"},
		{"what ${! begins is meant as it stands", "!Sub 'arn:aws:s3:::${Given}/${!aws:username}'", "denied"},
		{"a parameter without a default", "!Sub 'arn:aws:s3:::${Open}/*'", "the parameter Open has no default"},
		{"a parameter in Systems Manager", "!Ref Stored", "the parameter Stored is in Systems Manager"},
		{"Fn::Join of a list", "!Join ['', ['arn:aws:s3:::', !Ref Given, '/*']]", "allowed"},
		{"Fn::Select of Fn::Split", "!Sub ['arn:aws:s3:::${X}/*', {X: !Select [1, !Split ['-', 'a-given-b']]}]", "allowed"},
		{"Fn::Select of what is not there", "!Select [5, !Ref List]", "Fn::Select has no such item"},
		{"Fn::If of a condition that holds", "!If [Yes, '*', 'arn:aws:s3:::other']", "allowed"},
		{"Fn::If of one that does not", "!If [No, '*', 'arn:aws:s3:::other']", "denied"},
		{"Fn::If of one that is not known", "!If [Maybe, '*', 'arn:aws:s3:::other']", "the condition Maybe is not known"},
		{"Fn::Or of one that holds", "!If [Either, '*', 'arn:aws:s3:::other']", "allowed"},
		{"Fn::And of one that does not hold", "!If [Both, '*', 'arn:aws:s3:::other']", "denied"},
		{"a condition that refers to itself", "!If [Self, '*', 'arn:aws:s3:::other']", "refers to itself"},
		{"the account and the region", "!Sub 'arn:${AWS::Partition}:s3:::${AWS::AccountId}-${AWS::Region}'", "denied"},
		{"AWS::StackName", "!Ref AWS::StackName", "AWS::StackName is not known"},
		{"AWS::NoValue leaves a value out", "[!Ref 'AWS::NoValue', '*']", "allowed"},
		{"the function in its long form", "{'Fn::Join': ['', ['arn:aws:s3:::', {Ref: Given}, '/*']]}", "allowed"},
		{"a function that nobody knows", "!Nonsense x", "Fn::Nonsense is not known"},
		{"an attribute of what is not there", "!GetAtt Gone.Arn", "Gone.Arn is not known"},
	} {
		rules, want = append(rules, c.rule), append(want, c.want)
		statements = append(statements, "- {Effect: Allow, Action: s3:GetObject, Resource: "+c.resource+"}")
	}
	ask(t, rules, statements, want)
}

// What is not known may deny, and what it does not speak of it cannot.
func TestAStatementThatIsKnownInPart(t *testing.T) {
	allow := "- {Effect: Allow, Action: '*', Resource: '*'}\n            "
	var rules, statements, want []string
	for _, c := range []struct{ rule, statements, want string }{
		{"a Deny of what may be this", allow + "- {Effect: Deny, Action: 's3:*', Resource: !Ref Open}", "the parameter Open has no default"},
		{"a Deny of other actions", allow + "- {Effect: Deny, Action: 'sqs:*', Resource: !Ref Open}", "allowed"},
		{"an Allow beside one that is known", allow + "- {Effect: Allow, Action: 's3:*', Resource: !Ref Open}", "allowed"},
		{"an Allow of other actions", "- {Effect: Allow, Action: 'sqs:*', Resource: !Ref Open}", "denied"},
		{"an Allow of all but this", "- {Effect: Allow, NotAction: 's3:*', Resource: !Ref Open}", "denied"},
		{"an effect that is not known", allow + "- {Effect: !Ref Open, Action: 's3:*', Resource: '*'}", "the parameter Open has no default"},
		{"a condition that is not known", "- {Effect: Allow, Action: 's3:*', Resource: '*', Condition: {StringEquals: {'aws:RequestedRegion': !Ref Open}}}", "the parameter Open has no default"},
		{"a statement that may be left out", allow + "- !If [Maybe, {Effect: Deny, Action: '*', Resource: '*'}, !Ref 'AWS::NoValue']", "the condition Maybe is not known"},
	} {
		rules, statements, want = append(rules, c.rule), append(statements, c.statements), append(want, c.want)
	}
	ask(t, rules, statements, want)
}

func TestATemplatesOtherResources(t *testing.T) {
	a := open(t, texts{"t.json": `{"Resources": {
		"Ann": {"Type": "AWS::IAM::User", "Properties": {"UserName": "ann", "Groups": [{"Ref": "Devs"}]}},
		"Bob": {"Type": "AWS::IAM::User", "Properties": {"UserName": "bob"}},
		"Devs": {"Type": "AWS::IAM::Group", "Properties": {"GroupName": "devs"}},
		"Add": {"Type": "AWS::IAM::UserToGroupAddition", "Properties": {"GroupName": {"Ref": "Devs"}, "Users": [{"Ref": "Bob"}]}},
		"Read": {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"Groups": [{"Ref": "Devs"}], "PolicyDocument":
			{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": ["s3:GetObject", "sqs:*"], "Resource": "*"}}}},
		"Jobs": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "jobs"}},
		"JobsPolicy": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": [{"Ref": "Jobs"}], "PolicyDocument":
			{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*"}}}},
		"Events": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "events"}},
		"EventsPolicy": {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": [{"Ref": "Events"}], "PolicyDocument":
			{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": {"Fn::GetAtt": ["Ann", "Arn"]}}, "Action": "sns:Publish", "Resource": "*"}}}},
		"Key": {"Type": "AWS::KMS::Key", "Properties": {"KeyPolicy":
			{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": {"Fn::GetAtt": ["Ann", "Arn"]}}, "Action": "kms:Decrypt", "Resource": "*"}}}},
		"Hub": {"Type": "AWS::IAM::OIDCProvider", "Properties": {"Url": "https://token.actions.githubusercontent.com"}},
		"Deploy": {"Type": "AWS::IAM::Role", "Properties": {"RoleName": "deploy", "AssumeRolePolicyDocument":
			{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Federated": {"Ref": "Hub"}}, "Action": "sts:AssumeRoleWithWebIdentity"}}}},
		"Never": {"Type": "AWS::IAM::User", "Condition": "None"}
	}, "Conditions": {"None": {"Fn::Equals": ["a", "b"]}}}`}, Options{})
	holds(t, a, []asking{
		{"a user of a group", example + "user/ann", "s3:GetObject", "arn:aws:s3:::b/k", "allowed"},
		{"one that is added to it", example + "user/bob", "s3:GetObject", "arn:aws:s3:::b/k", "allowed"},
		{"a queue's policy", example + "user/ann", "sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:jobs", "denied"},
		{"a topic's policy", example + "user/ann", "sns:Publish", "arn:aws:sns:us-east-1:123456789012:events", "allowed"},
		{"a key's policy, the key called as the template does", example + "user/ann", "kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/Key", "allowed"},
		{"which lets nobody else in", example + "user/bob", "kms:Decrypt", "arn:aws:kms:us-east-1:123456789012:key/Key", "denied"},
		{"a provider of tokens", example + "oidc-provider/token.actions.githubusercontent.com", "sts:AssumeRoleWithWebIdentity", example + "role/deploy", "allowed"},
		{"a resource whose condition does not hold is not made", example + "user/Never", "s3:GetObject", "*", "error: there is no user"},
	})
}

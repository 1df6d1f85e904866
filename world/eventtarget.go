package world

import (
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// renamed are the operations that are allowed by an action of another name.
//
// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
var renamed = map[string]string{
	"s3:ListObjects": "ListBucket", "s3:ListObjectsV2": "ListBucket", "s3:HeadBucket": "ListBucket",
	"s3:ListObjectVersions": "ListBucketVersions", "s3:ListBuckets": "ListAllMyBuckets", "s3:HeadObject": "GetObject",
	"s3:SelectObjectContent": "GetObject", "s3:CopyObject": "PutObject", "s3:CreateMultipartUpload": "PutObject",
	"s3:UploadPart": "PutObject", "s3:UploadPartCopy": "PutObject", "s3:CompleteMultipartUpload": "PutObject",
	"s3:ListParts": "ListMultipartUploadParts", "s3:ListMultipartUploads": "ListBucketMultipartUploads",
	"s3:DeleteObjects": "DeleteObject", "s3:GetBucketEncryption": "GetEncryptionConfiguration",
	"s3:PutBucketEncryption": "PutEncryptionConfiguration", "s3:DeleteBucketEncryption": "PutEncryptionConfiguration",
	"s3:GetBucketLifecycle": "GetLifecycleConfiguration", "s3:GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
	"s3:PutBucketLifecycle": "PutLifecycleConfiguration", "s3:PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
	"s3:DeleteBucketLifecycle": "PutLifecycleConfiguration", "s3:GetBucketCors": "GetBucketCORS", "s3:PutBucketCors": "PutBucketCORS",
	"s3:DeleteBucketCors": "PutBucketCORS", "s3:GetBucketReplication": "GetReplicationConfiguration",
	"s3:PutBucketReplication": "PutReplicationConfiguration", "s3:DeleteBucketReplication": "PutReplicationConfiguration",
	"s3:GetPublicAccessBlock": "GetBucketPublicAccessBlock", "s3:PutPublicAccessBlock": "PutBucketPublicAccessBlock",
	"s3:DeletePublicAccessBlock": "PutBucketPublicAccessBlock", "s3:DeleteBucketTagging": "PutBucketTagging",
	"s3:GetBucketNotificationConfiguration": "GetBucketNotification", "s3:PutBucketNotificationConfiguration": "PutBucketNotification",
	"s3:GetBucketAccelerateConfiguration": "GetAccelerateConfiguration", "s3:PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
	"lambda:Invoke": "InvokeFunction",
}

// target is the resource of an event: what the call was sent with, else what
// the event lists, else everything.
func target(e *node, source, name string) string {
	sent := e.get("requestParameters")
	partition := arn.PartitionOf(e.get("awsRegion").str())
	account := e.get("recipientAccountId").str()
	if id := e.at("userIdentity", "accountId").str(); account == "" {
		account = id
	}
	full := func(rest string) string { return "arn:" + partition + ":" + rest }
	region := e.get("awsRegion").str()
	switch strings.TrimSuffix(source, ".amazonaws.com") {
	case "sts":
		if role := sent.get("roleArn").str(); role != "" {
			return role
		}
	case "s3":
		if bucket := sent.get("bucketName").str(); bucket != "" {
			if key := sent.get("key").str(); key != "" && !strings.Contains(name, "Bucket") {
				return full("s3:::" + bucket + "/" + key)
			}
			return full("s3:::" + bucket)
		}
	case "iam":
		if to := iamTarget(sent, full("iam::"+account+":")); to != "" {
			return to
		}
	}
	for _, form := range targets {
		value := sent.get(form.parameter).str()
		switch {
		case strings.HasPrefix(value, "arn:"):
			return value
		case value != "" && form.arn != "":
			value = value[strings.LastIndexByte(value, '/')+1:] // of a queue its URL
			return full(strings.NewReplacer("REGION", region, "ACCOUNT", account, "NAME", value).Replace(form.arn))
		}
	}
	for _, r := range e.get("resources").list() {
		if name := r.get("ARN").str() + r.get("arn").str(); strings.HasPrefix(name, "arn:") {
			return name
		}
	}
	return "*"
}

// targets are the parameters that name what a call is about, with the ARN of
// those that may be a name.
var targets = [...]struct{ parameter, arn string }{
	{"resourceArn", ""}, {"resourceARN", ""}, {"topicArn", ""}, {"targetArn", ""}, {"keyId", ""}, {"secretId", ""},
	{"stateMachineArn", ""}, {"queueUrl", "sqs:REGION:ACCOUNT:NAME"}, {"tableName", "dynamodb:REGION:ACCOUNT:table/NAME"},
	{"functionName", "lambda:REGION:ACCOUNT:function:NAME"}, {"streamName", "kinesis:REGION:ACCOUNT:stream/NAME"},
	{"repositoryName", "ecr:REGION:ACCOUNT:repository/NAME"}, {"logGroupName", "logs:REGION:ACCOUNT:log-group:NAME"},
}

// iamTarget is the user, group, role or policy of a call to IAM. Its path is not
// in the event.
func iamTarget(sent *node, before string) string {
	for _, p := range [...]struct{ parameter, kind string }{
		{"roleName", "role/"}, {"userName", "user/"}, {"groupName", "group/"},
		{"instanceProfileName", "instance-profile/"},
	} {
		if name := sent.get(p.parameter).str(); name != "" {
			return before + p.kind + name
		}
	}
	return sent.get("policyArn").str()
}

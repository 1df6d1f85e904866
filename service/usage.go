package service

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/reference"
)

// Usage compares what a principal may do with what it did.
type Usage struct {
	Used []string `json:"used"` // actions that it called and may call
	// Denied are actions that it called and may not call.
	Denied []string `json:"denied"`
	// Unclear are operations of which the reference does not tell the action.
	Unclear []string `json:"unclear"`
	// Unused are services that it may call and never called; UnusedActions, of the
	// others, actions that it may call and never called, in short.
	Unused        []string `json:"unusedServices"`
	UnusedActions []string `json:"unusedActions"`
	// Policy allows what was used, on the resources that the policies allow it on
	// now; their conditions and what they deny are not in it.
	Policy string `json:"policy"`
}

// UsageOf compares. Of what is allowed under conditions only, all counts.
func UsageOf(can Can, called []Used) Usage {
	u := Usage{Used: []string{}, Denied: []string{}, Unclear: []string{}, Unused: []string{}, UnusedActions: []string{}}
	used := map[string]bool{}
	for _, c := range called {
		if action, ok := actionOf(c.Service, c.Operation); ok {
			used[action] = true
		} else if name := c.Service + ":" + c.Operation; !slices.Contains(u.Unclear, name) {
			u.Unclear = append(u.Unclear, name)
		}
	}
	allowed := map[string]bool{}
	var statements []usedStatement
	for _, s := range can.Services {
		ofService := false
		for _, g := range s.Grants {
			st := usedStatement{Effect: "Allow", Resource: g.Resource}
			for _, name := range g.Actions {
				action := s.Prefix + ":" + name
				allowed[action] = true
				if used[action] {
					ofService = true
					st.Action = append(st.Action, action)
				}
			}
			if len(st.Action) > 0 {
				statements = append(statements, st)
			}
		}
		if !ofService {
			u.Unused = append(u.Unused, s.Prefix)
			continue
		}
		u.UnusedActions = append(u.UnusedActions, unusedOf(s, used)...)
	}
	for action := range used {
		if allowed[action] {
			u.Used = append(u.Used, action)
		} else {
			u.Denied = append(u.Denied, action)
		}
	}
	slices.Sort(u.Used)
	slices.Sort(u.Denied)
	slices.Sort(u.Unclear)
	if len(statements) > 0 {
		text, err := json.MarshalIndent(usedPolicy{"2012-10-17", statements}, "", "  ")
		if err == nil {
			u.Policy = string(text)
		}
	}
	return u
}

// usedPolicy is the document that allows what was used.
type (
	usedPolicy struct {
		Version   string
		Statement []usedStatement
	}
	usedStatement struct {
		Effect   string
		Action   []string
		Resource string
	}
)

// unusedOf are the actions of a service that are allowed and were not used, a
// pattern where none of what it matches was.
func unusedOf(s CanService, used map[string]bool) []string {
	var out []string
	add := func(name string) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	for _, g := range s.Grants {
		for _, short := range g.Patterns {
			stem, wild := strings.CutSuffix(short, "*")
			var under []string
			for _, name := range g.Actions {
				action := s.Prefix + ":" + name
				if action == short || wild && strings.HasPrefix(action, stem) {
					under = append(under, action)
				}
			}
			rest := slices.DeleteFunc(slices.Clone(under), func(a string) bool { return used[a] })
			if len(rest) == len(under) {
				add(short)
				continue
			}
			for _, action := range rest {
				add(action)
			}
		}
	}
	return out
}

// eventSources are the services whose events name another service than policies
// do.
//
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-aws-service-specific-topics.html
var eventSources = map[string]string{
	"monitoring": "cloudwatch", "tagging": "tag", "email": "ses", "data.iot": "iot", "models.lex": "lex", "runtime.lex": "lex",
	"runtime.sagemaker": "sagemaker", "bedrock-runtime": "bedrock", "cloudcontrolapi": "cloudformation",
}

// operationActions are the operations that need an action of another name.
//
// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
var operationActions = map[string]string{
	"s3:ListBuckets": "s3:ListAllMyBuckets", "s3:ListObjects": "s3:ListBucket", "s3:ListObjectsV2": "s3:ListBucket", "s3:HeadBucket": "s3:ListBucket",
	"s3:HeadObject": "s3:GetObject", "s3:CopyObject": "s3:PutObject", "s3:CreateMultipartUpload": "s3:PutObject", "s3:UploadPart": "s3:PutObject",
	"s3:CompleteMultipartUpload": "s3:PutObject", "s3:DeleteObjects": "s3:DeleteObject", "s3:ListObjectVersions": "s3:ListBucketVersions",
	"s3:ListMultipartUploads": "s3:ListBucketMultipartUploads", "s3:ListParts": "s3:ListMultipartUploadParts",
	"s3:GetBucketEncryption": "s3:GetEncryptionConfiguration", "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
	"s3:GetBucketLifecycle": "s3:GetLifecycleConfiguration", "s3:PutBucketLifecycle": "s3:PutLifecycleConfiguration",
	"s3:GetBucketReplication": "s3:GetReplicationConfiguration", "s3:PutBucketReplication": "s3:PutReplicationConfiguration",
	"lambda:Invoke": "lambda:InvokeFunction",
}

// actionOf is the action that an operation needs, by the names that its event
// has; false where the reference has none of that name.
func actionOf(service, operation string) (string, bool) {
	service = strings.TrimSuffix(service, ".amazonaws.com")
	if prefix, ok := eventSources[service]; ok {
		service = prefix
	}
	if action, ok := operationActions[service+":"+operation]; ok {
		return action, true
	}
	for _, name := range [...]string{operation, undated(operation)} {
		if a, ok := reference.Action(service, name); ok {
			return strings.ToLower(service) + ":" + a.Name, true
		}
	}
	return "", false
}

// undated is an operation's name without the date that some services' events
// have behind it, such as ListFunctions20150331.
func undated(operation string) string {
	name := strings.TrimRight(operation, "0123456789_v")
	if len(operation)-len(name) >= len("20150331") {
		return name
	}
	return operation
}

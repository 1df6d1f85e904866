package lint

import (
	"slices"
	"strings"
)

// actions looks at each action.
func (l *linter) actions(s *statement) {
	for _, w := range s.act {
		if hasVariable(w.text) {
			l.add("VARIABLE_UNSUPPORTED_IN_ELEMENT", w.spot, firstVariable(w.text))
			continue
		}
		if w.text == "*" || !l.action(w) {
			continue
		}
		if l.Type == Resource && l.Resource != "" {
			l.supportedAction(w)
		}
	}
	if l.Type == ServiceControl {
		for _, w := range s.act {
			if i := strings.IndexAny(w.text, "*?"); i >= 0 && i < len(w.text)-1 {
				l.add("SCP_SYNTAX_ERROR_ACTION_WILDCARD", w.spot, w.text)
			}
		}
	}
}

// action tells whether an action is one that some service has.
func (l *linter) action(w word) bool {
	prefix, name, colon := strings.Cut(w.text, ":")
	service := l.service(prefix)
	switch {
	case !colon || name == "":
		l.add("INVALID_ACTION", w.spot, w.text, "").Change = `write service:action, such as "s3:GetObject"`
		return false
	case service == nil:
		similar := l.similarService(prefix)
		f := l.add("INVALID_SERVICE_IN_ACTION", w.spot, prefix, didYouMean(similar))
		if similar != "" {
			f.Change = `write "` + similar + ":" + name + `"`
		}
		return false
	case len(service.matching(name)) > 0:
		return true
	}
	similar, why := l.similarAction(service, name)
	if similar != "" {
		similar = service.prefix + ":" + similar
	}
	f := l.add("INVALID_ACTION", w.spot, w.text, didYouMean(similar)+why)
	if similar != "" {
		f.Change = `write "` + similar + `"`
	}
	return false
}

func didYouMean(what string) string {
	if what == "" {
		return ""
	}
	return " Did you mean " + what + "?"
}

// calls are calls whose names people take for actions.
//
// Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
var calls = map[string]string{
	"s3:listbuckets": "ListAllMyBuckets", "s3:headobject": "GetObject", "s3:headbucket": "ListBucket",
	"s3:listobjects": "ListBucket", "s3:listobjectsv2": "ListBucket", "s3:listobjectversions": "ListBucketVersions",
	"s3:deleteobjects": "DeleteObject", "s3:copyobject": "PutObject", "s3:uploadpart": "PutObject",
	"s3:createmultipartupload": "PutObject", "s3:completemultipartupload": "PutObject", "s3:listparts": "ListMultipartUploadParts",
	"s3:listmultipartuploads": "ListBucketMultipartUploads", "s3:selectobjectcontent": "GetObject",
	"lambda:invoke": "InvokeFunction",
}

// mostGuesses is for how many names a document's similar ones are looked for.
const mostGuesses = 50

// similarAction is the action that somebody meant, and a sentence why.
func (l *linter) similarAction(s *service, name string) (similar, why string) {
	if action, ok := calls[s.prefix+":"+strings.ToLower(name)]; ok {
		return action, " The API called " + name + " authorizes against the IAM action " + s.prefix + ":" + action + "."
	}
	if l.guesses++; l.guesses > mostGuesses || strings.ContainsAny(name, "*?") {
		return "", ""
	}
	names := make([]string, len(s.actions))
	for i, a := range s.actions {
		names[i] = a.name
	}
	return nearest(name, names), ""
}

// nicknames are names that services go by, and are none.
var nicknames = map[string]string{
	"cloudwatchlogs": "logs", "cloudwatchevents": "events", "eventbridge": "events", "elb": "elasticloadbalancing",
	"elbv2": "elasticloadbalancing", "stepfunctions": "states", "sfn": "states", "cognito": "cognito-idp",
	"parameterstore": "ssm", "apigw": "apigateway", "efs": "elasticfilesystem", "emr": "elasticmapreduce",
	"opensearch": "es", "simpledb": "sdb", "documentdb": "rds", "docdb": "rds", "msk": "kafka", "eventbus": "events",
}

func (l *linter) similarService(prefix string) string {
	lower := strings.ToLower(prefix)
	if known, ok := nicknames[lower]; ok && l.service(known) != nil {
		return known
	}
	if l.guesses++; l.guesses > mostGuesses || strings.ContainsAny(prefix, "*?") {
		return ""
	}
	return nearest(lower, l.ref.Prefixes())
}

// longest is how long a name may be for similar ones to be looked for.
const longest = 64

// nearest is the candidate that differs in the fewest letters, if those are a
// third of them at most.
func nearest(name string, candidates []string) string {
	if len(name) > longest {
		return ""
	}
	lower := strings.ToLower(name)
	best, fewest := "", len(name)/3+1
	for _, c := range candidates {
		if len(c)-len(name) >= fewest || len(name)-len(c) >= fewest {
			continue
		}
		if d := distance(lower, strings.ToLower(c), fewest); d < fewest {
			best, fewest = c, d
		}
	}
	return best
}

// distance is how many letters must be put in, taken out, changed or swapped
// with the next to make b of a. From limit on it may be anything above.
func distance(a, b string, limit int) int {
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
			least = min(least, next[j])
		}
		if least >= limit {
			return limit
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}

// kinds are the types of resource that a resource policy may be for: how AWS
// calls them in a finding, the service, the types that its actions must be
// about, and the ARNs that it may name.
var kinds = map[string]struct {
	shown, service string
	types          []string
	arns           []string
}{
	Bucket:                 {"S3 Bucket", "s3", []string{"bucket", "object"}, []string{"arn:*:s3:::*"}},
	AccessPoint:            {"S3 Access Point", "s3", []string{"accesspoint", "accesspointobject", "object"}, []string{"arn:*:s3:*:*:accesspoint/*"}},
	MultiRegionAccessPoint: {"S3 Multi-Region Access Point", "s3", []string{"accesspoint", "accesspointobject", "multiregionaccesspoint", "object"}, []string{"arn:*:s3::*:accesspoint/*"}},
	ObjectLambda:           {"S3 Object Lambda Access Point", "s3-object-lambda", nil, []string{"arn:*:s3-object-lambda:*:*:accesspoint/*"}},
	Trust:                  {"IAM Assume Role Policy Document", "sts", []string{"role"}, nil},
	Table:                  {"DynamoDB Table", "dynamodb", []string{"table", "index", "stream"}, []string{"arn:*:dynamodb:*:*:table/*", "*"}},
}

// supportedAction: the policy of a resource speaks of actions on such
// resources alone.
func (l *linter) supportedAction(w word) {
	kind, ok := kinds[l.Resource]
	if !ok {
		return
	}
	prefix, name, _ := strings.Cut(w.text, ":")
	if strings.EqualFold(prefix, kind.service) {
		service := l.service(prefix)
		for _, a := range service.matching(name) {
			if kind.types == nil || slices.ContainsFunc(service.ActionTypes(service.prefix, a.name), func(t string) bool { return slices.Contains(kind.types, t) }) {
				return
			}
		}
	}
	l.add("UNSUPPORTED_ACTION_IN_POLICY", w.spot, w.text, kind.shown)
}

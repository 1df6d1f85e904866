package wire

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/all"
)

// request is what a test sends.
type request struct {
	method, url string
	scope       string // the service in the signature's scope, "" for unsigned
	contentType string
	target      string
	header      string // one more header, "Name: value"
	body        string
}

func (q request) http() *http.Request {
	r := httptest.NewRequest(q.method, q.url, strings.NewReader(q.body))
	if q.scope != "" {
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/"+q.scope+
			"/aws4_request, SignedHeaders=host;x-amz-date, Signature=00")
	}
	if q.contentType != "" {
		r.Header.Set("Content-Type", q.contentType)
	}
	if q.target != "" {
		r.Header.Set("X-Amz-Target", q.target)
	}
	if name, value, ok := strings.Cut(q.header, ": "); ok {
		r.Header.Set(name, value)
	}
	return r
}

const (
	formType   = "application/x-www-form-urlencoded; charset=utf-8"
	jsonType   = "application/x-amz-json-1.1"
	identityV  = "Action=GetCallerIdentity&Version=2011-06-15"
	presignedV = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20260101%2Fus-east-1%2Fsts%2Faws4_request"
)

// One address, all services: each case says what a request means.
func TestRoutes(t *testing.T) {
	rt := NewRouter(all.Services()...)
	for _, c := range []struct {
		rule string
		request
		want string // "service.Operation" or "service!Code"
	}{
		{"a signed form goes by scope and Action", request{"POST", "/", "sts", formType, "", "", identityV}, "sts.GetCallerIdentity"},
		{"a form may come without a type", request{"POST", "/", "sts", "", "", "", identityV}, "sts.GetCallerIdentity"},
		{"a query may come with GET", request{"GET", "/?" + identityV, "sts", "", "", "", ""}, "sts.GetCallerIdentity"},
		{"a presigned URL goes by the scope in its query", request{"GET", "/?" + presignedV + "&" + identityV, "", "", "", "", ""}, "sts.GetCallerIdentity"},
		{"an unsigned form goes by its Version", request{"POST", "/", "", formType, "", "", "Action=AssumeRoleWithSAML&Version=2011-06-15"}, "sts.AssumeRoleWithSAML"},
		{"an unsigned form without Version goes by its Action, and is told that the version lacks", request{"POST", "/", "", formType, "", "", "Action=ListUsers"}, "iam!InvalidAction"},
		{"some clients sign STS as S3", request{"POST", "/", "s3", formType, "", "", identityV}, "sts.GetCallerIdentity"},
		{"the scope has the say over the form", request{"POST", "/", "iam", formType, "", "", identityV}, "iam!InvalidAction"},
		{"an action that is none", request{"POST", "/", "iam", formType, "", "", "Action=CreateUnicorn&Version=2010-05-08"}, "iam!InvalidAction"},
		{"another version", request{"POST", "/", "iam", formType, "", "", "Action=ListUsers&Version=2009-01-01"}, "iam!InvalidAction"},
		{"no action", request{"POST", "/", "iam", formType, "", "", "Version=2010-05-08"}, "iam!MissingAction"},
		{"a form of another type has no parameters", request{"POST", "/", "iam", "application/json", "", "", "Action=ListUsers&Version=2010-05-08"}, "iam!MissingAction"},
		{"JSON goes by scope and target", request{"POST", "/", "organizations", jsonType, "AWSOrganizationsV20161128.ListRoots", "", "{}"}, "organizations.ListRoots"},
		{"sso is the admin's scope", request{"POST", "/", "sso", jsonType, "SWBExternalService.ListInstances", "", "{}"}, "ssoadmin.ListInstances"},
		{"boto3 sends CloudTrail's prefix whole", request{"POST", "/", "cloudtrail", jsonType, "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents", "", "{}"}, "cloudtrail.LookupEvents"},
		{"the Go SDK sends its last part", request{"POST", "/", "cloudtrail", jsonType, "CloudTrail_20131101.LookupEvents", "", "{}"}, "cloudtrail.LookupEvents"},
		{"an unsigned target goes by its prefix", request{"POST", "/", "", jsonType, "AWSCognitoIdentityService.GetId", "", "{}"}, "cognitoidentity.GetId"},
		{"the scope has the say over the target", request{"POST", "/", "organizations", jsonType, "AWSIdentityStore.ListUsers", "", "{}"}, "organizations!UnknownOperationException"},
		{"a target that is none", request{"POST", "/", "organizations", jsonType, "AWSOrganizationsV20161128.ListUnicorns", "", "{}"}, "organizations!UnknownOperationException"},
		{"JSON of another type", request{"POST", "/", "organizations", "text/plain", "AWSOrganizationsV20161128.ListRoots", "", "{}"}, "organizations!UnknownOperationException"},
		{"REST goes by method and path", request{"GET", "/analyzer", "access-analyzer", "", "", "", ""}, "accessanalyzer.ListAnalyzers"},
		{"a label is one part of a path", request{"GET", "/analyzer/mine", "access-analyzer", "", "", "", ""}, "accessanalyzer.GetAnalyzer"},
		{"a path that is none", request{"GET", "/unicorns", "access-analyzer", "", "", "", ""}, "accessanalyzer!UnknownOperationException"},
		{"the portal is called unsigned", request{"GET", "/federation/credentials?role_name=r&account_id=1", "", "", "", "x-amz-sso_bearer_token: t", ""}, "sso.GetRoleCredentials"},
		{"and so without its token, to be told so", request{"GET", "/federation/credentials", "", "", "", "", ""}, "sso.GetRoleCredentials"},
		{"the token endpoint is called unsigned", request{"POST", "/token", "", "application/json", "", "", "{}"}, "ssooidc.CreateToken"},
		{"signin's token endpoint too", request{"POST", "/v1/token", "", "application/json", "", "", "{}"}, "signin.CreateOAuth2Token"},
		{"a scope without a model", request{"POST", "/", "ec2", formType, "", "", "Action=DescribeInstances"}, "!InvalidAction"},
		{"unsigned, a form without a type goes by its Version too", request{"POST", "/", "", "", "", "", identityV}, "sts.GetCallerIdentity"},
		{"unsigned, neither Action nor Version", request{"POST", "/", "", formType, "", "", "RoleArn=x"}, "!MissingAction"},
		{"unsigned, an empty form", request{"POST", "/", "", formType, "", "", ""}, "!MissingAction"},
		{"unsigned, nothing at all", request{"POST", "/", "", "", "", "", ""}, "!MissingAction"},
		{"unsigned, a Version without an Action", request{"POST", "/", "", formType, "", "", "Version=2011-06-15"}, "sts!MissingAction"},
		{"unsigned, an Action that no service has", request{"POST", "/", "", formType, "", "", "Action=CreateUnicorn"}, "!InvalidAction"},
		{"unsigned, the same in a query", request{"GET", "/?Action=CreateUnicorn", "", "", "", "", ""}, "!InvalidAction"},
		{"unsigned, a form that cannot be read", request{"POST", "/", "", formType, "", "", "Action=%zz"}, "!MalformedQueryString"},
		{"unsigned, a target of no service", request{"POST", "/", "", jsonType, "UnicornService.ListUnicorns", "", "{}"}, "!UnknownOperationException"},
		{"unsigned, a target that is no target", request{"POST", "/", "", "", "x", "", ""}, "!UnknownOperationException"},
		{"unsigned JSON without a target", request{"POST", "/", "", jsonType, "", "", "{}"}, "!UnknownOperationException"},
		{"unsigned JSON of version 1.0", request{"POST", "/", "", "application/x-amz-json-1.0", "", "", "{}"}, "!UnknownOperationException"},
		{"unsigned JSON of a REST service, on no path of one", request{"POST", "/", "", "application/json", "", "", "{}"}, "!UnknownOperationException"},
		{"a browser's form with a file is S3's", request{"POST", "/", "", "multipart/form-data; boundary=x", "", "", ""}, "s3!MethodNotAllowed"},
		{"a form for a bucket is S3's", request{"POST", "/books", "", formType, "", "", ""}, "s3!MethodNotAllowed"},
		{"S3 takes what nobody wants", request{"GET", "/", "", "", "", "", ""}, "s3.ListBuckets"},
		{"S3: a bucket", request{"GET", "/books", "s3", "", "", "", ""}, "s3.ListObjects"},
		{"S3: a bucket with a slash", request{"GET", "/books/", "s3", "", "", "", ""}, "s3.ListObjects"},
		{"S3: version 2", request{"GET", "/books?list-type=2", "s3", "", "", "", ""}, "s3.ListObjectsV2"},
		{"S3: a subresource", request{"GET", "/books?acl", "s3", "", "", "", ""}, "s3.GetBucketAcl"},
		{"S3: not the old operation of the same URI", request{"GET", "/books?lifecycle", "s3", "", "", "", ""}, "s3.GetBucketLifecycleConfiguration"},
		{"S3: nor that of notifications", request{"PUT", "/books?notification", "s3", "", "", "", ""}, "s3.PutBucketNotificationConfiguration"},
		{"S3: a key with slashes", request{"GET", "/books/a/b//c", "s3", "", "", "", ""}, "s3.GetObject"},
		{"S3: a key that is escaped", request{"PUT", "/books/a%2Fb%20c", "s3", "", "", "", ""}, "s3.PutObject"},
		{"S3: a copy is told by its header", request{"PUT", "/books/a", "s3", "", "", "x-amz-copy-source: /b/k", ""}, "s3.CopyObject"},
		{"S3: a part is told by its query", request{"PUT", "/books/a?partNumber=1&uploadId=x", "s3", "", "", "", ""}, "s3.UploadPart"},
		{"S3: a copied part by both", request{"PUT", "/books/a?partNumber=1&uploadId=x", "s3", "", "", "x-amz-copy-source: /b/k", ""}, "s3.UploadPartCopy"},
		{"S3: HEAD", request{"HEAD", "/books/a", "s3", "", "", "", ""}, "s3.HeadObject"},
		{"S3: deleting many", request{"POST", "/books?delete", "s3", "", "", "", ""}, "s3.DeleteObjects"},
		{"S3: a method that no operation has", request{"PATCH", "/books", "s3", "", "", "", ""}, "s3!MethodNotAllowed"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			target, err := rt.Route(c.http(), []byte(c.body))
			if got := meaning(target, err); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
			if target.Protocol == 0 {
				t.Error("a target without a protocol")
			}
		})
	}
}

func meaning(t *Target, err *Error) string {
	name := ""
	if t.Service != nil {
		name = t.Service.Name
	}
	if err != nil {
		return name + "!" + err.Code
	}
	return name + "." + t.Operation.Name
}

// AWS names the version that it was asked for, or that there was none.
func TestInvalidActionTexts(t *testing.T) {
	rt := NewRouter(all.Services()...)
	for form, want := range map[string]string{
		"Action=CreateUnicorn&Version=2010-05-08": "Could not find operation CreateUnicorn for version 2010-05-08",
		"Action=ListUsers":                        "Could not find operation ListUsers for version NO_VERSION_SPECIFIED",
	} {
		_, err := rt.Route(request{"POST", "/", "iam", formType, "", "", form}.http(), []byte(form))
		checkError(t, err, "InvalidAction", want)
	}
}

// A request that no service is known for is refused as a service of its
// protocol would, with the status that AWS gives.
//
// Sources: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html
// (MissingAction: 400); https://github.com/aws/aws-sdk-net/issues/1536
// (UnknownOperationException: BadRequest); soto-project/soto#580 (404 of a REST
// service)
func TestRequestsForNoServiceSpeakTheirProtocol(t *testing.T) {
	rt := NewRouter(all.Services()...)
	for _, c := range []struct {
		contentType, target string
		protocol            api.Protocol
		status              int
	}{
		{formType, "", api.Query, 400},
		{"", "", api.Query, 400},
		{jsonType, "", api.JSON11, 400},
		{"application/x-amz-json-1.0", "", api.JSON10, 400},
		{"", "UnicornService.ListUnicorns", api.JSON11, 400},
		{"application/json", "", api.RestJSON, 404},
	} {
		target, err := rt.Route(request{"POST", "/", "", c.contentType, c.target, "", ""}.http(), nil)
		if err == nil || target.Protocol != c.protocol || err.Status != c.status {
			t.Errorf("%q with target %q: protocol %v, %v", c.contentType, c.target, target.Protocol, err)
		}
	}
}

// Every REST operation of every model is found by a request made from its own
// URI with its required members.
func TestEveryRESTOperationIsFound(t *testing.T) {
	rt := NewRouter(all.Services()...)
	sameURI := map[string]string{
		"GetBucketLifecycle": "GetBucketLifecycleConfiguration", "PutBucketLifecycle": "PutBucketLifecycleConfiguration",
		"GetBucketNotification": "GetBucketNotificationConfiguration", "PutBucketNotification": "PutBucketNotificationConfiguration",
		"ListDirectoryBuckets": "ListBuckets",
	}
	for s := range rt.rest {
		for _, op := range s.Operations() {
			t.Run(s.Name+"/"+op.Name, func(t *testing.T) {
				target, err := rt.Route(sample(op), nil)
				want := op.Name
				if s.Protocol == api.RestXML && sameURI[want] != "" {
					want = sameURI[want]
				}
				if err != nil || target.Operation.Name != want {
					t.Errorf("%s %s: got %s", op.Method, op.URI, meaning(target, err))
				}
			})
		}
	}
}

// sample is a request for an operation with nothing but what it must have.
func sample(op *api.Operation) *http.Request {
	path, query, _ := strings.Cut(op.URI, "?")
	for {
		start, end := strings.IndexByte(path, '{'), strings.IndexByte(path, '}')
		if start < 0 {
			break
		}
		path = path[:start] + "part" + path[end+1:]
	}
	r := request{op.Method, path, op.Service.SigningName, "", "", "", ""}.http()
	values := []string{query}
	for i := range op.Input.Members {
		m := &op.Input.Members[i]
		if !m.Required {
			continue
		}
		switch m.Location {
		case api.QueryString:
			values = append(values, m.Wire()+"=1")
		case api.Header:
			r.Header.Set(m.Wire(), "1")
		}
	}
	r.URL.RawQuery = strings.Trim(strings.Join(values, "&"), "&")
	return r
}

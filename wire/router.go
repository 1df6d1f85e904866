package wire

import (
	"net/http"
	"strings"

	"github.com/rolecall-iam/rolecall/api"
)

// Router tells services and operations apart on one address.
type Router struct {
	services []*api.Service
	signing  map[string]*api.Service         // by the service in the signature's scope
	targets  map[string]*api.Service         // by the prefix of X-Amz-Target
	versions map[string]*api.Service         // awsQuery, by API version
	names    map[*api.Service]operationNames // not of REST services
	rest     map[*api.Service]restTable
	unsigned []*api.Service // REST services other than S3 with operations for strangers
	objects  *api.Service   // S3: takes what no other service wants
}

type operationNames map[string]*api.Operation

// NewRouter makes a router for services.
func NewRouter(services ...*api.Service) *Router {
	rt := &Router{
		services: services, signing: map[string]*api.Service{}, targets: map[string]*api.Service{},
		versions: map[string]*api.Service{}, names: map[*api.Service]operationNames{}, rest: map[*api.Service]restTable{},
	}
	for _, s := range services {
		rt.signing[s.SigningName] = s
		rt.add(s)
	}
	return rt
}

func (rt *Router) add(s *api.Service) {
	switch s.Protocol {
	case api.RestJSON, api.RestXML:
		rt.rest[s] = newRESTTable(s)
		if s.Protocol == api.RestXML {
			rt.objects = s
			rt.signing["s3express"] = s
			return
		}
		for _, op := range s.Operations() {
			if op.Unsigned {
				rt.unsigned = append(rt.unsigned, s)
				return
			}
		}
		return
	case api.Query:
		rt.versions[s.Version] = s
	default:
		rt.targets[s.TargetPrefix] = s
		// boto3 sends CloudTrail's prefix whole, the Go SDK its last part.
		rt.targets[s.TargetPrefix[strings.LastIndexByte(s.TargetPrefix, '.')+1:]] = s
	}
	names := operationNames{}
	for _, op := range s.Operations() {
		names[op.Name] = op
	}
	rt.names[s] = names
}

// Route tells what r means. body is the whole body of a form; for all other
// requests it may be nil, so that a stream need not be read. A Target comes
// back in any case; the error is for the client.
func (rt *Router) Route(r *http.Request, body []byte) (*Target, *Error) {
	t := &Target{path: r.URL.Path, head: r.Method == http.MethodHead}
	defer func() { t.json = t.Protocol == api.Query && wantsJSON(r) }()
	t.Service = rt.service(t, r, body)
	if t.Service == nil {
		t.Protocol = guessProtocol(r)
		return t, t.unserved(r, body)
	}
	t.Protocol = t.Service.Protocol
	var err *Error
	switch t.Protocol {
	case api.Query:
		err = rt.routeQuery(t, r, body)
	case api.RestJSON, api.RestXML:
		err = rt.rest[t.Service].route(t, r)
	default:
		err = rt.routeTarget(t, r)
	}
	return t, err
}

// service is the one that the signature names. The signature binds it, so a
// header or a form that says otherwise has no say; they speak only where
// nothing is signed.
func (rt *Router) service(t *Target, r *http.Request, body []byte) *api.Service {
	if scope := scopeService(r); scope != "" {
		s := rt.signing[scope]
		if s == rt.objects && s != nil && r.Method == http.MethodPost && r.URL.Path == "/" && isForm(r) {
			// Some clients sign STS as S3. S3 has no such request.
			if named := rt.byVersion(t, r, body); named != nil {
				return named
			}
		}
		return s
	}
	if target := r.Header.Get("X-Amz-Target"); target != "" {
		prefix, _ := cutLast(target)
		return rt.targets[prefix]
	}
	if s := rt.byVersion(t, r, body); s != nil {
		return s
	}
	for _, s := range rt.unsigned {
		if rt.rest[s].knows(r) {
			return s
		}
	}
	if t.form.asks() || isCall(r) {
		return nil
	}
	return rt.objects
}

// isCall tells whether an unsigned request is made as awsQuery and the JSON
// protocols make theirs, all on one path. S3 has no operation there, and its
// MethodNotAllowed would tell nobody what is missing.
func isCall(r *http.Request) bool {
	if r.Method != http.MethodPost || r.URL.Path != "/" {
		return false
	}
	switch mediaType(r) {
	case "", "application/x-www-form-urlencoded", "application/x-amz-json-1.0", "application/x-amz-json-1.1", "application/json":
		return true
	}
	return false
}

// byVersion is the awsQuery service that an unsigned form means: the one of
// its Version, else the one that has its Action.
func (rt *Router) byVersion(t *Target, r *http.Request, body []byte) *api.Service {
	if r.URL.Path != "/" || !(r.Method == http.MethodGet || hasForm(r)) {
		return nil
	}
	f, err := requestForm(r, body)
	if err != nil {
		return nil
	}
	t.form = f
	if version, ok := f.get("Version"); ok {
		if s := rt.versions[version]; s != nil {
			return s
		}
	}
	action, ok := f.get("Action")
	if !ok {
		return nil
	}
	for _, s := range rt.services {
		if s.Protocol == api.Query && rt.names[s][action] != nil {
			return s
		}
	}
	return nil
}

// scopeService is the service in the credential scope of a signature, "" where
// there is no signature of version 4 or its scope is too short to name one.
func scopeService(r *http.Request) string {
	var credential string
	if header := r.Header.Get("Authorization"); header != "" {
		_, after, found := strings.Cut(header, "Credential=")
		if !found {
			return ""
		}
		credential, _, _ = strings.Cut(after, ",")
	} else if strings.Contains(r.URL.RawQuery, "X-Amz-Credential=") {
		credential = r.URL.Query().Get("X-Amz-Credential")
	}
	// The access key may have slashes; the scope's four parts are the last:
	// date, region, service and aws4_request.
	if strings.Count(credential, "/") < 4 {
		return ""
	}
	scope := credential[:strings.LastIndexByte(credential, '/')]
	return scope[strings.LastIndexByte(scope, '/')+1:]
}

func isForm(r *http.Request) bool { return mediaType(r) == "application/x-www-form-urlencoded" }

// mediaType is the Content-Type in lower case, without its parameters.
func mediaType(r *http.Request) string {
	plain, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	return strings.ToLower(strings.TrimSpace(plain))
}

// hasForm says whether r may carry parameters of awsQuery in its body. A body
// without a type is read as a form, as AWS reads it.
func hasForm(r *http.Request) bool {
	return r.Method == http.MethodPost && (r.Header.Get("Content-Type") == "" || isForm(r))
}

// requestForm reads the parameters of the URL and, for a form, of the body.
func requestForm(r *http.Request, body []byte) (form, *Error) {
	if !hasForm(r) {
		body = nil
	}
	return parseForm(r.URL.RawQuery, body)
}

// routeQuery finds an awsQuery operation.
func (rt *Router) routeQuery(t *Target, r *http.Request, body []byte) (err *Error) {
	if t.form == nil {
		if t.form, err = requestForm(r, body); err != nil {
			return err
		}
	}
	action, _ := t.form.get("Action")
	if action == "" {
		return missingAction()
	}
	version, ok := t.form.get("Version")
	if !ok {
		version = "NO_VERSION_SPECIFIED"
	}
	op := rt.names[t.Service][action]
	if op == nil || version != t.Service.Version {
		return &Error{Code: "InvalidAction", Status: 400,
			Message: "Could not find operation " + shorten(action) + " for version " + shorten(version)}
	}
	t.Operation = op
	return nil
}

// routeTarget finds an operation of the JSON protocols.
func (rt *Router) routeTarget(t *Target, r *http.Request) *Error {
	switch mediaType(r) {
	case "application/x-amz-json-1.0":
		t.Protocol = api.JSON10
	case "application/x-amz-json-1.1":
		t.Protocol = api.JSON11
	case "application/json", "":
	default:
		return unknownOperation(t.Protocol, "")
	}
	prefix, name := cutLast(r.Header.Get("X-Amz-Target"))
	if op := rt.names[t.Service][name]; op != nil && rt.targets[prefix] == t.Service && r.Method == http.MethodPost {
		t.Operation = op
		return nil
	}
	return unknownOperation(t.Protocol, "")
}

// cutLast splits at the last dot.
func cutLast(s string) (before, after string) {
	at := strings.LastIndexByte(s, '.')
	if at < 0 {
		return "", s
	}
	return s[:at], s[at+1:]
}

// guessProtocol is the protocol of a request that no service is known for.
func guessProtocol(r *http.Request) api.Protocol {
	switch media := mediaType(r); {
	case media == "application/x-amz-json-1.0":
		return api.JSON10
	case media == "application/x-amz-json-1.1", r.Header.Get("X-Amz-Target") != "":
		return api.JSON11
	case isForm(r), r.URL.Path == "/" && (hasForm(r) || r.URL.Query().Has("Action")):
		return api.Query
	}
	return api.RestJSON
}

// unserved is what is wrong with a request that no service is known for, as the
// services of its protocol word it. AWS's STS and IAM lead a request without an
// Action to a page about IAM instead; MissingAction is what they document.
//
// Sources: https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html;
// for the JSON protocols https://github.com/aws/aws-sdk-net/issues/1536
func (t *Target) unserved(r *http.Request, body []byte) *Error {
	if t.Protocol != api.Query {
		return unknownOperation(t.Protocol, "")
	}
	f, err := requestForm(r, body)
	switch {
	case err != nil:
		return err
	case !f.asks():
		return missingAction()
	}
	return unknownOperation(t.Protocol, "")
}

func missingAction() *Error {
	return &Error{Code: "MissingAction", Status: 400, Message: "The request is missing an action or a required parameter."}
}

func unknownOperation(p api.Protocol, message string) *Error {
	switch p {
	case api.Query:
		return &Error{Code: "InvalidAction", Status: 400, Message: "The action or operation requested is invalid."}
	case api.RestJSON:
		return &Error{Code: "UnknownOperationException", Status: 404, Message: message}
	}
	return &Error{Code: "UnknownOperationException", Status: 400, Message: message}
}

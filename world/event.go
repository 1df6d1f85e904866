package world

import (
	"fmt"
	"net/netip"
	"regexp"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz/explain"
)

// ReadEvent reads the question that an event of CloudTrail answers: one event,
// a file with Records, or what aws cloudtrail lookup-events printed. Of several
// it takes the one with the id given or, without one, the only one that was
// denied. The error is an *Error.
//
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
func ReadEvent(f File, id string) (rolecall.Ask, error) {
	at := Place{File: f.Name}
	text, err := Plain(f.Name, f.Text)
	if err != nil {
		return rolecall.Ask{}, err
	}
	r := relax(text)
	events, err := eventsIn(r.text, at)
	if err != nil {
		return rolecall.Ask{}, err
	}
	event, err := chosen(events, id, at)
	if err != nil {
		return rolecall.Ask{}, err
	}
	return asked(event, at)
}

// eventsIn are the events in a text: of one value, or of one on each line.
func eventsIn(body []byte, at Place) ([]*node, error) {
	if strings.TrimSpace(string(body)) == "" {
		return nil, at.wrong("there is no event in it")
	}
	n, err := readJSON(body, at, 1)
	if err != nil {
		var all []*node
		for i, line := range strings.Split(strings.TrimSpace(string(body)), "\n") {
			one, lineErr := readJSON([]byte(line), at, i+1)
			if lineErr != nil || !one.is(object) {
				return nil, err // that of the whole says more
			}
			all = append(all, one)
		}
		n = listNode(1, all)
	}
	var events []*node
	for _, one := range n.list() {
		for _, wrapped := range [...]*node{one.get("Records"), one.get("Events")} {
			events = append(events, wrapped.list()...)
		}
		if one.get("Records") == nil && one.get("Events") == nil {
			events = append(events, one)
		}
	}
	for i, e := range events {
		if body := e.get("CloudTrailEvent"); body.is(text) {
			inside, err := readJSON([]byte(body.text), at, body.line)
			if err != nil {
				return nil, err
			}
			events[i] = inside
		} else if detail := e.get("detail"); detail.is(object) { // as EventBridge has it
			events[i] = detail
		}
	}
	if len(events) == 0 {
		return nil, at.wrong("there is no event in it")
	}
	return events, nil
}

// chosen is the event that is asked about.
func chosen(events []*node, id string, at Place) (*node, error) {
	var denied []*node
	for _, e := range events {
		if id != "" && (e.get("eventID").str() == id || e.get("requestID").str() == id) {
			return e, nil
		}
		if code := e.get("errorCode").str(); strings.Contains(code, "Denied") || strings.Contains(code, "Unauthorized") {
			denied = append(denied, e)
		}
	}
	switch {
	case id != "":
		return nil, at.wrong("there is no event %s in it", id)
	case len(events) == 1:
		return events[0], nil
	case len(denied) == 1:
		return denied[0], nil
	case len(denied) == 0:
		denied = events
	}
	var some []string
	for _, e := range denied[:min(len(denied), pointedOut)] {
		some = append(some, fmt.Sprintf("%s (%s %s)", e.get("eventID").str(), e.get("eventTime").str(), e.get("eventName").str()))
	}
	return nil, at.wrong("there are %d events that it may be about; tell which with --event-id: %s", len(denied), strings.Join(some, ", "))
}

// asked is the question of an event.
func asked(e *node, at Place) (rolecall.Ask, error) {
	at.Line = e.line
	ask := rolecall.Ask{Region: e.get("awsRegion").str(), Context: make(map[string][]string)}
	name, source := e.get("eventName").str(), e.get("eventSource").str()
	if name == "" || source == "" || !e.get("userIdentity").is(object) {
		return ask, at.wrong("this is no event of CloudTrail: eventName, eventSource and userIdentity belong to one")
	}
	if source == "signin.amazonaws.com" {
		return ask, at.wrong("%s is a sign-in, which no policy decides", name)
	}
	var err error
	if ask.Principal, err = caller(e, at); err != nil {
		return ask, err
	}
	ask.Action, ask.Resource = action(source, name), target(e, source, name)
	if _, said, on, ok := explain.ReadMessage(e.get("errorMessage").str()); ok {
		ask.Action = said
		if on != "*" {
			ask.Resource = on
		}
	}
	for _, r := range e.get("resources").list() {
		if id, err := arn.ParseAccountID(r.get("accountId").str()); err == nil {
			ask.ResourceAccount = id
		}
	}
	circumstances(e, &ask)
	return ask, nil
}

// caller is who made the call.
func caller(e *node, at Place) (string, error) {
	who, sent := e.get("userIdentity"), e.get("requestParameters")
	switch who.get("type").str() {
	case "AWSService":
		return who.get("invokedBy").str(), nil
	case "SAMLUser":
		if p := sent.get("principalArn").str(); p != "" {
			return p, nil
		}
		return "", at.wrong("the event does not tell the SAML provider")
	case "WebIdentityUser":
		provider := who.get("identityProvider").str()
		if strings.HasPrefix(provider, "arn:") {
			return provider, nil
		}
		role, err := arn.Parse(sent.get("roleArn").str())
		if err != nil || provider == "" {
			return "", at.wrong("the event does not tell the identity provider")
		}
		return "arn:" + role.Partition + ":iam::" + role.Account + ":oidc-provider/" + provider, nil
	}
	if name := who.get("arn").str(); name != "" {
		return name, nil
	}
	if p, _, _, ok := explain.ReadMessage(e.get("errorMessage").str()); ok {
		return p, nil
	}
	if who.get("type").str() == "AWSAccount" {
		if who.get("accountId").str() == "anonymous" || who.get("principalId").str() == "" {
			return "anonymous", nil
		}
		return "", at.wrong("the event is of the resource's account, and does not name the caller, %s of account %s; the caller's account has it with the name",
			who.get("principalId").str(), who.get("accountId").str())
	}
	return "", at.wrong("the event does not name the caller")
}

// prefixes are the sources of events whose actions have another prefix than
// the source's first name.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
var prefixes = map[string]string{
	"monitoring": "cloudwatch", "email": "ses", "tagging": "tag", "streams.dynamodb": "dynamodb",
	"runtime.lex": "lex", "models.lex": "lex", "iotdata": "iot", "billingconsole": "aws-portal",
	"runtime.sagemaker": "sagemaker", "entitlement.marketplace": "aws-marketplace", "metering.marketplace": "aws-marketplace",
	"transcribestreaming": "transcribe", "data.mediastore": "mediastore", "identitystore-scim": "identitystore",
}

// dated is the version that some services put behind the name of an operation.
var dated = regexp.MustCompile(`_?(20\d{6}|20\d\d_\d\d_\d\d)(v\d+)?$`)

// action is the IAM action of an event.
func action(source, name string) string {
	host := strings.TrimSuffix(strings.TrimSuffix(source, ".cn"), ".amazonaws.com")
	prefix, ok := prefixes[host]
	if !ok {
		prefix = host
		if i := strings.LastIndexByte(host, '.'); i >= 0 {
			prefix = host[i+1:]
		}
	}
	name = dated.ReplaceAllString(name, "")
	if other, ok := renamed[prefix+":"+name]; ok {
		return prefix + ":" + other
	}
	return prefix + ":" + name
}

// circumstances are the condition keys that an event tells.
func circumstances(e *node, ask *rolecall.Ask) {
	set := func(key, value string) {
		if value != "" {
			ask.Context[key] = []string{value}
		}
	}
	if ip, err := netip.ParseAddr(e.get("sourceIPAddress").str()); err == nil {
		set("aws:SourceIp", ip.String())
	}
	set("aws:UserAgent", e.get("userAgent").str())
	set("aws:SourceVpce", e.get("vpcEndpointId").str())
	if when, err := time.Parse(time.RFC3339, e.get("eventTime").str()); err == nil {
		set("aws:CurrentTime", when.UTC().Format(time.RFC3339))
		set("aws:EpochTime", fmt.Sprint(when.Unix()))
	}
	who := e.get("userIdentity")
	session := who.get("sessionContext")
	set("aws:MultiFactorAuthPresent", session.at("attributes", "mfaAuthenticated").str())
	set("aws:TokenIssueTime", session.at("attributes", "creationDate").str())
	set("aws:SourceIdentity", session.get("sourceIdentity").str())
	set("aws:FederatedProvider", session.at("webIdFederationData", "federatedProvider").str())
	if by := who.get("invokedBy").str(); by != "" && who.get("type").str() != "AWSService" {
		set("aws:ViaAWSService", "true")
		set("aws:CalledViaFirst", by)
		set("aws:CalledViaLast", by)
		set("aws:CalledVia", by)
	}
	if strings.HasPrefix(ask.Action, "sts:") {
		session := e.get("requestParameters")
		set("sts:ExternalId", session.get("externalId").str())
		set("sts:RoleSessionName", session.get("roleSessionName").str())
		set("sts:SourceIdentity", session.get("sourceIdentity").str())
		if session.get("serialNumber").str() != "" {
			set("aws:MultiFactorAuthPresent", "true")
		}
		if seconds, ok := session.get("durationSeconds").whole(); ok && seconds > 0 && seconds <= 1<<20 {
			ask.Duration = int32(seconds)
		}
		sessionTags(session, ask)
		federated(e, set)
	}
}

// sessionTags are the tags that a call passes for its session.
func sessionTags(sent *node, ask *rolecall.Ask) {
	for _, t := range sent.get("tags").list() {
		if key := t.get("key").str() + t.get("Key").str(); key != "" {
			ask.Context["aws:RequestTag/"+key] = []string{t.get("value").str() + t.get("Value").str()}
			ask.Context["aws:TagKeys"] = append(ask.Context["aws:TagKeys"], key)
		}
	}
	if keys := sent.get("transitiveTagKeys").strings(); len(keys) > 0 {
		ask.Context["sts:TransitiveTagKeys"] = keys
	}
}

// federated are the keys that a SAML response or a token gives.
func federated(e *node, set func(key, value string)) {
	who, answered := e.get("userIdentity"), e.get("responseElements")
	switch who.get("type").str() {
	case "SAMLUser":
		set("SAML:aud", answered.get("audience").str())
		set("SAML:iss", answered.get("issuer").str())
		set("SAML:sub", answered.get("subject").str())
		set("SAML:sub_type", answered.get("subjectType").str())
	case "WebIdentityUser":
		provider := who.get("identityProvider").str()
		_, host, found := strings.Cut(provider, "oidc-provider/")
		if !found {
			host = provider
		}
		subject := who.get("userName").str()
		set(host+":sub", subject)
		about := strings.TrimPrefix(who.get("principalId").str(), provider+":")
		if audience, ok := strings.CutSuffix(about, ":"+subject); ok {
			set(host+":aud", audience)
		}
	}
}

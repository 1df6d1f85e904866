package trail

import (
	"crypto/tls"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/arn"
)

const (
	// eventVersion is that of CloudTrail's record contents today.
	eventVersion = "1.11"
	// maxParameters bounds requestParameters and responseElements, maxText the
	// user agent and the error's message, as CloudTrail does.
	maxParameters = 100 << 10
	maxText       = 1 << 10
)

// recorder turns events into records. It serves one goroutine.
type recorder struct {
	rand   io.Reader
	shapes shapes
	known  map[*api.Operation]*opFacts
	buf    []byte
}

// opFacts are what the records of one operation have in common.
type opFacts struct {
	source   string
	readOnly bool
	output   bool // it has responseElements
	places   []found
}

func newRecorder(rand io.Reader) *recorder {
	return &recorder{rand: rand, shapes: shapes{made: map[shapeKey]*shaped{}}, known: map[*api.Operation]*opFacts{}}
}

func (r *recorder) facts(op *api.Operation) *opFacts {
	if f, ok := r.known[op]; ok {
		return f
	}
	f := &opFacts{source: eventSource(op.Service), readOnly: readOnly(op), output: showsOutput(op), places: placesOf(op)}
	r.known[op] = f
	return f
}

// records are those of one event: one, or two where a role of another account
// was assumed, which that account is told of too.
func (r *recorder) records(e *Event) []record {
	f := r.facts(e.Operation)
	if e.ErrorCode != "" {
		e.Output = nil
		if denied(e.ErrorCode) {
			e.Input = nil
		}
	}
	first := record{
		account: e.Recipient, time: e.Time, id: r.newID(), name: e.Operation.Name, source: f.source,
		readOnly: f.readOnly, keyID: e.Identity.AccessKeyID, user: e.Identity.lookupName(),
		resources: resources(f.places, e.Input, e.Output),
	}
	role, owner := assumed(e, first.resources)
	if role == "" || owner == e.Recipient {
		first.json = r.json(e, f, &first, role, owner, "")
		return []record{first}
	}
	shared := r.newID()
	first.json = r.json(e, f, &first, role, owner, shared)
	told := *e
	told.Recipient = owner
	told.Identity = Identity{Type: "AWSAccount", PrincipalID: e.Identity.PrincipalID, Account: e.Identity.Account}
	second := first
	second.account, second.id, second.keyID, second.user = owner, r.newID(), "", ""
	second.json = r.json(&told, f, &second, role, owner, shared)
	return []record{first, second}
}

// assumed is the role that a call of STS has assumed, and its account.
func assumed(e *Event, about []Resource) (string, arn.AccountID) {
	if e.Output == nil || e.Operation.Service.SigningName != "sts" || len(about) == 0 || about[0].Type != "AWS::IAM::Role" {
		return "", arn.AccountID{}
	}
	role := about[0].Name
	a, err := arn.Parse(role)
	if err != nil {
		return "", arn.AccountID{}
	}
	owner, err := arn.ParseAccountID(a.Account)
	if err != nil {
		return "", arn.AccountID{}
	}
	return role, owner
}

// json writes the record as CloudTrail does, in its order.
func (r *recorder) json(e *Event, f *opFacts, rec *record, role string, owner arn.AccountID, shared string) []byte {
	o := object{append(r.buf[:0], '{'), true}
	o.text("eventVersion", eventVersion)
	o.identity(&e.Identity)
	o.text("eventTime", e.Time.UTC().Format(time.RFC3339))
	o.text("eventSource", f.source)
	o.text("eventName", e.Operation.Name)
	o.text("awsRegion", awsRegion(e.Operation.Service, e.Region))
	o.text("sourceIPAddress", e.SourceIP)
	o.text("userAgent", cut(e.UserAgent))
	if e.ErrorCode != "" {
		o.text("errorCode", errorCode(e.Operation, e.ErrorCode))
		o.text("errorMessage", cut(e.ErrorMessage))
	}
	o.label("requestParameters")
	o.b = r.bounded(o.b, "requestParameters", e.Operation.Input, e.Input)
	o.label("responseElements")
	if f.output {
		o.b = r.bounded(o.b, "responseElements", e.Operation.Output, e.Output)
	} else {
		o.b = append(o.b, "null"...)
	}
	o.text("requestID", e.RequestID)
	o.text("eventID", rec.id)
	o.flag("readOnly", f.readOnly)
	if role != "" {
		o.label("resources")
		o.b = append(o.b, '[')
		in := object{append(o.b, '{'), true}
		in.text("accountId", owner.String())
		in.text("type", "AWS::IAM::Role")
		in.text("ARN", role)
		o.b = append(in.b, "}]"...)
	}
	o.text("eventType", "AwsApiCall")
	o.flag("managementEvent", true)
	o.text("recipientAccountId", e.Recipient.String())
	if shared != "" {
		o.text("sharedEventID", shared)
	}
	o.text("eventCategory", "Management")
	o.tls(e)
	r.buf = append(o.b, '}')
	return append([]byte(nil), r.buf...)
}

// bounded writes parameters, or that they were too large to be written.
func (r *recorder) bounded(dst []byte, name string, shape *api.Shape, value any) []byte {
	start := len(dst)
	dst = r.shapes.parameters(dst, shape, value)
	size := len(dst) - start
	if size <= maxParameters {
		return dst
	}
	dst = append(dst[:start], `{"omitted":true,"originalSize":`...)
	dst = strconv.AppendInt(dst, int64(size), 10)
	return append(dst, `,"reason":"`+name+` too large"}`...)
}

// newID is a UUID of version 4, as CloudTrail's event ids look.
func (r *recorder) newID() string {
	var b [16]byte
	// An event without randomness is still an event.
	_, _ = io.ReadFull(r.rand, b[:])
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	id := hex.AppendEncode(make([]byte, 0, 36), b[:4])
	for _, part := range [][]byte{b[4:6], b[6:8], b[8:10], b[10:]} {
		id = hex.AppendEncode(append(id, '-'), part)
	}
	return string(id)
}

// object writes the members of one JSON object.
type object struct {
	b     []byte
	first bool
}

func (o *object) label(name string) {
	if !o.first {
		o.b = append(o.b, ',')
	}
	o.first = false
	o.b = append(append(append(o.b, '"'), name...), '"', ':')
}

func (o *object) text(name, value string) {
	o.label(name)
	o.b = appendQuoted(o.b, value)
}

// some writes a text that is there.
func (o *object) some(name, value string) {
	if value != "" {
		o.text(name, value)
	}
}

func (o *object) flag(name string, value bool) {
	o.label(name)
	o.b = strconv.AppendBool(o.b, value)
}

// identity writes userIdentity.
func (o *object) identity(i *Identity) {
	o.label("userIdentity")
	in := object{append(o.b, '{'), true}
	in.text("type", i.Type)
	in.some("principalId", i.PrincipalID)
	in.some("arn", i.ARN)
	in.some("accountId", i.Account.String())
	in.some("accessKeyId", i.AccessKeyID)
	in.some("userName", i.UserName)
	in.some("identityProvider", i.Provider)
	if i.Session != nil {
		in.session(i.Session)
	}
	o.b = append(in.b, '}')
}

func (o *object) session(s *Session) {
	o.label("sessionContext")
	in := object{append(o.b, '{'), true}
	if s.Issuer.ID != "" {
		in.label("sessionIssuer")
		issuer := object{append(in.b, '{'), true}
		issuer.text("type", s.Issuer.Type)
		issuer.text("principalId", s.Issuer.ID)
		issuer.text("arn", s.Issuer.ARN)
		issuer.text("accountId", s.Issuer.Account.String())
		issuer.some("userName", s.Issuer.Name)
		in.b = append(issuer.b, '}')
	}
	if s.Provider != "" {
		in.label("webIdFederationData")
		web := object{append(in.b, '{'), true}
		web.text("federatedProvider", s.Provider)
		in.b = append(web.b, `,"attributes":{}}`...)
	}
	in.label("attributes")
	at := object{append(in.b, '{'), true}
	at.text("creationDate", s.Created.UTC().Format(time.RFC3339))
	at.text("mfaAuthenticated", strconv.FormatBool(s.MFA))
	in.b = append(at.b, '}')
	in.some("sourceIdentity", s.SourceIdentity)
	if s.AssumedRoot {
		in.text("assumedRoot", "true")
	}
	o.b = append(in.b, '}')
}

// tls writes tlsDetails, which a call without TLS has not.
func (o *object) tls(e *Event) {
	if e.TLS == nil {
		return
	}
	o.label("tlsDetails")
	in := object{append(o.b, '{'), true}
	in.text("tlsVersion", strings.Replace(tls.VersionName(e.TLS.Version), "TLS ", "TLSv", 1))
	in.text("cipherSuite", tls.CipherSuiteName(e.TLS.CipherSuite))
	in.some("clientProvidedHostHeader", e.Host)
	o.b = append(in.b, '}')
}

// cut shortens a text to what a record holds of it.
func cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText-3], "") + "..."
}

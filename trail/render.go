package trail

import (
	"crypto/tls"
	"strconv"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// eventVersion is that of CloudTrail's record contents today.
const eventVersion = "1.11"

// json writes the CloudTrail record, its members in CloudTrail's order.
func (r *record) json(dst []byte) []byte {
	o := object{append(dst, '{'), true}
	o.text("eventVersion", eventVersion)
	o.identity(r)
	o.time("eventTime", r.second)
	o.text("eventSource", r.source)
	o.text("eventName", r.name)
	o.text("awsRegion", r.region)
	o.text("sourceIPAddress", r.sourceIP)
	o.text("userAgent", r.userAgent)
	o.some("errorCode", r.errorCode)
	if r.errorCode != "" || r.errorText != "" {
		o.text("errorMessage", r.errorText)
	}
	o.raw("requestParameters", r.input)
	o.raw("responseElements", r.output)
	if r.extra != "" {
		o.raw("additionalEventData", r.extra)
	}
	o.text("requestID", r.requestID)
	o.text("eventID", uuid(r.id))
	o.flag("readOnly", r.readOnly())
	if r.flags&flagAssumed != 0 {
		o.assumed(r.resources)
	}
	o.text("eventType", r.eventType())
	o.flag("managementEvent", true)
	o.text("recipientAccountId", r.account)
	if r.shared != "" {
		o.text("sharedEventID", uuid(r.shared))
	}
	o.text("eventCategory", "Management")
	if r.details != "" {
		o.raw("serviceEventDetails", r.details)
	}
	if r.flags&flagTLS != 0 {
		o.tls(r)
	}
	return append(o.b, '}')
}

// eventType is the kind of event.
//
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-non-api-events.html
func (r *record) eventType() string {
	switch {
	case r.details != "":
		return "AwsServiceEvent"
	case r.name == "ConsoleLogin" || r.name == "PasswordRecoveryCompleted":
		return "AwsConsoleSignIn"
	}
	return "AwsApiCall"
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

// raw writes what is JSON already; nothing is null.
func (o *object) raw(name, value string) {
	o.label(name)
	if value == "" {
		value = "null"
	}
	o.b = append(o.b, value...)
}

func (o *object) flag(name string, value bool) {
	o.label(name)
	o.b = strconv.AppendBool(o.b, value)
}

func (o *object) time(name string, second int64) {
	o.text(name, time.Unix(second, 0).UTC().Format(time.RFC3339))
}

// inner writes an object inside.
func (o *object) inner(name string, write func(in *object)) {
	o.label(name)
	in := object{append(o.b, '{'), true}
	write(&in)
	o.b = append(in.b, '}')
}

// identity writes userIdentity.
func (o *object) identity(r *record) {
	o.inner("userIdentity", func(in *object) {
		c := &r.caller
		in.text("type", c.kind)
		in.some("principalId", c.principal)
		in.some("arn", c.arn)
		in.some("accountId", c.account)
		in.some("accessKeyId", c.key)
		in.some("userName", c.user)
		in.some("identityProvider", c.provider)
		if r.flags&flagSession != 0 {
			in.session(r)
		}
		if c.person != "" {
			in.inner("onBehalfOf", func(of *object) {
				of.text("userId", c.person)
				of.text("identityStoreArn", c.store)
			})
		}
		in.some("credentialId", c.credential)
		in.some("invokedBy", c.invokedBy)
	})
}

func (o *object) session(r *record) {
	s := &r.session
	o.inner("sessionContext", func(in *object) {
		if s.id != "" {
			in.inner("sessionIssuer", func(issuer *object) {
				issuer.text("type", s.issuer)
				issuer.text("principalId", s.id)
				issuer.text("arn", s.arn)
				issuer.text("accountId", s.account)
				issuer.some("userName", s.name)
			})
		}
		if s.webProvider != "" {
			in.inner("webIdFederationData", func(web *object) {
				web.text("federatedProvider", s.webProvider)
				web.raw("attributes", "{}")
			})
		}
		in.inner("attributes", func(at *object) {
			at.time("creationDate", r.created)
			at.text("mfaAuthenticated", strconv.FormatBool(r.flags&flagMFA != 0))
		})
		in.some("sourceIdentity", s.sourceIdentity)
		if r.flags&flagAssumedRoot != 0 {
			in.text("assumedRoot", "true")
		}
	})
}

// assumed writes the resources of a record: the role that was assumed, and the
// SAML provider that vouched.
func (o *object) assumed(about []Resource) {
	o.label("resources")
	list := object{append(o.b, '['), true}
	for i, r := range about {
		if i > 0 && r.Type != "AWS::IAM::SAMLProvider" {
			continue
		}
		if !list.first {
			list.b = append(list.b, ',')
		}
		list.first = false
		in := object{append(list.b, '{'), true}
		if a, err := arn.Parse(r.Name); err == nil {
			in.text("accountId", a.Account)
		}
		in.text("type", r.Type)
		in.text("ARN", r.Name)
		list.b = append(in.b, '}')
	}
	o.b = append(list.b, ']')
}

// tls writes tlsDetails, which a call without TLS has not. Of a proxy's TLS only
// the host is known.
func (o *object) tls(r *record) {
	o.inner("tlsDetails", func(in *object) {
		if r.tls != 0 {
			in.text("tlsVersion", strings.Replace(tls.VersionName(uint16(r.tls>>16)), "TLS ", "TLSv", 1))
			in.text("cipherSuite", tls.CipherSuiteName(uint16(r.tls)))
		}
		in.some("clientProvidedHostHeader", r.host)
	})
}

package wire

import (
	"io"
	"net/http"
	"reflect"

	"github.com/rolecall-iam/rolecall/api"
)

// answerREST writes an answer of restJson1 or restXml: headers, then the body,
// which is a payload member or all members without another place.
func (c *Codec) answerREST(w http.ResponseWriter, t *Target, p *plan, v reflect.Value, b *buffer, requestID string) error {
	op := t.Operation
	for i := range p.fields {
		f := &p.fields[i]
		if value, ok := f.value(v); ok && f.member.Location != 0 {
			setHeader(w.Header(), f, value)
		}
	}
	f := p.payload
	switch {
	case f != nil && f.stream:
		body, _ := v.Field(f.index).Interface().(io.ReadCloser)
		if body == nil {
			body = http.NoBody
		}
		return t.sendStream(w, op.Status, body, requestID)
	case f != nil:
		value, ok := f.value(v)
		if ok && f.kind != api.Structure {
			b.b = appendScalar(b.b, f.plan, value, 0, false)
			if f.kind == api.Blob {
				b.b = append(b.b[:0], value.Bytes()...)
			}
			break
		}
		if ok {
			return c.sendDocument(w, t, f.plan, value, b, rootName(f), requestID)
		}
	case hasBody(p):
		return c.sendDocument(w, t, p, v, b, rootOf(op), requestID)
	}
	if op.Service.Protocol == api.RestJSON && f == nil {
		b.b = append(b.b, "{}"...)
	}
	t.send(w, op.Status, b.b, requestID)
	return nil
}

// sendDocument writes a structure as the whole body.
func (c *Codec) sendDocument(w http.ResponseWriter, t *Target, p *plan, v reflect.Value, b *buffer, root, requestID string) error {
	if t.Operation.Service.Protocol == api.RestJSON {
		var err error
		if b.b, err = appendJSONStructure(b.b, p, v); err != nil {
			return err
		}
		t.send(w, t.Operation.Status, b.b, requestID)
		return nil
	}
	x := xmlEncoder{dst: append(b.b, xmlHeader...), millis: true}
	if t.Operation.Name == "GetBucketLocation" {
		x.bareText(root, p, v)
	} else {
		x.structure(root, "", s3Namespace, p, v)
	}
	b.b = x.dst
	t.send(w, t.Operation.Status, b.b, requestID)
	return nil
}

// bareText writes a root element that is its only member's text.
func (x *xmlEncoder) bareText(root string, p *plan, v reflect.Value) {
	x.dst = append(append(append(x.dst, '<'), root...), ` xmlns="`+s3Namespace+`">`...)
	for i := range p.fields {
		if value, ok := p.fields[i].value(v); ok {
			x.text(p.fields[i].plan, value)
		}
	}
	x.close(root)
}

// setHeader writes a member that travels in a header, or a map whose entries
// are headers.
func setHeader(h http.Header, f *field, v reflect.Value) {
	switch {
	case f.member.Location == api.Headers:
		for _, key := range sortedKeys(v) {
			h.Set(f.wire+key.String(), v.MapIndex(key).String())
		}
	case f.member.Location != api.Header:
	case f.kind == api.List:
		for i := range v.Len() {
			h.Add(f.wire, string(appendScalar(nil, f.elem, v.Index(i), api.RFC822, false)))
		}
	case f.kind == api.String && v.String() == "":
	default:
		h.Set(f.wire, string(appendScalar(nil, f.plan, v, api.RFC822, false)))
	}
}

const s3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// outputRoots are the root elements of S3's answers, which the models keep for
// themselves (https://docs.aws.amazon.com/AmazonS3/latest/API/, the page of
// each operation). Where none is named, the output's shape is.
var outputRoots = map[string]string{
	"CompleteMultipartUpload":                    "CompleteMultipartUploadResult",
	"CreateMultipartUpload":                      "InitiateMultipartUploadResult",
	"CreateSession":                              "CreateSessionResult",
	"DeleteObjects":                              "DeleteResult",
	"GetBucketAccelerateConfiguration":           "AccelerateConfiguration",
	"GetBucketAcl":                               "AccessControlPolicy",
	"GetBucketCors":                              "CORSConfiguration",
	"GetBucketLifecycle":                         "LifecycleConfiguration",
	"GetBucketLifecycleConfiguration":            "LifecycleConfiguration",
	"GetBucketLocation":                          "LocationConstraint",
	"GetBucketLogging":                           "BucketLoggingStatus",
	"GetBucketNotification":                      "NotificationConfiguration",
	"GetBucketNotificationConfiguration":         "NotificationConfiguration",
	"GetBucketRequestPayment":                    "RequestPaymentConfiguration",
	"GetBucketTagging":                           "Tagging",
	"GetBucketVersioning":                        "VersioningConfiguration",
	"GetBucketWebsite":                           "WebsiteConfiguration",
	"GetObjectAcl":                               "AccessControlPolicy",
	"GetObjectAttributes":                        "GetObjectAttributesResponse",
	"GetObjectTagging":                           "Tagging",
	"ListBucketAnalyticsConfigurations":          "ListBucketAnalyticsConfigurationResult",
	"ListBucketIntelligentTieringConfigurations": "ListBucketIntelligentTieringConfigurationsOutput",
	"ListBucketInventoryConfigurations":          "ListInventoryConfigurationsResult",
	"ListBucketMetricsConfigurations":            "ListMetricsConfigurationsResult",
	"ListBuckets":                                "ListAllMyBucketsResult",
	"ListDirectoryBuckets":                       "ListAllMyDirectoryBucketsResult",
	"ListMultipartUploads":                       "ListMultipartUploadsResult",
	"ListObjectVersions":                         "ListVersionsResult",
	"ListObjects":                                "ListBucketResult",
	"ListObjectsV2":                              "ListBucketResult",
	"ListParts":                                  "ListPartsResult",
}

// rootOf is the root element of an operation's document without a payload.
func rootOf(op *api.Operation) string {
	if root := outputRoots[op.Name]; root != "" {
		return root
	}
	return op.Output.Name
}

// rootName is the root element of a payload.
func rootName(f *field) string {
	if f.shape.WireName != "" {
		return f.shape.WireName
	}
	return f.wire
}

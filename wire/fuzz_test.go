package wire

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/all"
	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/api/s3"
)

// A form is refused or read as net/url reads it.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{
		"", "a=b", "a=b&a=c", "Tags.member.1.Key=k&Tags.member.1.Value=v", "Tags=", "x=%4", "x=%ff", "x=+%2B", "=", "&&", "Tags.member.999999999.Key=a",
		"Tags.member.1.Key=k&Tags.member.01.Key=k", "Tags.member.1=k", "Tags.member..Key=k", "Tags..=",
	} {
		f.Add("Action=TagUser&Version=2010-05-08&UserName=u&" + seed)
		f.Add(seed)
	}
	codec, op := new(Codec), iam.TagUser.Operation
	f.Fuzz(func(t *testing.T, body string) {
		parsed, err := parseForm("", []byte(body))
		if err != nil {
			if err.Status < 400 || err.Status > 499 {
				t.Errorf("status %d", err.Status)
			}
			return
		}
		if values, err := url.ParseQuery(body); err == nil {
			for _, p := range parsed {
				if values.Get(p.key) != p.value {
					t.Errorf("%q: %q, net/url reads %q", p.key, p.value, values.Get(p.key))
				}
			}
		}
		in := new(iam.TagUserInput)
		if err := codec.Decode(&Target{Service: op.Service, Operation: op, form: parsed}, nil, nil, in); err == nil && len(in.Tags) > len(parsed) {
			t.Error("more tags than parameters")
		}
	})
}

// JSON is refused or read; what was read can be written and read again.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{
		`{}`, ``, `null`, `{"AccountName":"a","Email":"a@b.c","Tags":[{"Key":"k","Value":"v"}]}`, `{"Tags":[null]}`, `{"Tags":{}}`, `{"AccountName":1}`,
		`{"x":[[[[]]]]}`, `{"AccountName":"a","AccountName":"b"}`, "{\"AccountName\":\"\xff\"}", `{"Tags":[{"Key":"\u0000"}]}`, `[`, `{"a":1e999}`,
	} {
		f.Add(seed)
	}
	codec, op := new(Codec), organizations.CreateAccount.Operation
	target := &Target{Service: op.Service, Operation: op, Protocol: api.JSON11}
	f.Fuzz(func(t *testing.T, body string) {
		in := new(organizations.CreateAccountInput)
		if err := codec.Decode(target, nil, []byte(body), in); err != nil {
			if err.Status != 400 {
				t.Errorf("status %d", err.Status)
			}
			return
		}
		again, err := appendJSONStructure(nil, codec.plans.operation(op).in, reflect.ValueOf(in).Elem())
		if err != nil {
			t.Fatal(err)
		}
		second := new(organizations.CreateAccountInput)
		if err := codec.Decode(target, nil, again, second); err != nil || !reflect.DeepEqual(in, second) {
			t.Errorf("%s: %v", again, err)
		}
	})
}

// XML is refused or read; what was read can be written and read again.
func FuzzXML(f *testing.F) {
	for _, seed := range []string{
		`<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>`, ``, `<Tagging/>`, `<!DOCTYPE x><Tagging/>`,
		`<?xml version="1.0"?><Tagging><TagSet/></Tagging>`, `<Tagging><TagSet><Tag><Key>&lt;&#13;</Key><Value/></Tag></TagSet></Tagging>`,
		`<a><a><a>`, `<Tagging><![CDATA[x]]></Tagging>`, "<Tagging>\x00</Tagging>", `<Tagging xmlns:x="y"><x:TagSet/></Tagging>`,
	} {
		f.Add(seed)
	}
	codec, op := new(Codec), s3.PutBucketTagging.Operation
	target := &Target{Service: op.Service, Operation: op, Protocol: api.RestXML, labels: map[string]string{"Bucket": "books"}}
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest("PUT", "/books?tagging", nil)
		in := new(s3.PutBucketTaggingInput)
		if err := codec.Decode(target, r, []byte(body), in); err != nil {
			if err.Status != 400 {
				t.Errorf("status %d", err.Status)
			}
			return
		}
		x := xmlEncoder{}
		x.structure("Tagging", "", "", codec.plans.operation(op).in.payload.plan, reflect.ValueOf(in.Tagging).Elem())
		second := new(s3.PutBucketTaggingInput)
		if err := codec.Decode(target, r, x.dst, second); err != nil || !reflect.DeepEqual(in, second) {
			t.Errorf("%s: %v", x.dst, err)
		}
	})
}

// Any request has a target with a protocol, and an operation or an error.
func FuzzRoute(f *testing.F) {
	for _, q := range []request{
		{"POST", "/", "sts", formType, "", "", identityV},
		{"POST", "/", "organizations", jsonType, "AWSOrganizationsV20161128.ListRoots", "", "{}"},
		{"PUT", "/books/a%2Fb?partNumber=1&uploadId=x", "s3", "", "", "", ""},
		{"GET", "/?" + presignedV, "", "", "", "", ""},
		{"GET", "/federation/credentials", "", "", "", "", ""},
	} {
		f.Add(q.method, q.url, q.http().Header.Get("Authorization"), q.contentType, q.target, q.body)
	}
	rt := NewRouter(all.Services()...)
	f.Fuzz(func(t *testing.T, method, target, authorization, contentType, amzTarget, body string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		r := &http.Request{Method: method, URL: u, Header: http.Header{
			"Authorization": {authorization}, "Content-Type": {contentType}, "X-Amz-Target": {amzTarget},
		}, Body: http.NoBody, ContentLength: int64(len(body))}
		got, refusal := rt.Route(r, []byte(body))
		if got.Protocol == 0 || (got.Operation == nil) != (refusal != nil) {
			t.Fatalf("%+v %v", got, refusal)
		}
		w := httptest.NewRecorder()
		codec := new(Codec)
		if refusal == nil && !got.Streams() {
			in := reflect.New(reflect.TypeOf(got.Operation.In).Elem()).Interface()
			refusal = codec.Decode(got, r, []byte(body), in)
		}
		if refusal != nil {
			if codec.Refuse(w, got, refusal, requestID); w.Code < 400 || w.Code > 599 || strings.Contains(w.Body.String(), "\x00") {
				t.Errorf("%d %q", w.Code, w.Body)
			}
		}
	})
}

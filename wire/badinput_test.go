package wire

import (
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/accessanalyzer"
	"github.com/rolecall-iam/rolecall/api/all"
	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/api/organizations"
	"github.com/rolecall-iam/rolecall/api/s3"
)

// decodeAny routes and decodes a request of any protocol.
func decodeAny(t *testing.T, q request) (*Target, *Error) {
	t.Helper()
	target, err := NewRouter(all.Services()...).Route(q.http(), []byte(q.body))
	if err != nil {
		return target, err
	}
	in := reflect.New(reflect.TypeOf(target.Operation.In).Elem()).Interface()
	return target, new(Codec).Decode(target, q.http(), []byte(q.body), in)
}

// What cannot be a request is refused with a 4xx, whatever it is made of.
func TestBadForms(t *testing.T) {
	const user = "Action=TagUser&Version=2010-05-08&UserName=u"
	parameters := func(n int) string {
		var b strings.Builder
		b.WriteString(user)
		for i := range n {
			b.WriteString("&P" + strconv.Itoa(i) + "=x")
		}
		return b.String()
	}
	for _, c := range []struct{ rule, form, code, message string }{
		{"more parameters than any request has", parameters(100_000), "MalformedInput", "The request has too many parameters."},
		{"an escape that is cut off", user + "&X=%4", "MalformedQueryString", "The query string contains a syntax error."},
		{"an escape that is none", user + "&X=%zz", "MalformedQueryString", "The query string contains a syntax error."},
		{"bytes that are not UTF-8", user + "&X=%ff%fe", "MalformedInput", "The request has bytes that are not text in UTF-8."},
		{"raw bytes that are not UTF-8", user + "&X=\xff", "MalformedInput", "The request has bytes that are not text in UTF-8."},
		{"a NUL", user + "&X=a%00b", "MalformedInput", "The request has bytes that are not text in UTF-8."},
		{"a NUL in a name", user + "&X%00=a", "MalformedInput", "The request has bytes that are not text in UTF-8."},
		{"a parameter that comes twice", user + "&UserName=v", "MalformedInput", "The parameter UserName is given more than once."},
		{"an action that comes twice", user + "&Action=DeleteUser", "MalformedInput", "The parameter Action is given more than once."},
		{"a list index that is no number", user + "&Tags.member.x.Key=k", "MalformedInput", "Unexpected list element termination"},
		{"a list index below zero", user + "&Tags.member.-1.Key=k", "MalformedInput", "Unexpected list element termination"},
		{"a list index beyond all numbers", user + "&Tags.member.99999999999999999999.Key=k", "MalformedInput", "Unexpected list element termination"},
		{"one index in two spellings", user + "&Tags.member.1.Key=k&Tags.member.01.Key=k", "MalformedInput", "Unexpected list element termination"},
		{"a text where a structure is (boto/boto#2895)", user + "&Tags.member.1=k", "MalformedInput", "Unexpected complex element termination"},
		{"a text where a list is (boto/boto#872)", user + "&Tags=k", "MalformedInput", "Unexpected list element termination"},
		{"a structure where a text is", user + "x&UserName.member.1=k&Tags.member.1.Key=a&Tags.member.1.Value=b", "", ""},
		{"a list where a text is (brendanhay/amazonka#209)", "Action=GetUser&Version=2010-05-08&UserName.member.1=u", "MalformedInput", "Start of list found where not expected"},
		{"a key nested beyond the model", user + "&Tags.member.1.Key=a&Tags.member.1.Value=b" + strings.Repeat(".a", 10_000) + "=1", "", ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := decodeAny(t, request{"POST", "/", "iam", formType, "", "", c.form})
			if c.code == "" && err != nil && err.Code == "ValidationError" {
				return // the rest of the form is short of something
			}
			checkError(t, err, c.code, c.message)
		})
	}
}

// The number that a client gives a list's element is a name, not a size.
func TestAHugeIndexCostsNothing(t *testing.T) {
	form := "Action=TagUser&Version=2010-05-08&UserName=u&Tags.member.999999999.Key=k&Tags.member.999999999.Value=v"
	target, err := decodeAny(t, request{"POST", "/", "iam", formType, "", "", form})
	if err != nil {
		t.Fatal(err)
	}
	var in iam.TagUserInput
	if err := new(Codec).Decode(target, request{"POST", "/", "iam", formType, "", "", form}.http(), nil, &in); err != nil {
		t.Fatal(err)
	}
	if len(in.Tags) != 1 || in.Tags[0].Key != "k" || cap(in.Tags) > 8 {
		t.Errorf("%+v, capacity %d", in.Tags, cap(in.Tags))
	}
}

// An empty list is told from no list: SDKs write it "Tags=".
func TestEmptyAndAbsentLists(t *testing.T) {
	for form, want := range map[string]bool{"&Tags=": true, "": false} {
		form = "Action=CreateUser&Version=2010-05-08&UserName=u" + form
		r := request{"POST", "/", "iam", formType, "", "", form}
		target, err := decodeAny(t, r)
		if err != nil {
			t.Fatal(err)
		}
		var in iam.CreateUserInput
		if err := new(Codec).Decode(target, r.http(), nil, &in); err != nil {
			t.Fatal(err)
		}
		if (in.Tags != nil) != want || len(in.Tags) != 0 {
			t.Errorf("%q: %#v", form, in.Tags)
		}
	}
}

func TestBadJSON(t *testing.T) {
	deep := strings.Repeat("[", 100_000)
	for _, c := range []struct{ rule, body, code, message string }{
		{"no JSON", "hello", "SerializationException", "Start of structure or map expected."},
		{"cut off", `{"AccountId":"1`, "SerializationException", ""},
		{"something after it", `{"AccountId":"123456789012"} {}`, "SerializationException", ""},
		{"a member that comes twice", `{"AccountId":"123456789012","AccountId":"123456789012"}`, "SerializationException", ""},
		{"an unknown member that comes twice", `{"AccountId":"123456789012","x":{"a":1,"a":2}}`, "SerializationException", ""},
		{"bytes that are not UTF-8", "{\"AccountId\":\"\xff\"}", "SerializationException", ""},
		{"nested deep where nobody looks", `{"x":` + deep, "SerializationException", ""},
		{"nested deep and closed", `{"x":` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + `}`, "SerializationException", ""},
		{"a number for a text", `{"AccountId":1}`, "SerializationException", "NUMBER_VALUE can not be converted to a String"},
		{"a structure for a text", `{"AccountId":{}}`, "SerializationException", "Start of structure or map found where not expected."},
		{"a list for a text", `{"AccountId":[]}`, "SerializationException", "Start of list found where not expected"},
		{"null is absent", `{"AccountId":null}`, "InvalidInputException", "1 validation error detected: Value null at 'accountId' failed to satisfy constraint: Member must not be null"},
		{"nothing at all", ``, "InvalidInputException", "1 validation error detected: Value null at 'accountId' failed to satisfy constraint: Member must not be null"},
		{"an unknown member is left alone", `{"AccountId":"123456789012","x":{"y":[1,{}]}}`, "", ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := decodeAny(t, request{"POST", "/", "organizations", jsonType, "AWSOrganizationsV20161128." + organizations.DescribeAccount.Name, "", c.body})
			checkError(t, err, c.code, c.message)
		})
	}
}

func TestBadXML(t *testing.T) {
	const ok = `<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>`
	for _, c := range []struct {
		rule, body string
		fine       bool
	}{
		{"a document", ok, true},
		{"with a declaration", `<?xml version="1.0" encoding="UTF-8"?>` + ok, true},
		{"with a namespace and a comment", `<Tagging xmlns="` + s3Namespace + `"><!-- c --><TagSet/></Tagging>`, true},
		{"an unknown element", `<Tagging><Colour><Red/></Colour><TagSet/></Tagging>`, true},
		{"a DTD", `<!DOCTYPE x [<!ENTITY a "b">]>` + ok, false},
		{"an entity of one's own", `<Tagging><TagSet><Tag><Key>&a;</Key><Value>b</Value></Tag></TagSet></Tagging>`, false},
		{"an instruction", `<Tagging><?php 1 ?><TagSet/></Tagging>`, false},
		{"another root", `<Taggings><TagSet/></Taggings>`, false},
		{"two roots", ok + ok, false},
		{"text after it", ok + "x", false},
		{"text between", `<Tagging>x<TagSet/></Tagging>`, false},
		{"cut off", `<Tagging><TagSet>`, false},
		{"elements in a text", `<Tagging><TagSet><Tag><Key><b/>a</Key><Value>b</Value></Tag></TagSet></Tagging>`, false},
		{"an element that comes twice", `<Tagging><TagSet/><TagSet/></Tagging>`, false},
		{"nested deep", strings.Repeat("<a>", 100_000), false},
		{"nested deep where nobody looks", `<Tagging><x>` + strings.Repeat("<a>", 10_000) + strings.Repeat("</a>", 10_000) + `</x></Tagging>`, false},
		{"not UTF-8", "<Tagging><TagSet><Tag><Key>\xff</Key><Value>b</Value></Tag></TagSet></Tagging>", false},
		{"another encoding", `<?xml version="1.0" encoding="UTF-16"?>` + ok, false},
		{"another element in a list", `<Tagging><TagSet><Key>a</Key></TagSet></Tagging>`, false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			target, err := decodeAny(t, request{"PUT", "/books?tagging", "s3", "application/xml", "", "", c.body})
			if target.Operation != s3.PutBucketTagging.Operation {
				t.Fatal("routed elsewhere")
			}
			if c.fine != (err == nil) || err != nil && (err.Code != "MalformedXML" || err.Status != 400) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// Parts of a URL and headers are untrusted too.
func TestBadRESTParts(t *testing.T) {
	for _, c := range []struct{ rule, method, url, code string }{
		{"a label that is not UTF-8", "GET", "/analyzer/%ff", "MalformedQueryString"},
		{"a query value that is not UTF-8", "GET", "/analyzer?nextToken=%ff", "SerializationException"},
		{"a query value twice", "GET", "/analyzer?maxResults=1&maxResults=2", "SerializationException"},
		{"a word for a number", "GET", "/analyzer?maxResults=x", "SerializationException"},
		{"a label that breaks the pattern", "GET", "/analyzer/1", "ValidationException"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := decodeAny(t, request{c.method, c.url, "access-analyzer", "", "", "", ""})
			if err == nil || err.Code != c.code || err.Status != 400 {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A handler that gives another operation's answer is told so, not the client.
func TestAnswersOfAnotherType(t *testing.T) {
	op := accessanalyzer.GetAnalyzer.Operation
	w := httptest.NewRecorder()
	target := &Target{Service: op.Service, Operation: op, Protocol: api.RestJSON}
	if err := new(Codec).Answer(w, target, &iam.GetRoleOutput{}, requestID); err == nil || w.Body.Len() > 0 {
		t.Errorf("%v %s", err, w.Body)
	}
}

package sigv4

import (
	"net/http"
	"strings"
	"testing"
)

// Services other than S3 normalise a path as botocore's normalize_url_path
// does, and encode once more what was sent. S3 encodes the object's name once.
//
// Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
// (create a canonical request, CanonicalUri) and
// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
// ("you do not normalize URI paths for requests to Amazon S3").
func TestCanonicalPaths(t *testing.T) {
	for _, tt := range []struct{ sent, others, s3 string }{
		{"/", "/", "/"},
		{"/a/b", "/a/b", "/a/b"},
		{"/a/b/", "/a/b/", "/a/b/"},
		{"/a//b", "/a/b", "/a//b"},
		{"//", "/", "//"},
		{"/.", "/", "/."},
		{"/./a", "/a", "/./a"},
		{"/a/./b/../c", "/a/c", "/a/./b/../c"},
		{"/../../a", "/a", "/../../a"},
		{"/a/..", "/", "/a/.."},
		{"/a/b/..", "/a", "/a/b/.."},
		{"/a/b/../", "/a/", "/a/b/../"},
		{"/...", "/...", "/..."},
		{"/a.b/.c", "/a.b/.c", "/a.b/.c"},
		{"/documents%20and%20settings/", "/documents%2520and%2520settings/", "/documents%20and%20settings/"},
		{"/a%2fb", "/a%252fb", "/a/b"},
		{"/a%2Fb", "/a%252Fb", "/a/b"},
		{"/%E1%88%B4", "/%25E1%2588%25B4", "/%E1%88%B4"},
		{"/a+b=c@d:e,f;g", "/a%2Bb%3Dc%40d%3Ae%2Cf%3Bg", "/a%2Bb%3Dc%40d%3Ae%2Cf%3Bg"},
		{"/a*b!c'(d)~-._", "/a%2Ab%21c%27%28d%29~-._", "/a%2Ab%21c%27%28d%29~-._"},
	} {
		r, err := http.NewRequest("GET", "http://h"+tt.sent, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(appendPath(nil, r.URL.EscapedPath())); got != tt.others {
			t.Errorf("%s: %s, want %s", tt.sent, got, tt.others)
		}
		if got := string(appendObjectPath(nil, r.URL.Path)); got != tt.s3 {
			t.Errorf("%s for S3: %s, want %s", tt.sent, got, tt.s3)
		}
	}
	if got := string(appendPath(nil, "")) + string(appendObjectPath(nil, "")); got != "//" {
		t.Errorf("no path: %s", got)
	}
}

// Same page, CanonicalQueryString: decoded, encoded in one way, sorted by name
// and then by value; a parameter without a value gets an empty one.
func TestCanonicalQueries(t *testing.T) {
	for _, tt := range []struct{ sent, want string }{
		{"", ""},
		{"a", "a="},
		{"a=", "a="},
		{"=a", "=a"},
		{"a=b=c", "a=b%3Dc"},
		{"b=1&a=2", "a=2&b=1"},
		{"a=2&a=1&a=", "a=&a=1&a=2"},
		{"a=10&a=9&A=1", "A=1&a=10&a=9"},
		{"ab=1&a=2&a-=3", "a=2&a-=3&ab=1"},
		{"&&a=1&", "a=1"},
		{"a=x+y", "a=x%20y"},
		{"a=x%20y", "a=x%20y"},
		{"a=x%2By", "a=x%2By"},
		{"a=%7e%41", "a=~A"},
		{"a=/?:@!$'()*,;", "a=%2F%3F%3A%40%21%24%27%28%29%2A%2C%3B"},
		{"a=\u00e9", "a=%C3%A9"},
		{"a=%ff%00", "a=%FF%00"},
		{"X-Amz-Signature=s&a=1", "X-Amz-Signature=s&a=1"},
	} {
		var s scratch
		got, ok := s.appendQuery(nil, tt.sent, false)
		if !ok || string(got) != tt.want {
			t.Errorf("%s: %s, %v, want %s", tt.sent, got, ok, tt.want)
		}
	}
	for _, sent := range []string{"a=%", "a=%4", "a=%zz", "%=a", "a=1&b%4x=2", "a=%4"} {
		var s scratch
		if got, ok := s.appendQuery(nil, sent, false); ok {
			t.Errorf("%s is taken for %s", sent, got)
		}
	}
	var s scratch
	if got, _ := s.appendQuery(nil, "b=2&X-Amz-Signature=s&a=1", true); string(got) != "a=1&b=2" {
		t.Errorf("a presigned query covers its own signature: %s", got)
	}
}

// Same page, CanonicalHeaders: trimmed, runs of spaces made one, several
// values joined by commas.
func TestCanonicalHeaders(t *testing.T) {
	r := &http.Request{
		Host: "example.com:8080", ContentLength: 12, TransferEncoding: []string{"chunked"},
		Header: http.Header{
			"A": {"x"}, "B": {"  x  y   z\t"}, "C": {"1", " 2 ", ""}, "D": {""}, "E": {"   "}, "X-Amz-Meta-Some-Thing": {"v"},
			"X-" + strings.Repeat("Long-", 20) + "Name": {"long"},
		},
	}
	for _, tt := range []struct {
		name, want string
		missing    bool
	}{
		{name: "host", want: "example.com:8080"},
		{name: "a", want: "x"},
		{name: "b", want: "x y z"},
		{name: "c", want: "1,2,"},
		{name: "d", want: ""},
		{name: "e", want: ""},
		{name: "x-amz-meta-some-thing", want: "v"},
		{name: "x-" + strings.Repeat("long-", 20) + "name", want: "long"},
		{name: "content-length", want: "12"},         // net/http may keep it in a field
		{name: "transfer-encoding", want: "chunked"}, // net/http always does
		{name: "A", missing: true},
		{name: "Content-Length", missing: true},
		{name: "nothing", missing: true},
		{name: "", missing: true},
	} {
		got, ok := appendHeader(nil, r, tt.name)
		if ok == tt.missing || string(got) != tt.want {
			t.Errorf("%s: %q, %v", tt.name, got, ok)
		}
	}
}

func TestISOTimes(t *testing.T) {
	for s, good := range map[string]bool{
		"20150830T123600Z": true, "20240229T235959Z": true, "20230229T000000Z": false, "20151301T000000Z": false,
		"20150830T240000Z": false, "20150830T126000Z": false, "20150830T123660Z": false, "20150830 123600Z": false,
		"20150830T123600": false, "20150830T123600z": false, "2015083aT123600Z": false, "": false, "00000000T000000Z": false,
		"-0150830T123600Z": false,
	} {
		if got, ok := parseISO(s); ok != good || good && got.Format(isoBasic) != s {
			t.Errorf("%s: %v, %v", s, got, ok)
		}
	}
}

package wire

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/api/all"
	"github.com/rolecall-iam/rolecall/api/sts"
)

// A client that accepts JSON gets STS's answers as JSON, as AWS gives them.
func TestQueryAnswersInJSON(t *testing.T) {
	rt, codec := NewRouter(all.Services()...), new(Codec)
	account := "123456789012"
	for _, c := range []struct {
		rule   string
		accept string
		form   string
		out    any
		err    error
		want   string
	}{
		{"an identity, as aws-iam-authenticator reads it", "application/json", identityV,
			&sts.GetCallerIdentityOutput{Account: &account, Arn: "arn:aws:iam::123456789012:root"}, nil,
			`{"GetCallerIdentityResponse":{"GetCallerIdentityResult":{"Account":"123456789012","Arn":"arn:aws:iam::123456789012:root"},` +
				`"ResponseMetadata":{"RequestId":"` + requestID + `"}}}`},
		{"a time is a number", "application/json", "Action=GetSessionToken&Version=2011-06-15",
			&sts.GetSessionTokenOutput{Credentials: &sts.Credentials{AccessKeyId: "ASIA", SecretAccessKey: "s", SessionToken: "t", Expiration: time.Unix(1790000000, 0)}}, nil,
			`{"GetSessionTokenResponse":{"GetSessionTokenResult":{"Credentials":{"AccessKeyId":"ASIA","Expiration":1790000000,` +
				`"SecretAccessKey":"s","SessionToken":"t"}},"ResponseMetadata":{"RequestId":"` + requestID + `"}}}`},
		{"an error", "application/json", identityV, nil, &Error{Code: "Throttling", Message: "Rate exceeded"},
			`{"Error":{"Code":"Throttling","Message":"Rate exceeded","Type":"Sender"},"RequestId":"` + requestID + `"}`},
		{"anything else is XML", "*/*", identityV, &sts.GetCallerIdentityOutput{Account: &account, Arn: "a"}, nil,
			`<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><Account>123456789012</Account>` +
				`<Arn>a</Arn></GetCallerIdentityResult><ResponseMetadata><RequestId>` + requestID + `</RequestId></ResponseMetadata></GetCallerIdentityResponse>`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			target, refusal := rt.Route(request{"POST", "/", "sts", formType, "", "Accept: " + c.accept, c.form}.http(), []byte(c.form))
			if refusal != nil {
				t.Fatal(refusal)
			}
			w := httptest.NewRecorder()
			if c.err != nil {
				codec.Refuse(w, target, c.err, requestID)
			} else if err := codec.Answer(w, target, c.out, requestID); err != nil {
				t.Fatal(err)
			}
			if w.Body.String() != c.want {
				t.Errorf("got  %s\nwant %s", w.Body, c.want)
			}
			if got, want := w.Header().Get("Content-Type"), map[bool]string{true: "application/json", false: "text/xml"}[c.accept != "*/*"]; got != want {
				t.Errorf("type %s", got)
			}
		})
	}
}

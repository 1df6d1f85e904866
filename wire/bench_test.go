package wire

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/all"
	"github.com/rolecall-iam/rolecall/api/sts"
)

const assumeRoleForm = "Action=AssumeRole&DurationSeconds=3600&ExternalId=abc-123&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2FReader" +
	"&RoleSessionName=session-1&Tags.member.1.Key=team&Tags.member.1.Value=blue&Version=2011-06-15"

// discard is a response that is thrown away.
type discard struct{ h http.Header }

func (d discard) Header() http.Header       { return d.h }
func (discard) Write(b []byte) (int, error) { return len(b), nil }
func (discard) WriteHeader(int)             {}

func BenchmarkRouteAndDecodeAssumeRole(b *testing.B) {
	rt, codec := NewRouter(all.Services()...), new(Codec)
	r := request{"POST", "/", "sts", formType, "", "", assumeRoleForm}.http()
	body := []byte(assumeRoleForm)
	b.ReportAllocs()
	for b.Loop() {
		target, err := rt.Route(r, body)
		if err != nil {
			b.Fatal(err)
		}
		in := new(sts.AssumeRoleInput)
		if err := codec.Decode(target, r, body, in); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAnswerAssumeRole(b *testing.B) {
	size := int32(3)
	benchmarkAnswer(b, sts.AssumeRole.Operation, &sts.AssumeRoleOutput{
		AssumedRoleUser: &sts.AssumedRoleUser{
			Arn: "arn:aws:sts::123456789012:assumed-role/Reader/session-1", AssumedRoleId: "AROA0123456789ABCDEFG:session-1"},
		Credentials: &sts.Credentials{AccessKeyId: "ASIA0123456789ABCDEF", SecretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
			SessionToken: strings.Repeat("FwoGZXIvYXdzE", 50), Expiration: time.Unix(1700000000, 0)},
		PackedPolicySize: &size,
	})
}

func BenchmarkAnswerGetCallerIdentity(b *testing.B) {
	account, arn, id := "123456789012", "arn:aws:iam::123456789012:user/admin", "AIDA0123456789ABCDEFG"
	benchmarkAnswer(b, sts.GetCallerIdentity.Operation, &sts.GetCallerIdentityOutput{Account: &account, Arn: arn, UserId: &id})
}

func benchmarkAnswer(b *testing.B, op *api.Operation, out any) {
	codec, w := new(Codec), discard{http.Header{}}
	target := &Target{Service: op.Service, Operation: op, Protocol: api.Query}
	b.ReportAllocs()
	for b.Loop() {
		if err := codec.Answer(w, target, out, requestID); err != nil {
			b.Fatal(err)
		}
	}
}

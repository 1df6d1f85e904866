package symbolic

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/policy"
)

// usual is a policy as people have them: statements of a dozen services with
// wildcards, conditions and a Deny.
func usual(n int) string {
	var list []string
	for i := range n {
		list = append(list, allow(fmt.Sprintf(`"Action":["svc%d:Get*","svc%d:List*","svc%d:PutItem"],"Resource":["arn:aws:svc%d:*:111122223333:table/a*","arn:aws:svc%d:*:*:index/${aws:PrincipalTag/team}/*"],`+
			`"Condition":{"StringEquals":{"aws:RequestedRegion":["eu-west-1","eu-central-1"]},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`, i, i, i, i, i)))
	}
	return statements(append(list, deny(`"Action":"iam:*","Resource":"*"`))...)
}

// hostile is a policy whose statements overlap everywhere.
func hostile(n int) string {
	var list []string
	for i := range n {
		list = append(list, allow(fmt.Sprintf(`"Action":"s3:*%c*%c*","Resource":"arn:aws:s3:::*%c*%c*","Condition":{"StringLike":{"k%d":"*a*"}}`,
			'a'+i%26, 'a'+i*7%26, 'a'+i*3%26, 'a'+i*5%26, i%9)))
	}
	return statements(list...)
}

func parsed(b *testing.B, text string) *policy.Document {
	d, err := policy.Parse(text)
	if err != nil {
		b.Fatal(err)
	}
	return d
}

func BenchmarkNewAccess(b *testing.B) {
	for _, n := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("unchanged but for one statement of %d", n), func(b *testing.B) {
			old := parsed(b, usual(n))
			updated := parsed(b, strings.Replace(usual(n), "svc0:Get*", "svc0:GetItem", 1))
			b.ReportAllocs()
			for b.Loop() {
				if found := NewAccess(updated, old, Identity); found != nil {
					b.Fatal(found)
				}
			}
		})
	}
	b.Run("100 statements, each narrower", func(b *testing.B) {
		old, updated := parsed(b, usual(100)), parsed(b, strings.ReplaceAll(usual(100), ":Get*", ":GetI*"))
		b.ReportAllocs()
		for b.Loop() {
			if found := NewAccess(updated, old, Identity); found != nil {
				b.Fatal(found)
			}
		}
	})
}

// BenchmarkHostile is the most that a question may cost.
func BenchmarkHostile(b *testing.B) {
	old, updated := parsed(b, hostile(200)), parsed(b, hostile(201))
	b.ReportAllocs()
	for b.Loop() {
		NewAccess(updated, old, Identity)
	}
}

func BenchmarkPublic(b *testing.B) {
	doc := parsed(b, put(`"Principal":"*","Condition":{"StringEquals":{"aws:SourceVpc":"vpc-91237329"}}`))
	b.ReportAllocs()
	for b.Loop() {
		if found, _ := Public(doc, "AWS::S3::Bucket"); found != nil {
			b.Fatal(found)
		}
	}
}

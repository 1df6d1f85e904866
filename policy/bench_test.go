package policy

import (
	"fmt"
	"strings"
	"testing"
)

// benchDocument is a managed policy of n ordinary statements.
func benchDocument(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,
    {
      "Sid": "Statement%d",
      "Effect": "Allow",
      "Action": ["s3:GetObject", "s3:PutObject", "s3:ListBucket"],
      "Resource": ["arn:aws:s3:::bucket-%[1]d", "arn:aws:s3:::bucket-%[1]d/${aws:username}/*"],
      "Condition": {
        "StringEquals": {"aws:PrincipalTag/team": ["red", "blue"]},
        "IpAddress": {"aws:SourceIp": "203.0.113.0/24"}
      }
    }`, i)
	}
	return "{\n  \"Version\": \"2012-10-17\",\n  \"Statement\": [" + b.String()[1:] + "\n  ]\n}\n"
}

// BenchmarkParse and BenchmarkValidate report what one statement costs.
func BenchmarkParse(b *testing.B) {
	benchmark(b, func(text string) error { _, err := Parse(text); return err })
}
func BenchmarkValidate(b *testing.B) {
	benchmark(b, func(text string) error { _, err := Validate(text, Managed, Environment{}); return err })
}

func benchmark(b *testing.B, read func(string) error) {
	for _, n := range []int{1, 10, 100} {
		text := benchDocument(n)
		b.Run(fmt.Sprintf("statements=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				if err := read(text); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/statement")
		})
	}
}

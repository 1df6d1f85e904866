package lint_test

import (
	"testing"

	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/policy/lint"
	"github.com/rolecall-iam/rolecall/policy/managed"
)

// BenchmarkFind is a document of three statements, and AWS's longest.
func BenchmarkFind(b *testing.B) {
	ref := reference.NewLookup()
	longest, ok := managed.Lookup("arn:aws:iam::aws:policy/ReadOnlyAccess")
	if !ok {
		b.Fatal("there is no ReadOnlyAccess")
	}
	for name, text := range map[string]string{
		"three statements": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],"Resource":["arn:aws:s3:::a","arn:aws:s3:::a/*"]},` +
			`{"Effect":"Allow","Action":"sqs:*","Resource":"arn:aws:sqs:us-east-1:123456789012:a"},` +
			`{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}`,
		"ReadOnlyAccess": longest.Default().Document(),
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				lint.Find(lint.Document{Text: text, Type: lint.Identity}, ref)
			}
		})
	}
}

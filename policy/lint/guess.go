package lint

import (
	"strings"

	"github.com/rolecall-iam/rolecall/policy"
)

// Guess tells from a document what it is for: principals make it a resource's
// policy, with actions of STS and no resources a role's trust policy, with
// resources of S3 alone a bucket's; without principals it is an identity's.
// What the document does not tell, such as that it is an organization's, nobody
// can guess.
func Guess(text string) (Type, string) {
	root, err := policy.ReadValue(text)
	if err != nil {
		return Identity, ""
	}
	quiet := &linter{Document: Document{Text: text, Type: Resource}, services: map[string]*service{}}
	for _, m := range root.Members {
		if m.Name.Value == "Statement" {
			quiet.readStatements(m.Value, spot{})
		}
	}
	named, assumes, resources, buckets := 0, 0, 0, 0
	for i := range quiet.statements {
		s := &quiet.statements[i]
		if s.either("Principal") != nil {
			named++
		}
		for _, w := range s.act {
			if strings.HasPrefix(strings.ToLower(w.text), "sts:") {
				assumes++
			}
		}
		for _, w := range s.res {
			resources++
			if parts := splitARN(w.text); len(parts) > 5 && parts[2] == "s3" && parts[3] == "" && parts[4] == "" {
				buckets++
			}
		}
	}
	switch {
	case named == 0:
		return Identity, ""
	case assumes > 0 && buckets == 0:
		return Resource, Trust
	case resources > 0 && resources == buckets:
		return Resource, Bucket
	}
	return Resource, ""
}

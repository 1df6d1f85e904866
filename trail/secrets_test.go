package trail

import (
	"reflect"
	"regexp"
	"slices"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/all"
)

// suspicious are names that a secret could have.
var suspicious = regexp.MustCompile(`(?i)secret|password|passphrase|token|assertion|private.?key|credential|code|seed|png`)

// harmless are the names among those that are shown, since they name, count or
// describe.
var harmless = map[string]bool{
	"AssertionEncryptionMode":     true,
	"ClientToken":                 true,
	"ContinuationToken":           true,
	"DecodedMessage":              true,
	"EncodedMessage":              true,
	"ErrorCode":                   true,
	"GlobalEndpointTokenVersion":  true,
	"HttpErrorCodeReturnedEquals": true,
	"HttpRedirectCode":            true,
	"LatestIngestionErrorCode":    true,
	"NextContinuationToken":       true,
	"NextToken":                   true,
	"RemovePrivateKey":            true,
	"ServiceCredentialAlias":      true,
	"ServiceSpecificCredentialId": true,
	"SubjectFromWebIdentityToken": true,
	"TrustedTokenIssuerArn":       true,
	"TrustedTokenIssuerType":      true,
	"clientToken":                 true,
	"issueCode":                   true,
	"issuedTokenType":             true,
	"nextToken":                   true,
	"requestedTokenType":          true,
	"secretPolicy":                true,
	"subjectTokenType":            true,
	"tokenEndpoint":               true,
	"tokenType":                   true,
}

func TestNothingThatANameCallsSecretIsShown(t *testing.T) {
	seen := map[*api.Shape]bool{}
	shown := map[string]bool{}
	var walk func(s *api.Shape)
	walk = func(s *api.Shape) {
		if seen[s] {
			return
		}
		seen[s] = true
		for i := range s.Members {
			m := &s.Members[i]
			if secret(m) {
				continue
			}
			switch m.Shape().Kind {
			case api.String, api.Blob, api.Document:
				if suspicious.MatchString(m.Name) && !harmless[m.Name] {
					shown[m.Name] = true
				}
			}
			walk(m.Shape())
		}
		if s.Elem != nil {
			walk(s.Elem.Shape())
		}
	}
	for _, service := range all.Services() {
		for _, op := range service.Operations() {
			walk(op.Input)
			walk(op.Output)
		}
	}
	for _, name := range slices.Sorted(func(yield func(string) bool) {
		for name := range shown {
			if !yield(name) {
				return
			}
		}
	}) {
		t.Errorf("%s is shown, and sounds like a secret", name)
	}
}

func TestEveryInputAndOutputCanBeTold(t *testing.T) {
	s := shapes{made: map[shapeKey]*shaped{}}
	for _, service := range all.Services() {
		for _, op := range service.Operations() {
			for _, side := range []struct {
				shape *api.Shape
				typ   reflect.Type
			}{{op.Input, reflect.TypeOf(op.In).Elem()}, {op.Output, reflect.TypeOf(op.Out).Elem()}} {
				parameters(nil, s.of(side.shape, side.typ), reflect.New(side.typ).Interface())
			}
			placesOf(op)
		}
	}
}

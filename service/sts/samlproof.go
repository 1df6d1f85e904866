package sts

import (
	"crypto/sha1"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/authn/saml"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// samlProof is what a verified assertion says that AWS has a use for.
type samlProof struct {
	assertion *saml.Assertion
	provider  *directory.SAMLProvider
	qualifier string // NameQualifier

	pairs          []string // of the attribute Role
	sessionName    string
	sourceIdentity string
	tags           []sts.Tag
	transitive     []string
	seconds        int32 // SessionDuration; 0 without one
}

// attributeSpaces are what the names of the attributes that AWS reads begin
// with; in China another.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html,
// https://docs.amazonaws.cn/en_us/IAM/latest/UserGuide/troubleshoot_saml.html
var attributeSpaces = map[string][]string{
	"aws":        {"https://aws.amazon.com/SAML/Attributes/"},
	"aws-us-gov": {"https://aws.amazon.com/SAML/Attributes/"},
	"aws-cn":     {"https://www.amazonaws.cn/SAML/Attributes/", "http://www.amazonaws.cn/SAML/Attributes/", "https://aws.amazon.com/SAML/Attributes/"},
}

// readSAML reads an assertion's attributes.
func readSAML(c *service.Call, a *saml.Assertion, provider *directory.SAMLProvider) (*samlProof, error) {
	p := &samlProof{assertion: a, provider: provider, qualifier: nameQualifier(a.Issuer, provider)}
	named := map[string][]string{}
	for _, attribute := range a.Attributes {
		name, ok := awsAttribute(c.Partition, attribute.Name)
		if !ok {
			continue
		}
		key, tag := strings.CutPrefix(name, "PrincipalTag:")
		if !tag {
			named[name] = append(named[name], attribute.Values...)
			continue
		}
		if !isTag(key, attribute.Values) {
			return nil, samlTag()
		}
		p.tags = append(p.tags, sts.Tag{Key: key, Value: attribute.Values[0]})
	}
	if len(p.tags) > maxTags {
		return nil, samlTooManyTags()
	}
	p.pairs, p.transitive = named["Role"], named["TransitiveTagKeys"]
	if err := p.readSingle(named); err != nil {
		return nil, err
	}
	return p, checkTags(c, p.tags, p.transitive)
}

// maxTags is how many session tags there may be.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
const maxTags = 50

// awsAttribute is the name of an attribute that AWS reads.
func awsAttribute(partition, name string) (string, bool) {
	for _, space := range attributeSpaces[partition] {
		if rest, ok := strings.CutPrefix(name, space); ok {
			return rest, true
		}
	}
	return "", false
}

// readSingle reads the attributes that have one value.
func (p *samlProof) readSingle(named map[string][]string) error {
	switch names := named["RoleSessionName"]; {
	case len(names) == 0 || len(names) == 1 && names[0] == "":
		return samlNoSessionName()
	case len(names) > 1 || !isName(names[0]):
		return samlSessionName()
	default:
		p.sessionName = names[0]
	}
	if values := named["SourceIdentity"]; len(values) > 0 {
		if len(values) > 1 || !isName(values[0]) { // which begins with no "aws:"
			return samlSourceIdentity()
		}
		p.sourceIdentity = values[0]
	}
	if values := named["SessionDuration"]; len(values) > 0 {
		if p.seconds = sessionSeconds(values[0]); len(values) > 1 || p.seconds == 0 {
			return samlSessionDuration()
		}
	}
	return nil
}

// sessionSeconds reads a SessionDuration; 0 is none that AWS takes.
func sessionSeconds(text string) int32 {
	seconds, err := strconv.ParseUint(text, 10, 16)
	if err != nil || seconds < 900 || seconds > 43200 {
		return 0
	}
	return int32(seconds)
}

// isName tells whether a text matches [a-zA-Z_0-9+=,.@-]{2,64}.
func isName(text string) bool {
	for _, r := range text {
		if !(r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("_+=,.@-", r))) {
			return false
		}
	}
	return len(text) >= 2 && len(text) <= 64
}

// isTag tells whether an attribute makes a tag (rule S6).
func isTag(key string, values []string) bool {
	return len(values) == 1 && key != "" && utf8.RuneCountInString(key) <= 128 && utf8.RuneCountInString(values[0]) <= 256 &&
		isTagText(key) && isTagText(values[0])
}

func isTagText(text string) bool {
	for _, r := range text {
		if !unicode.In(r, unicode.L, unicode.Z, unicode.N) && !strings.ContainsRune("_.:/=+-@", r) {
			return false
		}
	}
	return true
}

// offers tells whether the assertion names the role together with the provider,
// in either order.
func (p *samlProof) offers(role, provider string) bool {
	return slices.ContainsFunc(p.pairs, func(pair string) bool {
		r, by, ok := splitPair(pair)
		return ok && r == role && by == provider
	})
}

// splitPair takes a value of the attribute Role apart.
func splitPair(pair string) (role, provider string, ok bool) {
	first, second, ok := strings.Cut(pair, ",")
	first, second = strings.TrimSpace(first), strings.TrimSpace(second)
	if !ok || strings.Contains(second, ",") {
		return "", "", false
	}
	if strings.Contains(first, ":saml-provider/") {
		first, second = second, first
	}
	return first, second, true
}

// nameQualifier tells apart the subjects of different providers.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_saml.html#CreatingSAML-userid
func nameQualifier(issuer string, p *directory.SAMLProvider) string {
	sum := sha1.Sum([]byte(issuer + p.Account.String() + "/" + p.Name))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// subjectType is the format of the subject's name, without SAML's usual prefix.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html (SubjectType)
func (p *samlProof) subjectType() string {
	format := p.assertion.Subject.Format
	if format == "" {
		return "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified" // what no format means in SAML
	}
	return strings.TrimPrefix(format, "urn:oasis:names:tc:SAML:2.0:nameid-format:")
}

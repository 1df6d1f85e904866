package service

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/store/directory"
)

// SCIMIssuer is the issuer of the external ids that a provisioning client of an
// identity store gives.
func SCIMIssuer(store string) string { return "https://scim.aws.com/" + store }

// PeopleFault is why a person or a group cannot be as somebody wants it. The
// identity store's API and SCIM word it each in their own way.
type PeopleFault struct {
	Attribute string // as its path is written
	Why       string
	Taken     bool // another one has it
}

// Error is the attribute with why.
func (f *PeopleFault) Error() string { return f.Attribute + ": " + f.Why }

// NewPeopleID makes an id of a user, group or membership: behind the part that
// its identity store's id has, a UUID.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ResourceNotFoundException.html
// (ResourceId: "the ResourceId for that identity store will be … in the 1234567890-UUID format")
func NewPeopleID(rand io.Reader, store string) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	h := hex.EncodeToString(b[:])
	id := h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
	if prefix, ok := strings.CutPrefix(store, "d-"); ok {
		id = prefix + "-" + id
	}
	return id, nil
}

// reservedNames are those of no user and no group.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html
var reservedNames = []string{"administrator", "awsadministrators"}

// CheckPerson tells what of a user is missing, too long or not to be written,
// or belongs to another user of the store already. The error is nil or a
// *PeopleFault.
func CheckPerson(r *directory.Reader, p *directory.Person) error {
	if err := checkProfile(&p.Profile); err != nil {
		return err
	}
	for name, text := range p.Extensions {
		if err := checkExtension(name, text); err != nil {
			return err
		}
	}
	same := func(other *directory.Person, found bool) bool { return !found || other.ID == p.ID }
	if !same(r.PersonNamed(p.Store, p.UserName)) {
		return taken("userName")
	}
	if address := p.Email(); address != "" && !same(r.PersonWithEmail(p.Store, address)) {
		return taken("emails.value")
	}
	for _, e := range p.ExternalIDs {
		if !same(r.PersonKnownAs(p.Store, e)) {
			return taken("externalId")
		}
	}
	return nil
}

// CheckPersonGroup is CheckPerson for a group.
func CheckPersonGroup(r *directory.Reader, g *directory.PersonGroup) error {
	if g.DisplayName == "" {
		return missingAttribute("displayName")
	}
	for path, text := range map[string]string{"displayName": g.DisplayName, "description": g.Description} {
		if err := checkText(path, text, mostText); err != nil {
			return err
		}
	}
	if slices.Contains(reservedNames, strings.ToLower(g.DisplayName)) {
		return &PeopleFault{Attribute: "displayName", Why: "is a reserved name"}
	}
	same := func(other *directory.PersonGroup, found bool) bool { return !found || other.ID == g.ID }
	if !same(r.PersonGroupNamed(g.Store, g.DisplayName)) {
		return taken("displayName")
	}
	for _, e := range g.ExternalIDs {
		if !same(r.PersonGroupKnownAs(g.Store, e)) {
			return taken("externalId")
		}
	}
	return nil
}

func taken(path string) error {
	return &PeopleFault{Attribute: path, Why: "is already in use", Taken: true}
}

func missingAttribute(path string) error {
	return &PeopleFault{Attribute: path, Why: "is required"}
}

// The lengths of the model's strings.
const (
	mostText = 1024
	mostName = 128
)

// checkProfile holds a user's attributes to the model's constraints, and to
// what a user cannot be without.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/developerguide/createuser.html
// ("The givenName, familyName, userName, and displayName fields are required")
func checkProfile(p *directory.Profile) error {
	name := p.Name
	if name == nil {
		name = &directory.PersonName{}
	}
	for _, required := range []struct{ path, text string }{
		{"userName", p.UserName}, {"displayName", p.DisplayName}, {"name.familyName", name.FamilyName}, {"name.givenName", name.GivenName},
	} {
		if required.text == "" {
			return missingAttribute(required.path)
		}
	}
	if err := checkText("userName", p.UserName, mostName); err != nil {
		return err
	}
	if strings.ContainsFunc(p.UserName, unicode.IsSpace) {
		return &PeopleFault{Attribute: "userName", Why: "has spaces"}
	}
	if slices.Contains(reservedNames, strings.ToLower(p.UserName)) {
		return &PeopleFault{Attribute: "userName", Why: "is a reserved name"}
	}
	if err := checkLists(p); err != nil {
		return err
	}
	return checkTexts(p)
}

// checkLists holds the lists to their lengths: one of each, three photos.
func checkLists(p *directory.Profile) error {
	for _, list := range []struct {
		path       string
		have, most int
	}{
		{"emails", len(p.Emails), 1}, {"addresses", len(p.Addresses), 1}, {"phoneNumbers", len(p.PhoneNumbers), 1},
		{"roles", len(p.Roles), 1}, {"photos", len(p.Photos), 3},
	} {
		if list.have > list.most {
			return &PeopleFault{Attribute: list.path, Why: fmt.Sprintf("has %d values, and may have %d", list.have, list.most)}
		}
	}
	return nil
}

// checkTexts visits every text of a profile by way of its JSON, where its
// attributes have their paths.
func checkTexts(p *directory.Profile) error {
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	var tree any
	if err := json.Unmarshal(b, &tree); err != nil {
		return err
	}
	return visitTexts("", tree)
}

func visitTexts(path string, v any) error {
	switch v := v.(type) {
	case string:
		return checkText(path, v, mostText)
	case []any:
		for _, e := range v {
			if err := visitTexts(path, e); err != nil {
				return err
			}
		}
	case map[string]any:
		for key, e := range v {
			if err := visitTexts(strings.TrimPrefix(path+"."+key, "."), e); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkText holds a text to the model's pattern: letters, marks, symbols,
// numbers, punctuation and some white space.
func checkText(path, text string, most int) error {
	if utf8.RuneCountInString(text) > most {
		return &PeopleFault{Attribute: path, Why: fmt.Sprintf("is longer than %d characters", most)}
	}
	for _, c := range text {
		if c == utf8.RuneError || !unicode.In(c, unicode.L, unicode.M, unicode.S, unicode.N, unicode.P) && !strings.ContainsRune("\t\n\r \u00a0\u3000", c) {
			return &PeopleFault{Attribute: path, Why: "has characters that may not be written"}
		}
	}
	return nil
}

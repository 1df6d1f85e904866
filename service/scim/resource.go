package scim

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The schemas by their names.
const (
	userSchema       = "urn:ietf:params:scim:schemas:core:2.0:User"
	groupSchema      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	enterpriseSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	patchSchema      = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
	listSchema       = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	errorSchema      = "urn:ietf:params:scim:api:messages:2.0:Error"
)

// document is a value as JSON has it.
func document(v any) map[string]any {
	b, err := json.Marshal(v)
	if err != nil {
		return map[string]any{} // what is kept can be written
	}
	d := make(map[string]any)
	_ = json.Unmarshal(b, &d)
	return d
}

// userDocument is a user as SCIM has it: of its attributes those that SCIM's
// schemas name.
func userDocument(p *directory.Person) map[string]any {
	d := document(p.Profile)
	maps.DeleteFunc(d, func(name string, _ any) bool { _, known := attributes[name]; return !known })
	d["schemas"] = []any{userSchema}
	if e, ok := p.Extensions[service.EnterpriseExtension]; ok {
		d["schemas"] = []any{userSchema, enterpriseSchema}
		d[enterpriseSchema] = document(e)
	}
	d["id"], d["active"] = p.ID, !p.Disabled
	if id := externalOf(p.Store, p.ExternalIDs); id != "" {
		d["externalId"] = id
	}
	return d
}

func groupDocument(g *directory.PersonGroup) map[string]any {
	d := map[string]any{"schemas": []any{groupSchema}, "id": g.ID, "displayName": g.DisplayName}
	if id := externalOf(g.Store, g.ExternalIDs); id != "" {
		d["externalId"] = id
	}
	return d
}

// meta tells where a resource is and how old.
func meta(kind, location string, s directory.Stamp) map[string]any {
	return map[string]any{
		"resourceType": kind, "location": location,
		"created": s.Created.UTC().Format(time.RFC3339), "lastModified": s.Updated.UTC().Format(time.RFC3339),
	}
}

func externalOf(store string, ids []directory.ExternalID) string {
	for _, e := range ids {
		if e.Issuer == service.SCIMIssuer(store) {
			return e.ID
		}
	}
	return ""
}

// setExternal lets what a client calls something take the place of what it
// called it before.
func setExternal(store string, ids []directory.ExternalID, given any) ([]directory.ExternalID, error) {
	id, ok := given.(string)
	if !ok && given != nil {
		return nil, badValue("externalId must be a string.")
	}
	ids = slices.DeleteFunc(slices.Clone(ids), func(e directory.ExternalID) bool { return e.Issuer == service.SCIMIssuer(store) })
	if id != "" {
		ids = append(ids, directory.ExternalID{Issuer: service.SCIMIssuer(store), ID: id})
	}
	if len(id) > mostExternal || strings.ContainsFunc(id, func(c rune) bool { return c <= ' ' || c == 0x7f || c == 0xfffd }) {
		return nil, badValue("externalId is too long or has characters that may not be written.")
	}
	return ids, nil
}

// mostExternal is the model's length of an external id.
const mostExternal = 256

// readUser lets a user become what a document says. What SCIM does not name
// stays as it is.
func readUser(p *directory.Person, d map[string]any) error {
	if err := named(d, userSchema); err != nil {
		return err
	}
	known := canonical(d, attributes)
	var err error
	if p.ExternalIDs, err = setExternal(p.Store, p.ExternalIDs, known["externalId"]); err != nil {
		return err
	}
	if p.Disabled, err = inactive(known["active"]); err != nil {
		return err
	}
	delete(known, "externalId")
	delete(known, "active")
	profile := directory.Profile{Website: p.Website, Birthdate: p.Birthdate, Photos: p.Photos}
	if err := decode(known, &profile); err != nil {
		return badValue("An attribute of the user has a value of another type than its schema says.")
	}
	if err := checkEmails(profile.Emails); err != nil {
		return err
	}
	for _, list := range [][]directory.PersonValue{profile.Emails, profile.PhoneNumbers, profile.Roles} {
		for i := range list {
			list[i].Display = "" // not kept, as at AWS
		}
	}
	p.Profile = profile
	return readEnterprise(p, d)
}

// checkEmails makes the one address the primary one.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/developerguide/createuser.html
// ("The emails attribute value must be marked as primary")
func checkEmails(emails []directory.PersonValue) error {
	for i := range emails {
		switch {
		case emails[i].Primary == nil:
			emails[i].Primary = new(true)
		case !*emails[i].Primary:
			return badValue("The emails attribute value must be marked as primary.")
		}
	}
	return nil
}

func readEnterprise(p *directory.Person, d map[string]any) error {
	extensions := maps.Clone(p.Extensions)
	delete(extensions, service.EnterpriseExtension)
	given, ok := d[keyOf(d, enterpriseSchema)].(map[string]any)
	if ok {
		known := canonical(given, enterprise)
		if text, isText := known["manager"].(string); isText {
			known["manager"] = map[string]any{"value": text}
		}
		var e service.Enterprise
		if err := decode(known, &e); err != nil {
			return badValue("An attribute of the enterprise extension has a value of another type than its schema says.")
		}
		b, err := json.Marshal(e)
		if err != nil {
			return err
		}
		if string(b) != "{}" {
			if extensions == nil {
				extensions = make(map[string]json.RawMessage)
			}
			extensions[service.EnterpriseExtension] = b
		}
	}
	p.Extensions = extensions
	return nil
}

// readGroup lets a group become what a document says, its members apart.
func readGroup(g *directory.PersonGroup, d map[string]any) error {
	if err := named(d, groupSchema); err != nil {
		return err
	}
	known := canonical(d, groupAttributes)
	name, ok := known["displayName"].(string)
	if !ok && known["displayName"] != nil {
		return badValue("displayName must be a string.")
	}
	g.DisplayName = name
	var err error
	g.ExternalIDs, err = setExternal(g.Store, g.ExternalIDs, known["externalId"])
	return err
}

// named refuses a document that is not of a schema.
func named(d map[string]any, schema string) error {
	schemas, _ := d[keyOf(d, "schemas")].([]any)
	for _, s := range schemas {
		if text, ok := s.(string); ok && strings.EqualFold(text, schema) {
			return nil
		}
	}
	return badSyntax("The body's schemas do not name " + schema + ".")
}

// canonical is what a document has of a table's attributes, spelled as there.
func canonical(d map[string]any, table map[string]kind) map[string]any {
	known := make(map[string]any)
	for _, name := range sortedKeys(d) {
		if spelled, k := find(table, name); k != 0 && d[name] != nil {
			known[spelled] = d[name]
		}
	}
	return known
}

func decode(tree map[string]any, v any) error {
	b, err := json.Marshal(tree)
	if err != nil {
		return err
	}
	return json.Unmarshal(b, v)
}

// inactive reads active, which Entra writes as a string too.
func inactive(v any) (bool, error) {
	switch v := v.(type) {
	case nil:
		return false, nil
	case bool:
		return !v, nil
	case string:
		switch strings.ToLower(v) {
		case "true":
			return false, nil
		case "false":
			return true, nil
		}
	}
	return false, badValue("active must be true or false.")
}

func sortedKeys(d map[string]any) []string { return slices.Sorted(maps.Keys(d)) }

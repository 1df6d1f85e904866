package scim

import (
	"maps"
	"slices"
	"strings"
)

// provider tells what is supported.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/developerguide/serviceproviderconfig.html
func (x *request) provider() (any, error) {
	not := map[string]any{"supported": false}
	return map[string]any{
		"schemas":        []any{"urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"},
		"patch":          map[string]any{"supported": true},
		"bulk":           map[string]any{"supported": false, "maxOperations": 0, "maxPayloadSize": 0},
		"filter":         map[string]any{"supported": true, "maxResults": mostOnPage},
		"changePassword": not, "sort": not, "etag": not,
		"authenticationSchemes": []any{map[string]any{
			"type": "oauthbearertoken", "name": "OAuth Bearer Token", "primary": true,
			"description": "A token made by rolecall scim token create.",
			"specUri":     "https://www.rfc-editor.org/rfc/rfc6750",
		}},
		"meta": map[string]any{"resourceType": "ServiceProviderConfig", "location": x.Origin(x.http) + Path + "ServiceProviderConfig"},
	}, nil
}

// one is a type of resource.
type one struct{ name, schema, endpoint string }

func types() []one {
	return []one{{"User", userSchema, "/Users"}, {"Group", groupSchema, "/Groups"}}
}

func (x *request) resourceTypes() (any, error) {
	var all []any
	for _, t := range types() {
		all = append(all, x.shownType(t))
	}
	return whole(all), nil
}

func (x *request) resourceType() (any, error) {
	for _, t := range types() {
		if t.name == x.http.PathValue("id") {
			return x.shownType(t), nil
		}
	}
	return nil, notFound("ResourceType")
}

func (x *request) shownType(t one) map[string]any {
	d := map[string]any{
		"schemas": []any{"urn:ietf:params:scim:schemas:core:2.0:ResourceType"},
		"id":      t.name, "name": t.name, "endpoint": t.endpoint, "schema": t.schema, "description": t.name,
		"meta": map[string]any{"resourceType": "ResourceType", "location": x.where("ResourceTypes", t.name)},
	}
	if t.schema == userSchema {
		d["schemaExtensions"] = []any{map[string]any{"schema": enterpriseSchema, "required": false}}
	}
	return d
}

// whole is a list of all that there is.
func whole(all []any) map[string]any {
	return map[string]any{"schemas": []any{listSchema}, "totalResults": len(all), "startIndex": 1, "itemsPerPage": len(all), "Resources": all}
}

// schemaNames are the schemas of users and groups, with their titles.
func schemaNames() []one {
	return []one{{"User", userSchema, ""}, {"Group", groupSchema, ""}, {"EnterpriseUser", enterpriseSchema, ""}}
}

func (x *request) schemas() (any, error) {
	var all []any
	for _, s := range schemaNames() {
		all = append(all, x.shownSchema(s))
	}
	return whole(all), nil
}

func (x *request) schema() (any, error) {
	for _, s := range schemaNames() {
		if strings.EqualFold(s.schema, x.http.PathValue("id")) {
			return x.shownSchema(s), nil
		}
	}
	return nil, notFound("Schema")
}

func (x *request) shownSchema(s one) map[string]any {
	table := map[string]map[string]kind{userSchema: attributes, groupSchema: groupAttributes, enterpriseSchema: enterprise}[s.schema]
	var list []any
	for _, name := range slices.Sorted(maps.Keys(table)) {
		if name != "externalId" { // common to all, and so in no schema (RFC 7643, 3.1)
			list = append(list, shownAttribute(name, table[name]))
		}
	}
	if s.schema == groupSchema {
		list = append(list, shownAttribute("members", many))
	}
	return map[string]any{
		"schemas": []any{"urn:ietf:params:scim:schemas:core:2.0:Schema"},
		"id":      s.schema, "name": s.name, "description": s.name, "attributes": list,
		"meta": map[string]any{"resourceType": "Schema", "location": x.where("Schemas", s.schema)},
	}
}

// parts are the sub-attributes of those that have some.
func parts(name string) []string {
	switch name {
	case "name":
		return []string{"formatted", "familyName", "givenName", "middleName", "honorificPrefix", "honorificSuffix"}
	case "addresses":
		return []string{"formatted", "streetAddress", "locality", "region", "postalCode", "country", "type", "primary"}
	case "manager":
		return []string{"value", "$ref"}
	case "members":
		return []string{"value", "type", "$ref"}
	}
	return []string{"value", "type", "primary"}
}

func shownAttribute(name string, k kind) map[string]any {
	d := map[string]any{
		"name": name, "type": "string", "multiValued": k == many, "required": name == "userName" || name == "displayName" || name == "name",
		"caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none", "description": name,
	}
	switch {
	case name == "userName":
		d["uniqueness"] = "server"
	case name == "active", name == "primary":
		d["type"] = "boolean"
	case name == "$ref":
		d["type"] = "reference"
	}
	if k != simple {
		d["type"] = "complex"
		var subs []any
		for _, part := range parts(name) {
			subs = append(subs, shownAttribute(part, simple))
		}
		d["subAttributes"] = subs
	}
	return d
}

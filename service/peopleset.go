package service

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/rolecall-iam/rolecall/store/directory"
)

// EnterpriseExtension is the one extension that users have here: SCIM's
// enterprise user, under AWS's name.
//
// Source: Extensions of https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html
const EnterpriseExtension = "aws:identitystore:enterprise"

// Enterprise are the attributes of SCIM's enterprise user.
//
// Source: https://www.rfc-editor.org/rfc/rfc7643#section-4.3
type Enterprise struct {
	EmployeeNumber string   `json:"employeeNumber,omitempty"`
	CostCenter     string   `json:"costCenter,omitempty"`
	Organization   string   `json:"organization,omitempty"`
	Division       string   `json:"division,omitempty"`
	Department     string   `json:"department,omitempty"`
	Manager        *Manager `json:"manager,omitempty"`
}

// Manager is whom somebody works for.
type Manager struct {
	Value string `json:"value,omitempty"`
	Ref   string `json:"$ref,omitempty"`
}

// SetPersonAttribute sets an attribute of a user by its path, such as emails,
// name.familyName or aws:identitystore:enterprise.department, or takes it away
// where value is empty or null. The error is nil or a *PeopleFault.
func SetPersonAttribute(p *directory.Person, path string, value []byte) error {
	if strings.Contains(path, ":") {
		return setExtension(p, path, value)
	}
	steps := strings.Split(path, ".")
	if len(steps) > 2 || len(steps) == 2 && !strings.EqualFold(steps[0], "name") {
		return noAttribute(path)
	}
	text, err := setIn(p.Profile, steps, value)
	if err != nil {
		return noAttribute(path)
	}
	var changed directory.Profile
	if err := strictly(text, &changed); err != nil {
		return noAttribute(path)
	}
	p.Profile = changed
	return nil
}

func noAttribute(path string) error {
	return &PeopleFault{Attribute: path, Why: "is no attribute that can have this value"}
}

func setExtension(p *directory.Person, path string, value []byte) error {
	name, rest, nested := strings.Cut(path, ".")
	text := value
	if nested {
		var err error
		if text, err = setIn(p.Extensions[name], strings.Split(rest, "."), value); err != nil {
			return noAttribute(path)
		}
	}
	extensions := p.Clone().Extensions
	delete(extensions, name)
	if len(text) > 0 && string(text) != "null" {
		canonical, err := ParseEnterprise(name, text)
		if err != nil {
			return noAttribute(path)
		}
		if extensions == nil {
			extensions = make(map[string]json.RawMessage)
		}
		if string(canonical) != "{}" {
			extensions[name] = canonical
		}
	}
	p.Extensions = extensions
	return nil
}

// ParseEnterprise reads an extension of a user and answers it as it is kept. It
// fails for attributes that the extension does not have.
func ParseEnterprise(name string, text []byte) (json.RawMessage, error) {
	var e Enterprise
	if name != EnterpriseExtension || len(text) == 0 || strictly(text, &e) != nil {
		return nil, noAttribute(name)
	}
	return json.Marshal(e)
}

func checkExtension(name string, text json.RawMessage) error {
	if _, err := ParseEnterprise(name, text); err != nil {
		return err
	}
	var tree any
	if err := json.Unmarshal(text, &tree); err != nil {
		return noAttribute(name)
	}
	return visitTexts(name, tree)
}

// setIn sets a value deep in a document, whatever the case of its names, and
// answers the document.
func setIn(document any, steps []string, value []byte) ([]byte, error) {
	text, err := json.Marshal(document)
	if err != nil {
		return nil, err
	}
	tree := make(map[string]any)
	if err := json.Unmarshal(text, &tree); err != nil {
		return nil, err
	}
	if tree == nil { // of what was null
		tree = make(map[string]any)
	}
	at := tree
	for _, step := range steps[:len(steps)-1] {
		key := keyOf(at, step)
		below, ok := at[key].(map[string]any)
		if !ok {
			below = make(map[string]any)
			at[key] = below
		}
		at = below
	}
	last := keyOf(at, steps[len(steps)-1])
	if len(value) == 0 || string(value) == "null" {
		delete(at, last)
	} else {
		at[last] = json.RawMessage(value)
	}
	return json.Marshal(tree)
}

// keyOf is a name as a document already spells it.
func keyOf(tree map[string]any, name string) string {
	for key := range tree {
		if strings.EqualFold(key, name) {
			return key
		}
	}
	return name
}

// strictly decodes a document that may have no members but those of v.
func strictly(text []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(v)
}

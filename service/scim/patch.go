package scim

import (
	"reflect"
	"slices"
	"strings"
)

// operation is one change of a PATCH.
type operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value"`
}

// patchBody is what a PATCH says.
//
// Source: https://www.rfc-editor.org/rfc/rfc7644#section-3.5.2
type patchBody struct {
	Schemas    []string    `json:"schemas"`
	Operations []operation `json:"Operations"`
}

// mostOperations bounds a PATCH.
const mostOperations = 100

func (b *patchBody) check() error {
	switch {
	case !slices.Contains(b.Schemas, patchSchema):
		return badSyntax("The body's schemas do not name " + patchSchema + ".")
	case len(b.Operations) == 0:
		return badSyntax("The body has no Operations.")
	case len(b.Operations) > mostOperations:
		return badValue("The body has %d Operations, and may have %d.", len(b.Operations), mostOperations)
	}
	for i := range b.Operations {
		op := &b.Operations[i]
		op.Op = strings.ToLower(op.Op) // Entra writes Add
		switch {
		case op.Op != "add" && op.Op != "replace" && op.Op != "remove":
			return badSyntax("An operation's op must be add, replace or remove.")
		case op.Op == "remove" && op.Path == "":
			return bad("noTarget", "A remove needs a path.")
		case op.Op != "remove" && op.Value == nil && op.Path == "":
			return badValue("An operation has neither path nor value.")
		}
	}
	return nil
}

// patch is a document of some schema that operations change.
type patch struct {
	document   map[string]any
	attributes map[string]kind
	schema     string
}

// apply makes one change. Unknown attributes within a value are passed over;
// an unknown one as a path is refused.
func (p patch) apply(op operation) error {
	if op.Path != "" {
		return p.at(op)
	}
	value, ok := op.Value.(map[string]any)
	if !ok {
		return badValue("The value of an operation without a path must be an object.")
	}
	for _, name := range sortedKeys(value) {
		if _, _, known := parsePath(name, p.attributes, p.schema); !known {
			continue
		}
		if err := p.at(operation{op.Op, name, value[name]}); err != nil {
			return err
		}
	}
	return nil
}

func (p patch) at(op operation) error {
	where, kind, ok := parsePath(op.Path, p.attributes, p.schema)
	if !ok {
		return badPath(op.Path)
	}
	if op.Op != "remove" && op.Value == nil {
		op.Op = "remove" // null is the same as no value (RFC 7643, 2.5)
	}
	container := p.document
	if where.extended {
		extension, _ := container[enterpriseSchema].(map[string]any)
		if where.name == "" {
			return set(container, enterpriseSchema, op)
		}
		if extension == nil {
			extension = make(map[string]any)
			container[enterpriseSchema] = extension
		}
		container = extension
	}
	switch {
	case where.name == "active" && op.Op == "remove", where.name == "userName" && op.Op == "remove":
		return bad("mutability", "%s cannot be removed.", where.name)
	case kind == simple:
		return setSimple(container, where.name, op)
	case kind == complexOne && where.sub == "":
		return set(container, where.name, op)
	case kind == complexOne:
		inner, _ := container[where.name].(map[string]any)
		if inner == nil {
			inner = make(map[string]any)
			container[where.name] = inner
		}
		return setSimple(inner, keyOf(inner, where.sub), op)
	}
	return several(container, where, op)
}

func setSimple(container map[string]any, name string, op operation) error {
	if op.Op == "remove" {
		delete(container, name)
		return nil
	}
	switch op.Value.(type) {
	case []any, map[string]any:
		return badValue("%s has one value.", name)
	}
	container[name] = op.Value
	return nil
}

// set merges an object into a complex attribute, or takes it away.
func set(container map[string]any, name string, op operation) error {
	if op.Op == "remove" {
		delete(container, name)
		return nil
	}
	value, ok := op.Value.(map[string]any)
	if !ok {
		if text, isText := op.Value.(string); isText && name == "manager" { // as Entra sends it
			value = map[string]any{"value": text}
		} else {
			return badValue("%s must be an object.", name)
		}
	}
	inner, _ := container[name].(map[string]any)
	if inner == nil {
		inner = make(map[string]any)
		container[name] = inner
	}
	merge(inner, value)
	return nil
}

func merge(inner, value map[string]any) {
	for name, v := range value {
		inner[keyOf(inner, name)] = v
	}
}

// several changes an attribute with several values, or those of them that a
// filter picks.
func several(container map[string]any, where path, op operation) error {
	values, _ := container[where.name].([]any)
	if where.filter == nil && where.sub == "" {
		return setMany(container, where.name, values, op)
	}
	picked := 0
	for i := 0; i < len(values); i++ {
		element, ok := values[i].(map[string]any)
		if !ok || !matches(where.filter, element) {
			continue
		}
		picked++
		switch {
		case op.Op == "remove" && where.sub == "":
			values = slices.Delete(values, i, i+1)
			i--
		case where.sub != "":
			if err := setSimple(element, keyOf(element, where.sub), op); err != nil {
				return err
			}
		default:
			value, ok := op.Value.(map[string]any)
			if !ok {
				return badValue("A value of %s must be an object.", where.name)
			}
			merge(element, value)
		}
	}
	if picked == 0 {
		element, err := where.newElement(op)
		if err != nil {
			return err
		}
		values = append(values, element)
	}
	container[where.name] = values
	return nil
}

// newElement is what an add makes where its filter picks nothing, as Entra
// expects; RFC 7644 (3.5.2.3) has a replace fail.
func (p path) newElement(op operation) (map[string]any, error) {
	if op.Op != "add" && (p.filter != nil || op.Op == "remove") {
		return nil, noTarget(op.Path)
	}
	element := make(map[string]any)
	for _, c := range p.filter {
		element[c.name] = c.value
	}
	if p.sub != "" {
		return element, setSimple(element, p.sub, op)
	}
	value, ok := op.Value.(map[string]any)
	if !ok {
		return nil, badValue("A value of %s must be an object.", p.name)
	}
	merge(element, value)
	return element, nil
}

func setMany(container map[string]any, name string, values []any, op operation) error {
	if op.Op == "remove" {
		delete(container, name)
		return nil
	}
	given, ok := op.Value.([]any)
	if !ok {
		given = []any{op.Value}
	}
	if op.Op == "replace" {
		container[name] = given
		return nil
	}
	for _, v := range given {
		if !slices.ContainsFunc(values, func(w any) bool { return reflect.DeepEqual(v, w) }) {
			values = append(values, v)
		}
	}
	container[name] = values
	return nil
}

// matches tells whether an element is what all clauses say.
func matches(filter []clause, element map[string]any) bool {
	for _, c := range filter {
		if !equal(element[keyOf(element, c.name)], c.value, false) {
			return false
		}
	}
	return true
}

func equal(a, b any, exact bool) bool {
	s, ok := a.(string)
	t, also := b.(string)
	if ok && also && !exact {
		return strings.EqualFold(s, t)
	}
	return a == b
}

// keyOf is a name as a document already spells it.
func keyOf(document map[string]any, name string) string {
	if _, ok := document[name]; ok {
		return name
	}
	for key := range document {
		if strings.EqualFold(key, name) {
			return key
		}
	}
	return name
}

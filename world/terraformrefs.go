package world

import (
	"slices"
	"strings"
)

// settings are the expressions of a resource in the configuration.
func (p *plan) settings(module, base string) *node {
	m, ok := p.configOf(module)
	if !ok {
		return nil
	}
	for _, r := range m.get("resources").list() {
		if r.get("address").str() == base {
			if e := r.get("expressions"); e != nil {
				return e
			}
			return &node{kind: object}
		}
	}
	return nil
}

// configOf is the configuration of a module by its address, which may have
// indexes.
func (p *plan) configOf(module string) (*node, bool) {
	m := p.config
	for _, name := range moduleNames(module) {
		m = m.at("module_calls", name, "module")
	}
	return m, m != nil
}

// moduleNames are the names in the address of a module: of
// module.a["x"].module.b they are a and b.
func moduleNames(address string) []string {
	var names []string
	for address != "" {
		rest, ok := strings.CutPrefix(address, "module.")
		if !ok {
			return names
		}
		end := strings.IndexAny(rest, ".[")
		if end < 0 {
			return append(names, rest)
		}
		names, address = append(names, rest[:end]), rest[end:]
		if strings.HasPrefix(address, "[") {
			address = afterIndex(address)
		}
		address = strings.TrimPrefix(address, ".")
	}
	return names
}

// afterIndex is what follows an index such as ["a.b"] that a text begins with.
func afterIndex(s string) string {
	if strings.HasPrefix(s, `["`) {
		for i := 2; i < len(s); i++ {
			switch s[i] {
			case '\\':
				i++
			case '"':
				return strings.TrimPrefix(s[i+1:], "]")
			}
		}
		return ""
	}
	_, rest, _ := strings.Cut(s, "]")
	return rest
}

// parent is the address of the module that a module is called in, and the name
// of the call.
func parent(module string) (string, string) {
	names := moduleNames(module)
	if len(names) == 0 {
		return "", ""
	}
	last := names[len(names)-1]
	if i := strings.LastIndex(module, ".module."+last); i >= 0 {
		return module[:i], last
	}
	return "", last
}

// refer answers the one resource that an attribute is made of; nil where there
// is none or more than one, or where anything else has a part in it. It is what
// the attribute must be in those that name a whole resource, as role and
// policy_arn do.
func (p *plan) refer(r *planned, attribute string) *planned {
	found := make(map[*planned]bool)
	if !p.follow(r.module, r.settings.get(attribute), r.index, found, 0) || len(found) != 1 {
		return nil
	}
	for one := range found {
		return one
	}
	return nil
}

// follow collects the resources that an expression refers to, and answers false
// where one cannot be told.
func (p *plan) follow(module string, expression *node, index string, found map[*planned]bool, depth int) bool {
	if depth > 20 {
		return false
	}
	each := false
	references := expression.get("references").strings()
	for _, ref := range references {
		each = each || ref == "each.key" || ref == "each.value" || ref == "count.index"
	}
	for _, ref := range references {
		head, rest, _ := strings.Cut(ref, ".")
		switch {
		case begins(ref, references): // Terraform lists what a longer one is in as well
		case head == "each" || head == "count":
		case head == "var":
			above, call := parent(module)
			m, ok := p.configOf(above)
			if module == "" || !ok || !p.follow(above, m.at("module_calls", call, "expressions", rest), index, found, depth+1) {
				return false
			}
		case head == "module":
			if !p.followOutput(module, ref, index, found, depth) {
				return false
			}
		case head == "local" || head == "path" || head == "terraform" || head == "self":
			return false
		default:
			one := p.instance(module, ref, index, each)
			if one == nil {
				return false
			}
			found[one] = true
		}
	}
	return len(references) > 0
}

// begins tells whether a reference is the beginning of another.
func begins(ref string, all []string) bool {
	return slices.ContainsFunc(all, func(other string) bool {
		rest, ok := strings.CutPrefix(other, ref)
		return ok && rest != "" && (rest[0] == '.' || rest[0] == '[')
	})
}

// followOutput follows module.NAME.OUTPUT; a reference to the module itself
// stands beside one to its output and says nothing more.
func (p *plan) followOutput(module, ref, index string, found map[*planned]bool, depth int) bool {
	rest := strings.TrimPrefix(ref, "module.")
	end := strings.IndexAny(rest, ".[")
	if end < 0 {
		return true
	}
	name, rest := rest[:end], rest[end:]
	address := inModule(module, "module."+name)
	if strings.HasPrefix(rest, "[") {
		after := afterIndex(rest)
		address += rest[:len(rest)-len(after)]
		rest = after
	}
	output, ok := strings.CutPrefix(rest, ".")
	if !ok {
		return true
	}
	output, _, _ = strings.Cut(output, ".")
	m, ok := p.configOf(address)
	return ok && p.follow(address, m.at("outputs", output, "expression"), index, found, depth+1)
}

// instance finds the resource that a reference such as aws_iam_role.a["x"].arn
// names. Of several, the one of the same index is meant where each tells that
// the index is used.
func (p *plan) instance(module, ref, index string, each bool) *planned {
	ref, isData := strings.CutPrefix(ref, "data.")
	kind, rest, ok := strings.Cut(ref, ".")
	if !ok {
		return nil
	}
	if isData {
		kind = "data." + kind
	}
	name, wanted := rest, ""
	if end := strings.IndexAny(rest, ".["); end >= 0 {
		name = rest[:end]
		if after := rest[end:]; strings.HasPrefix(after, "[") {
			wanted = strings.Trim(after[:len(after)-len(afterIndex(after))], `[]"`)
		}
	}
	all := p.byBase[inModule(module, kind+"."+name)]
	if len(all) == 1 && (wanted == "" || all[0].index == wanted) {
		return all[0]
	}
	if wanted == "" && each {
		wanted = index
	}
	for _, one := range all {
		if wanted != "" && one.index == wanted {
			return one
		}
	}
	return nil
}

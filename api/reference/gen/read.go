package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strings"
)

// The shapes of the npm package's files, one file a service in each folder.
// Members of the objects are keyed by names in lower case.
type (
	sourceAction struct {
		Name          string
		AccessLevel   string
		ResourceTypes []sourceTaken
		ConditionKeys []string
	}
	sourceTaken struct {
		Name          string
		Required      bool
		ConditionKeys []string
	}
	sourceResource struct {
		Key           string
		ARN           string
		ConditionKeys []string
	}
	sourceKey struct {
		Key  string
		Type string
	}
)

// service is a service with its part already written as lines.
type service struct {
	prefix, name string
	rcp          bool
	part         []byte
}

// read reads the whole folder, services in order.
func read(data fs.FS) ([]service, error) {
	var prefixes, withRCP []string
	var names map[string]string
	for name, into := range map[string]any{"services.json": &prefixes, "serviceNames.json": &names, "rcpSupportedServices.json": &withRCP} {
		if err := readJSON(data, name, into); err != nil {
			return nil, err
		}
	}
	slices.Sort(prefixes)
	var services []service
	for _, prefix := range prefixes {
		s := service{prefix: prefix, name: names[prefix], rcp: slices.Contains(withRCP, prefix)}
		var err error
		if s.part, err = readPart(data, prefix); err != nil {
			return nil, err
		}
		services = append(services, s)
	}
	return services, nil
}

// readPart reads a service's three files and writes them as lines.
func readPart(data fs.FS, prefix string) ([]byte, error) {
	var (
		actions   map[string]sourceAction
		resources map[string]sourceResource
		keys      map[string]sourceKey
		w         lineWriter
	)
	for folder, into := range map[string]any{"actions": &actions, "resourceTypes": &resources, "conditionKeys": &keys} {
		if err := readJSON(data, folder+"/"+prefix+".json", into); err != nil {
			return nil, err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(keys)) {
		w.key(keys[name])
	}
	for _, name := range slices.Sorted(maps.Keys(resources)) {
		w.resource(resources[name])
	}
	for _, name := range slices.Sorted(maps.Keys(actions)) {
		w.action(actions[name])
	}
	if w.err != nil {
		return nil, fmt.Errorf("%s: %w", prefix, w.err)
	}
	return w.out, nil
}

func readJSON(data fs.FS, name string, into any) error {
	b, err := fs.ReadFile(data, name)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// lineWriter writes lines of fields and keeps the first error.
type lineWriter struct {
	out []byte
	err error
}

func (w *lineWriter) line(fields ...string) {
	for _, f := range fields {
		if strings.ContainsAny(f, "\t\n") {
			w.fail("%q has a tab or a line's end in it", f)
		}
	}
	w.out = append(append(w.out, strings.Join(fields, "\t")...), '\n')
}

func (w *lineWriter) key(k sourceKey) {
	kind, many := strings.CutPrefix(k.Type, "ArrayOf")
	w.line("key", w.one(k.Key), w.one(kind), when(many, "multivalued"))
}

func (w *lineWriter) resource(r sourceResource) {
	w.line("resource", w.one(r.Key), w.one(r.ARN), w.list(r.ConditionKeys))
}

func (w *lineWriter) action(a sourceAction) {
	w.line("action", w.one(a.Name), w.level(a.AccessLevel), w.list(a.ConditionKeys))
	for _, r := range a.ResourceTypes {
		w.line("takes", w.one(r.Name), when(r.Required, "required"), w.list(r.ConditionKeys))
	}
}

// level turns the source's "Tagging, Write" into AWS's one word for it.
func (w *lineWriter) level(s string) string {
	level, _, _ := strings.Cut(s, ", ")
	switch level {
	case "List", "Read", "Write", "Tagging", "Permissions management":
		return level
	}
	w.fail("%q is no access level", s)
	return ""
}

// one demands a value.
func (w *lineWriter) one(s string) string {
	if s == "" {
		w.fail("a name is empty")
	}
	return s
}

func (w *lineWriter) list(values []string) string {
	for _, v := range values {
		if v == "" || strings.Contains(v, ",") {
			w.fail("%q cannot stand in a list", v)
		}
	}
	return strings.Join(values, ",")
}

func (w *lineWriter) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf(format, args...)
	}
}

func when(condition bool, word string) string {
	if condition {
		return word
	}
	return ""
}

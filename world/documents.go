package world

import (
	"slices"
	"strings"
)

// Document is one policy that plans, templates and folders have, and where.
type Document struct {
	Place    Place
	Text     string
	Trust    bool // of a role
	Resource bool // of a bucket or another resource
}

// Documents are the policies of plans, templates and folders, in the order of
// their places. One of which a part is unknown is left out, and so are those of
// account details, whose text is AWS's and not the file's.
func (w *World) Documents() []Document {
	var all []Document
	exports := make(map[string]bool)
	for _, a := range w.accounts {
		for _, e := range a.exports {
			exports[e.file.Name] = true
		}
	}
	add := func(d document, trust, resource bool) {
		if d.text != "" && !exports[d.at.File] && !strings.Contains(d.text, mark) {
			all = append(all, Document{d.at, d.text, trust, resource})
		}
	}
	for _, a := range w.accounts {
		for _, p := range a.policies {
			add(p.document, false, false)
		}
		for _, e := range a.entities {
			add(e.trust, true, false)
			for _, d := range e.inline {
				add(d.document, false, false)
			}
		}
	}
	for _, name := range sortedKeys(w.resources) {
		add(w.resources[name].document, false, true)
	}
	slices.SortStableFunc(all, func(a, b Document) int {
		if a.Place.File != b.Place.File {
			return strings.Compare(a.Place.File, b.Place.File)
		}
		return a.Place.Line - b.Place.Line
	})
	return all
}

package world

import (
	"slices"
	"strings"
)

// taken notes what a plan takes away from what there is: resources that it
// deletes or makes anew, and what changed ones no longer give.
func (p *plan) taken(changes *node) {
	for _, c := range changes.list() {
		actions, before := c.at("change", "actions").strings(), c.at("change", "before")
		deletes := slices.Contains(actions, "delete")
		if !before.is(object) || !deletes && !slices.Contains(actions, "update") {
			continue
		}
		kind := c.get("type").str()
		at := Place{File: p.file, Where: c.get("address").str()}
		if entity, ok := strings.CutPrefix(kind, "aws_iam_"); ok && deletes && slices.Contains([]string{"role", "user", "group"}, entity) {
			p.takes = append(p.takes, late{account: p.account, kind: entity, name: before.get("name").str(), at: at, ends: true})
		}
		for _, h := range holdings {
			if h.kind == kind && (deletes || h.policy == "") {
				p.takeBack(h, before, at)
			}
		}
	}
}

// takeBack undoes one holding as it was.
func (p *plan) takeBack(h holding, before *node, at Place) {
	for _, attribute := range h.attributes {
		for _, name := range before.get(attribute).strings() {
			p.takes = append(p.takes, late{account: p.account, kind: holders[attribute], name: name, at: at, do: func(e *entity) error {
				return p.takeFrom(h, before, at, e)
			}})
		}
	}
}

func (p *plan) takeFrom(h holding, before *node, at Place, e *entity) error {
	var what []string
	less := func(list []attachment, names []string) []attachment {
		return slices.DeleteFunc(list, func(has attachment) bool {
			gone := slices.Contains(names, has.name)
			if gone {
				what = append(what, has.name)
			}
			return gone
		})
	}
	switch {
	case h.policy != "":
		e.inline = slices.DeleteFunc(e.inline, func(has namedDocument) bool {
			gone := has.name == before.get("name").str()
			if gone {
				what = append(what, "its policy "+has.name)
			}
			return gone
		})
	case h.attached != "":
		e.attached = less(e.attached, before.get(h.attached).strings())
	case h.group != "":
		e.groups = less(e.groups, before.get(h.group).strings())
	}
	if len(what) > 0 {
		p.warn(at, "this takes from the "+e.kind+" "+e.name+" of "+e.at.String()+": "+strings.Join(what, ", "))
	}
	return nil
}

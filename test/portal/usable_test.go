package portal_test

import (
	"encoding/json"
	"slices"
	"strings"
)

// node is one of the tree that screen readers read.
type node struct {
	Ignored    bool
	Role, Name struct{ Value any }
	Properties []struct {
		Name  string
		Value struct{ Value any }
	}
}

func (n node) role() string { s, _ := n.Role.Value.(string); return s }
func (n node) name() string { s, _ := n.Name.Value.(string); return strings.TrimSpace(s) }

// usable checks what keyboards and screen readers need of the page that is
// shown.
//
// Source: https://www.w3.org/TR/WCAG22/ (1.3.1, 1.4.10, 2.4.1, 2.4.2, 2.4.3, 2.4.6, 3.1.1, 4.1.2)
func (v *visit) usable(page string) {
	v.t.Helper()
	var tree struct{ Nodes []node }
	v.call("Accessibility.getFullAXTree", map[string]any{}, &tree)
	roles := map[string]int{}
	level := 0
	for _, n := range tree.Nodes {
		if n.Ignored {
			continue
		}
		roles[n.role()]++
		switch n.role() {
		case "button", "link", "textbox", "searchbox", "checkbox", "radio", "image", "group", "region", "search", "navigation":
			if n.name() == "" {
				v.t.Errorf("%s: a %s has no name", page, n.role())
			}
		case "heading":
			next := levelOf(n)
			if n.name() == "" || next > level+1 {
				v.t.Errorf("%s: the heading %q of level %d follows one of level %d", page, n.name(), next, level)
			}
			level = next
		}
	}
	for _, landmark := range []string{"banner", "main", "contentinfo"} {
		if roles[landmark] != 1 {
			v.t.Errorf("%s: %d landmarks %s", page, roles[landmark], landmark)
		}
	}
	var told struct {
		Title, Lang             string
		H1, Nav, Small, Ordered int
		Twice, Loose, Foreign   []string
		Wide                    bool
	}
	v.wide(320) // a page of 1280 pixels at 400 %
	v.must(json.Unmarshal([]byte(v.evaluate(lookAround)), &told))
	v.wide(900)
	if !strings.HasSuffix(told.Title, " · rolecall access portal") || told.Lang != "en" || told.H1 != 1 {
		v.t.Errorf("%s: title %q, language %q, %d h1", page, told.Title, told.Lang, told.H1)
	}
	if len(told.Twice) > 0 || len(told.Loose) > 0 || len(told.Foreign) > 0 {
		v.t.Errorf("%s: ids twice %v, labels of nothing %v, loaded %v", page, told.Twice, told.Loose, told.Foreign)
	}
	if told.Wide {
		v.t.Errorf("%s: must be scrolled sideways at 320 pixels", page)
	}
	if told.Ordered != 0 {
		v.t.Errorf("%s: %d elements are out of the keyboard's order", page, told.Ordered)
	}
	if told.Small != 0 {
		v.t.Errorf("%s: %d controls are smaller than 24 pixels", page, told.Small)
	}
}

func levelOf(n node) int {
	at := slices.IndexFunc(n.Properties, func(p struct {
		Name  string
		Value struct{ Value any }
	}) bool {
		return p.Name == "level"
	})
	if at < 0 {
		return 0
	}
	level, _ := n.Properties[at].Value.Value.(float64)
	return int(level)
}

// lookAround is an expression that tells of a page what its tree does not.
const lookAround = `JSON.stringify((() => {
	const all = (selector) => [...document.querySelectorAll(selector)];
	const ids = all("[id]").map((e) => e.id);
	const refers = all("[for],[aria-labelledby],[aria-describedby]").flatMap((e) =>
		[e.getAttribute("for"), e.getAttribute("aria-labelledby"), e.getAttribute("aria-describedby")].filter(Boolean).flatMap((t) => t.split(" ")));
	return {
		title: document.title, lang: document.documentElement.lang, h1: all("h1").length,
		twice: ids.filter((id, at) => ids.indexOf(id) !== at), loose: refers.filter((id) => !ids.includes(id)),
		foreign: performance.getEntriesByType("resource").map((e) => e.name).filter((n) => !n.startsWith(location.origin + "/_/portal/")),
		ordered: all("[tabindex]").filter((e) => e.tabIndex > 0).length,
		small: all("button,input:not([type=hidden]):not([type=radio]):not([type=checkbox]),a.button").filter((e) => e.getBoundingClientRect().height < 24).length,
		wide: document.documentElement.scrollWidth > document.documentElement.clientWidth,
	};
})())`

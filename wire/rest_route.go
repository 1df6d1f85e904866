package wire

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api"
)

// restTable finds the operation of a REST service by method, path and query.
type restTable struct {
	service *api.Service
	routes  []restRoute // the most specific first
}

// restRoute is one operation's URI taken apart.
type restRoute struct {
	op       *api.Operation
	segments []segment
	query    []queryLiteral
	needs    []*api.Member // required members of the query and the headers
}

// segment is one part of a path: a word, a label, or a label that takes all
// that is left.
type segment struct {
	word, label string
	greedy      bool
}

// queryLiteral is a query parameter that the URI itself names, as in ?acl.
type queryLiteral struct {
	name, value string
	hasValue    bool
}

const maxSegments = 64 // of a path, apart from those that a greedy label takes

func newRESTTable(s *api.Service) restTable {
	table := restTable{service: s}
	for _, op := range s.Operations() {
		table.routes = append(table.routes, newRESTRoute(op))
	}
	slices.SortStableFunc(table.routes, func(a, b restRoute) int { return b.weight() - a.weight() })
	return table
}

func newRESTRoute(op *api.Operation) restRoute {
	route := restRoute{op: op}
	path, query, _ := strings.Cut(op.URI, "?")
	for _, part := range strings.Split(strings.Trim(path, "/"), "/") {
		if part == "" {
			continue
		}
		name, isLabel := strings.CutPrefix(part, "{")
		name = strings.TrimSuffix(name, "}")
		label, greedy := strings.CutSuffix(name, "+")
		if isLabel {
			route.segments = append(route.segments, segment{label: label, greedy: greedy})
		} else {
			route.segments = append(route.segments, segment{word: part})
		}
	}
	for _, part := range strings.Split(query, "&") {
		if part != "" {
			name, value, has := strings.Cut(part, "=")
			route.query = append(route.query, queryLiteral{name, value, has})
		}
	}
	for i := range op.Input.Members {
		m := &op.Input.Members[i]
		if m.Required && (m.Location == api.QueryString || m.Location == api.Header) {
			route.needs = append(route.needs, m)
		}
	}
	return route
}

// weight orders routes: words before labels, then what the query must have,
// then what the operation needs, then operations in use before old ones.
func (route *restRoute) weight() int {
	weight := 0
	for _, s := range route.segments {
		if s.word != "" {
			weight += 10_000
		}
	}
	weight += 100*len(route.query) + 2*len(route.needs)
	if route.op.Deprecated {
		weight--
	}
	return weight
}

// route finds the operation. Where several fit, the first whose required
// members are all there; where none is so complete, the one that needs least,
// so that the client is told what is missing.
func (table restTable) route(t *Target, r *http.Request) *Error {
	parts, ok := splitPath(r.URL.EscapedPath())
	if !ok {
		return malformedQueryString()
	}
	query := r.URL.Query()
	var fallback *restRoute
	pathKnown := false
	for i := range table.routes {
		route := &table.routes[i]
		if !route.fitsPath(parts) {
			continue
		}
		pathKnown = true
		if route.op.Method != r.Method || !route.fitsQuery(query) {
			continue
		}
		if route.complete(r.Header, query) {
			return route.take(t, parts)
		}
		if fallback == nil || len(route.needs) < len(fallback.needs) {
			fallback = route
		}
	}
	if fallback != nil {
		return fallback.take(t, parts)
	}
	if pathKnown && table.service.Protocol == api.RestXML {
		return &Error{Code: "MethodNotAllowed", Status: 405, Message: "The specified method is not allowed against this resource."}
	}
	return unknownOperation(table.service.Protocol, "")
}

// knows says whether the path and method are those of an operation that needs
// no signature.
func (table restTable) knows(r *http.Request) bool {
	parts, ok := splitPath(r.URL.EscapedPath())
	if !ok {
		return false
	}
	for i := range table.routes {
		route := &table.routes[i]
		if route.op.Unsigned && route.op.Method == r.Method && route.fitsPath(parts) {
			return true
		}
	}
	return false
}

// splitPath takes an escaped path apart. Parts stay escaped, so that an
// escaped slash in a label does not part it.
func splitPath(path string) ([]string, bool) {
	if !strings.HasPrefix(path, "/") {
		return nil, path == ""
	}
	parts := strings.SplitN(path[1:], "/", maxSegments)
	if parts[0] == "" && len(parts) == 1 {
		return nil, true
	}
	return parts, true
}

func (route *restRoute) fitsPath(parts []string) bool {
	for i, s := range route.segments {
		if i >= len(parts) || s.word != "" && s.word != parts[i] || s.word == "" && parts[i] == "" && !s.greedy {
			return false
		}
		if s.greedy {
			return strings.Join(parts[i:], "/") != ""
		}
	}
	rest := parts[len(route.segments):]
	// "/bucket/" is the bucket.
	return len(rest) == 0 || len(rest) == 1 && rest[0] == ""
}

func (route *restRoute) fitsQuery(query url.Values) bool {
	for _, q := range route.query {
		values, ok := query[q.name]
		if !ok || q.hasValue && values[0] != q.value {
			return false
		}
	}
	return true
}

// complete says whether all required members of query and headers are there.
func (route *restRoute) complete(header http.Header, query url.Values) bool {
	for _, m := range route.needs {
		if m.Location == api.QueryString && !query.Has(m.Wire()) ||
			m.Location == api.Header && header.Get(m.Wire()) == "" {
			return false
		}
	}
	return true
}

// take makes the route the target's operation and reads the labels.
func (route *restRoute) take(t *Target, parts []string) *Error {
	t.labels = map[string]string{}
	for i, s := range route.segments {
		if s.label == "" {
			continue
		}
		text := parts[i]
		if s.greedy {
			text = strings.Join(parts[i:], "/")
		}
		value, err := url.PathUnescape(text)
		if err != nil || !isText(value) {
			return malformedQueryString()
		}
		t.labels[s.label] = value
	}
	t.Operation = route.op
	return nil
}

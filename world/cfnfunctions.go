package world

import (
	"strconv"
	"strings"
)

// deepest is how deep functions may stand in each other.
const deepest = 100

// function is a function of CloudFormation.
type function func(t *stack, arg *node, depth int) *node

// functions are those that are known. All others leave a hole.
//
// Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
func functions() map[string]function {
	return map[string]function{
		"Ref":           func(t *stack, arg *node, _ int) *node { return t.ref(arg.str(), arg.line) },
		"Fn::GetAtt":    (*stack).getAtt,
		"Fn::Sub":       (*stack).sub,
		"Fn::Join":      (*stack).join,
		"Fn::Select":    (*stack).pick,
		"Fn::Split":     (*stack).split,
		"Fn::FindInMap": (*stack).findInMap,
		"Fn::If":        (*stack).choose,
	}
}

// functionOf answers the function that a value calls, and with what.
func functionOf(n *node) (string, *node, bool) {
	if name, ok := strings.CutPrefix(n.tag, "!"); ok {
		arg := *n
		arg.tag = ""
		if name == "Ref" || name == "Condition" {
			return name, &arg, true
		}
		return "Fn::" + name, &arg, true
	}
	if n.kind == object && len(n.names) == 1 && (n.names[0] == "Ref" || strings.HasPrefix(n.names[0], "Fn::")) {
		return n.names[0], n.items[0], true
	}
	return "", nil, false
}

// eval applies the functions in a value; nil for AWS::NoValue.
func (t *stack) eval(n *node, depth int) *node {
	if depth > deepest {
		return holeNode(n.line, "functions stand in each other too deeply")
	}
	if name, arg, ok := functionOf(n); ok {
		f, known := functions()[name]
		if !known {
			return holeNode(n.line, name+" is not known from the template")
		}
		v := f(t, arg, depth+1)
		if v != nil && v.line == 0 {
			v.line = n.line
		}
		return v
	}
	if n.kind != object && n.kind != list {
		return n
	}
	out := &node{kind: n.kind, line: n.line}
	for i, item := range n.items {
		v := t.eval(item, depth+1)
		if v == nil {
			continue
		}
		if n.kind == object {
			out.names = append(out.names, n.names[i])
		}
		out.items = append(out.items, v)
	}
	return out
}

// pseudo are AWS's own parameters, as far as they are known.
func (t *stack) pseudo(name string) string {
	switch name {
	case "AWS::AccountId":
		return t.account.id.String()
	case "AWS::Region":
		return t.region
	case "AWS::Partition":
		return t.partition
	case "AWS::URLSuffix":
		if t.partition == "aws-cn" {
			return "amazonaws.com.cn"
		}
		return "amazonaws.com"
	}
	return ""
}

// ref is what Ref answers: a parameter's default, or what names a resource.
func (t *stack) ref(name string, line int) *node {
	if name == "AWS::NoValue" {
		return nil
	}
	if v := t.pseudo(name); v != "" {
		return textNode(line, v)
	}
	if p := t.parameters.get(name); p != nil {
		return t.parameter(name, p, line)
	}
	m, ok := t.resources[name]
	if !ok {
		return holeNode(line, name+" is not known from the template")
	}
	return t.reference(m, line)
}

// parameter is the value of a parameter that is given, or its default.
func (t *stack) parameter(name string, p *node, line int) *node {
	value, kind := p.get("Default"), p.get("Type").str()
	if given, ok := t.given[name]; ok {
		value = textNode(line, given)
	}
	switch {
	case !value.has():
		return holeNode(line, "the parameter "+name+" has no default")
	case strings.HasPrefix(kind, "AWS::SSM::"):
		return holeNode(line, "the parameter "+name+" is in Systems Manager")
	case kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<"):
		out := listNode(line, nil)
		for _, part := range strings.Split(value.str(), ",") {
			out.items = append(out.items, textNode(line, strings.TrimSpace(part)))
		}
		return out
	}
	return textNode(line, value.str())
}

// getAtt is Fn::GetAtt, of a list or a text with a dot.
func (t *stack) getAtt(arg *node, _ int) *node {
	logical, attribute, _ := strings.Cut(arg.str(), ".")
	if arg.is(list) && len(arg.items) == 2 {
		logical, attribute = arg.items[0].str(), arg.items[1].str()
	}
	m, ok := t.resources[logical]
	if !ok {
		return holeNode(arg.line, logical+"."+attribute+" is not known from the template")
	}
	return t.attribute(m, attribute, arg.line)
}

// sub is Fn::Sub, of a text or a list of a text and its variables.
func (t *stack) sub(arg *node, depth int) *node {
	form, variables := arg, (*node)(nil)
	if arg.is(list) && len(arg.items) == 2 {
		form, variables = arg.items[0], arg.items[1]
	}
	if form.kind != text {
		return holeNode(arg.line, "Fn::Sub is of no text")
	}
	var b strings.Builder
	rest := form.text
	for {
		before, after, found := strings.Cut(rest, "${")
		b.WriteString(before)
		if !found {
			return textNode(arg.line, b.String())
		}
		name, behind, closed := strings.Cut(after, "}")
		if !closed {
			return holeNode(arg.line, "a ${ in Fn::Sub is not closed")
		}
		rest = behind
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			b.WriteString("${" + literal + "}")
			continue
		}
		v := t.variable(strings.TrimSpace(name), variables, arg.line, depth)
		switch {
		case v.is(hole):
			return v
		case v == nil || v.kind == object || v.kind == list:
			return holeNode(arg.line, name+" is no text")
		}
		b.WriteString(v.text)
	}
}

func (t *stack) variable(name string, variables *node, line, depth int) *node {
	if v := variables.get(name); v != nil {
		return t.eval(v, depth+1)
	}
	if strings.Contains(name, ".") {
		return t.getAtt(textNode(line, name), depth)
	}
	return t.ref(name, line)
}

// arguments are the items of a function's list, each with functions applied;
// false with the hole where one is not known or there are too few.
func (t *stack) arguments(arg *node, count, depth int) ([]*node, *node) {
	if !arg.is(list) || len(arg.items) < count {
		return nil, holeNode(arg.line, "a function has too few arguments")
	}
	var out []*node
	for _, item := range arg.items {
		v := t.eval(item, depth+1)
		if v == nil {
			v = &node{kind: null, line: item.line}
		}
		if v.kind == hole {
			return nil, v
		}
		out = append(out, v)
	}
	return out, nil
}

func (t *stack) join(arg *node, depth int) *node {
	args, open := t.arguments(arg, 2, depth)
	if open != nil {
		return open
	}
	if h := args[1].firstHole(); h != nil {
		return h
	}
	return textNode(arg.line, strings.Join(args[1].strings(), args[0].str()))
}

func (t *stack) pick(arg *node, depth int) *node {
	args, open := t.arguments(arg, 2, depth)
	if open != nil {
		return open
	}
	i, err := strconv.Atoi(args[0].str())
	if err != nil || !args[1].is(list) || i < 0 || i >= len(args[1].items) {
		return holeNode(arg.line, "Fn::Select has no such item")
	}
	return args[1].items[i]
}

func (t *stack) split(arg *node, depth int) *node {
	args, open := t.arguments(arg, 2, depth)
	if open != nil {
		return open
	}
	out := listNode(arg.line, nil)
	for _, part := range strings.Split(args[1].str(), args[0].str()) {
		out.items = append(out.items, textNode(arg.line, part))
	}
	return out
}

func (t *stack) findInMap(arg *node, depth int) *node {
	args, open := t.arguments(arg, 3, depth)
	if open != nil {
		return open
	}
	if v := t.root.at("Mappings", args[0].str(), args[1].str(), args[2].str()); v != nil {
		return v
	}
	return holeNode(arg.line, "Fn::FindInMap finds nothing")
}

// choose is Fn::If.
func (t *stack) choose(arg *node, depth int) *node {
	if !arg.is(list) || len(arg.items) != 3 {
		return holeNode(arg.line, "Fn::If has not three arguments")
	}
	switch c := t.condition(arg.items[0].str(), Place{}); {
	case c.is(hole):
		return holeNode(arg.line, c.text)
	case c.text == "true":
		return t.eval(arg.items[1], depth+1)
	}
	return t.eval(arg.items[2], depth+1)
}

// condition finds a condition: a boolean, or a hole.
func (t *stack) condition(name string, _ Place) *node {
	if v, ok := t.conditions[name]; ok {
		if v == nil {
			return holeNode(0, "the condition "+name+" refers to itself")
		}
		return v
	}
	c := t.root.at("Conditions", name)
	if c == nil {
		return holeNode(0, "there is no condition "+name)
	}
	t.conditions[name] = nil
	v := t.truth(c, 0)
	if v.is(hole) {
		v = holeNode(v.line, "the condition "+name+" is not known: "+v.text)
	}
	t.conditions[name] = v
	return v
}

// truth decides a condition's expression.
func (t *stack) truth(n *node, depth int) *node {
	name, arg, ok := functionOf(n)
	if n.kind == object && n.get("Condition") != nil {
		name, arg, ok = "Condition", n.get("Condition"), true
	}
	if !ok || depth > deepest {
		return holeNode(n.line, "this is no condition")
	}
	is := func(b bool) *node { return &node{kind: boolean, line: n.line, text: strconv.FormatBool(b)} }
	switch name {
	case "Condition":
		return t.condition(arg.str(), Place{})
	case "Fn::Equals":
		args, open := t.arguments(arg, 2, depth)
		if open != nil {
			return open
		}
		return is(args[0].str() == args[1].str())
	case "Fn::Not", "Fn::And", "Fn::Or":
		var open *node
		for _, item := range arg.list() {
			v := t.truth(item, depth+1)
			switch {
			case v.is(hole):
				open = v
			case name == "Fn::Not":
				return is(v.text != "true")
			case (name == "Fn::Or") == (v.text == "true"):
				return v
			}
		}
		if open != nil {
			return open
		}
		return is(name == "Fn::And")
	}
	return holeNode(n.line, name+" is not known from the template")
}

package iam

import (
	"strings"

	"github.com/rolecall-iam/rolecall/api/reference"
)

// resourceForm is what AWS names above the results for several resources: the
// form that the action's type of resource has, in this partition and any
// region, such as arn:aws:logs:*:${Account}:log-group:${LogGroupName}. It is
// "*" where no one type of the action's has the form of all of them.
//
// Source: answers that tests of others keep (orbit-infra's simulations); the
// forms are those of the service authorization reference.
func resourceForm(partition, action string, resources []string) string {
	prefix, name, _ := strings.Cut(action, ":")
	service, ok := reference.Service(strings.ToLower(prefix))
	if !ok {
		return "*"
	}
	entry, ok := service.Action(name)
	if !ok {
		return "*"
	}
	for _, taken := range entry.Resources {
		if kind, ok := service.ResourceType(taken.Type); ok && haveForm(kind.ARN, resources) {
			return strings.NewReplacer("${Partition}", partition, "${Region}", "*").Replace(kind.ARN)
		}
	}
	return "*"
}

func haveForm(form string, resources []string) bool {
	for _, r := range resources {
		if !fills(form, r) {
			return false
		}
	}
	return form != "" && form != "*"
}

// fills tells whether a text is a form with something in each of its gaps,
// which are written ${…}. Each gap takes as little as it can, which finds a way
// if there is one.
func fills(form, text string) bool {
	between := literals(form)
	text, ok := strings.CutPrefix(text, between[0])
	if !ok || len(between) == 1 {
		return ok && text == ""
	}
	last := len(between) - 1
	for _, next := range between[1:last] {
		if text == "" {
			return false
		}
		found := strings.Index(text[1:], next)
		if found < 0 {
			return false
		}
		text = text[1+found+len(next):]
	}
	return len(text) > len(between[last]) && strings.HasSuffix(text, between[last])
}

// literals are the texts before, between and behind a form's gaps.
func literals(form string) []string {
	parts := strings.Split(form, "${")
	for i := range parts[1:] {
		_, parts[i+1], _ = strings.Cut(parts[i+1], "}")
	}
	return parts
}

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/api/reference"
)

// print prints what a principal may do as a tree: service, actions, resource.
func (c *canCommand) print(w io.Writer, out canAnswer) error {
	p, colours := &page{w: w}, paintFor(w)
	if len(out.Services) == 0 {
		p.text("", out.Principal+" may do nothing"+c.asked()+".")
	} else {
		p.text("", out.Principal+" may do"+c.asked()+":")
	}
	whole, rest := wholeServices(out.Services)
	if len(whole) > 0 {
		p.line("")
		if len(whole) == len(reference.ServicePrefixes()) {
			p.line("%severything of every service%s", colours.bold, colours.off)
		} else {
			p.line("%severything of %s%s", colours.bold, count(len(whole), "service"), colours.off)
			p.text("  ", strings.Join(whole, ", "))
		}
	}
	for _, s := range rest {
		p.line("")
		p.line("%s%s%s  %s", colours.bold, s.Prefix, colours.off, s.Name)
		for _, g := range s.Grants {
			p.text("  "+colours.green, strings.Join(g.Patterns, ", ")+colours.off)
			p.text("      on ", g.Resource)
			for _, x := range g.Except {
				p.text("      "+colours.red+"but not on"+colours.off+" ", x)
			}
			for _, condition := range g.Conditions {
				p.text("      "+colours.yellow, condition+colours.off)
			}
		}
	}
	p.roles(colours, out.Roles)
	if out.Usage != nil {
		p.usage(colours, out.Usage, len(c.Events) > 0)
	}
	return p.err
}

// asked are the flags that narrow the question, in words.
func (c *canCommand) asked() string {
	text := ""
	if c.Service != "" {
		text += " of " + c.Service
	}
	if c.Action != "" {
		text += " of " + c.Action
	}
	if c.Resource != "" {
		text += " on " + c.Resource
	}
	return text
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// wholeServices are those of which everything is allowed on everything, apart
// from the others.
func wholeServices(all []rolecall.CanService) (whole []string, rest []rolecall.CanService) {
	for _, s := range all {
		if len(s.Grants) == 1 && slices.Equal(s.Grants[0].Patterns, []string{s.Prefix + ":*"}) && s.Grants[0].Resource == "*" &&
			len(s.Grants[0].Except)+len(s.Grants[0].Conditions) == 0 {
			whole = append(whole, s.Prefix)
		} else {
			rest = append(rest, s)
		}
	}
	if len(whole) < 2 {
		return nil, all
	}
	return whole, rest
}

func (p *page) roles(c paint, roles []rolecall.CanAssume) {
	if len(roles) == 0 {
		return
	}
	p.line("")
	p.line("%sroles%s  that it may assume, by its policies and by the roles' own", c.bold, c.off)
	for _, r := range roles {
		p.line("  %s%s%s", c.green, r.Role, c.off)
		for _, condition := range r.Conditions {
			p.text("      "+c.yellow, condition+c.off)
		}
	}
}

// usage prints what was used of what is allowed, and what that cannot tell.
func (p *page) usage(c paint, u *rolecall.Usage, events bool) {
	list := func(title string, names []string) {
		p.line("")
		p.line("%s%s%s", c.bold, title, c.off)
		if len(names) == 0 {
			names = []string{"none"}
		}
		p.text("  ", strings.Join(names, ", "))
	}
	list("actions that were called and are allowed", u.Used)
	if len(u.Denied) > 0 {
		list("actions that were called and are not allowed", u.Denied)
	}
	list("services that are allowed and were never called", u.Unused)
	if len(u.UnusedActions) > 0 {
		list("actions that are allowed and were never called, of the services that were", u.UnusedActions)
	}
	if len(u.Unclear) > 0 {
		list("calls of which AWS's reference does not tell the action", u.Unclear)
	}
	if u.Policy != "" {
		p.line("")
		p.line("%sa policy of what was called%s", c.bold, c.off)
		for line := range strings.Lines(u.Policy) {
			p.line("  %s", strings.TrimSuffix(line, "\n"))
		}
	}
	p.line("")
	source := "What was called on this server, as its record of last uses has it: refused calls count."
	if events {
		source = "What was called by the events given: refused calls are left out, and calls before them are not known."
	}
	p.text("careful: ", source+" Events of data (reading an object, invoking a function) are only known where a trail records them."+
		" An action that another one needs as well leaves no event, iam:PassRole above all."+
		" The policy has the resources of the policies of now, and neither their conditions nor what they deny.")
}

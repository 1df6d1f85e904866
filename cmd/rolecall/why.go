package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/authz/explain"
	files "github.com/rolecall-iam/rolecall/world"
)

// question are the flags of every question.
type question struct {
	dataFlag
	outputFlag
	fromFlag
	Action          string   `help:"What, such as sts:AssumeRole." placeholder:"SERVICE:OPERATION"`
	Resource        string   `help:"On what." placeholder:"ARN"`
	Context         []string `short:"c" help:"A condition key with its value, or values divided by commas; repeat for more." placeholder:"KEY=VALUE" sep:"none"`
	ResourcePolicy  string   `help:"The policy of a resource that does not live here, such as a bucket." placeholder:"FILE" type:"path"`
	ResourceAccount string   `help:"The account of such a resource; the principal's otherwise." placeholder:"123456789012"`
	Region          string   `help:"Region that is asked; us-east-1, or as the ARNs' partition has it." placeholder:"REGION"`
}

// whyCommand is rolecall why.
type whyCommand struct {
	question
	eventFlag
	Principal string `help:"Who: the ARN of a user, role, session, root user or identity provider, or a service such as ec2.amazonaws.com." placeholder:"ARN"`
	Duration  int32  `help:"In assuming a role, for how many seconds." placeholder:"SECONDS"`
	Message   string `arg:"" optional:"" help:"A pasted error text or event, or - to read it: who, what and on what are taken from it. Or the request id of a call that was made here, as its answer had it."`
}

// errNo is a question that was answered with no: exit code 1, without a word.
var errNo = errors.New("no")

// Run answers the question.
func (c *whyCommand) Run(stdout io.Writer) error {
	if err := c.readText(); err != nil {
		return err
	}
	if !c.isEvent(c.Message) {
		if done, err := c.shortcut(stdout); done {
			return err
		}
	}
	in, err := c.ask()
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	var answers []explain.Explanation
	err = c.put("/why", in, &answers, func(s asker) (err error) {
		answers, err = s.Why(context.Background(), in)
		return err
	})
	if err != nil {
		return c.unanswered(stdout, err)
	}
	x := answers[len(answers)-1]
	if in.Pasted && x.Allowed {
		c.warnOfDenial(os.Stderr, answers)
	}
	return c.tell(stdout, x, nil)
}

// warnOfDenial tells of a denial that is none by what is known here what may be
// why: the keys that it depends on, where there are any.
func (c *whyCommand) warnOfDenial(w io.Writer, answers []explain.Explanation) {
	var keys, flags []string
	for _, x := range answers {
		for _, d := range x.DependsOn {
			if !slices.Contains(keys, d.Key) {
				keys, flags = append(keys, d.Key), append(flags, "-c '"+d.Key+"="+d.Value+"'")
			}
		}
	}
	if len(keys) > 0 {
		fmt.Fprintln(w, "rolecall: warning: the text tells of a denial, and by what is known here it is allowed, but that depends on "+strings.Join(keys, ", ")+
			", of which the text does not tell what the request had: it is denied with "+strings.Join(flags, ", and with ")+"; ask again with what it had")
		return
	}
	fmt.Fprintln(w, "rolecall: warning: the text tells of a denial, and by what is known here it is allowed: "+
		"policies have changed since, or the request had what the text does not tell, such as a session policy, or condition keys, which -c gives")
}

// ask is the question that the flags and the message make.
func (c *whyCommand) ask() (rolecall.Ask, error) {
	in := rolecall.Ask{Principal: c.Principal, Action: c.Action, Resource: c.Resource, Region: c.Region, Duration: c.Duration, Fixes: true}
	event, err := c.readEvent(&in, c.Message)
	if err == nil && !event {
		err = c.readMessage(&in)
	}
	if err != nil {
		return in, err
	}
	if in.Principal == "" && event {
		return in, errors.New("the event does not tell who called: give --principal")
	}
	if in.Principal == "" {
		return in, errors.New("give --principal, --action and --resource, or the text of a denial")
	}
	if err = c.fill(&in); err == nil && in.Resource == "" && strings.HasPrefix(strings.ToLower(in.Action), "sts:assumerole") {
		err = errors.New("give --resource: the ARN of the role that is to be assumed")
	}
	if err == nil {
		warnOfActions(os.Stderr, "", in.Action)
		warnOfNoResource(os.Stderr, in)
	}
	return in, err
}

// fill adds what the flags of every question say.
func (c *question) fill(in *rolecall.Ask) error {
	if in.Action == "" {
		return errors.New("give --action")
	}
	given := make(map[string][]string)
	for _, pair := range c.Context {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return fmt.Errorf("--context %s is not KEY=VALUE", pair)
		}
		given[key] = append(given[key], strings.Split(value, ",")...)
	}
	for told, values := range in.Context { // by an event
		if !slices.ContainsFunc(slices.Collect(maps.Keys(given)), func(key string) bool { return strings.EqualFold(key, told) }) {
			given[told] = values
		}
	}
	in.Context = given
	if c.ResourcePolicy != "" {
		text, err := readPolicy(c.ResourcePolicy, os.Stderr)
		if err != nil {
			return err
		}
		in.ResourcePolicy = text
	}
	if c.ResourceAccount == "" {
		return nil
	}
	id, err := accountOrNone(c.ResourceAccount)
	in.ResourceAccount = id
	return err
}

func (c *whyCommand) readMessage(in *rolecall.Ask) error {
	if c.Message == "" {
		return nil
	}
	principal, action, resource, ok := explain.ReadMessage(c.Message)
	if !ok {
		return errors.New("this text is no denial (\"User: … is not authorized to perform: …\"), no request id and no event: " +
			"paste one as it stands, or ask with --principal, --action and --resource")
	}
	in.Pasted = c.Principal+c.Action+c.Resource == ""
	in.Narrowed = in.Pasted && explain.TellsSession(c.Message)
	for _, f := range []struct {
		to   *string
		read string
	}{{&in.Principal, principal}, {&in.Action, action}, {&in.Resource, resource}} {
		if *f.to == "" {
			*f.to = f.read
		}
	}
	return nil
}

// whyRoutes are what the commands ask of a running server.
func whyRoutes(mux *http.ServeMux, s *rolecall.Server) {
	mux.HandleFunc("POST /why", asked(s.Why))
	mux.HandleFunc("POST /why-request", whyRequestRoute(s))
	mux.HandleFunc("POST /who-can", asked(s.WhoCan))
}

func asked[T any](decide func(context.Context, rolecall.Ask) (T, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in rolecall.Ask
		if err := json.NewDecoder(io.LimitReader(r.Body, 4<<20)).Decode(&in); err != nil {
			answer(w, nil, err)
			return
		}
		out, err := decide(r.Context(), in)
		if _, ok := errors.AsType[*rolecall.AskError](err); ok {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		answer(w, out, err)
	}
}

// whoCanCommand is rolecall who-can.
type whoCanCommand struct{ question }

// Run prints who may, and answers no where nobody may.
func (c *whoCanCommand) Run(stdout io.Writer) error {
	in := rolecall.Ask{Action: c.Action, Resource: c.Resource, Region: c.Region}
	if err := c.fill(&in); err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	warnOfActions(os.Stderr, "", in.Action)
	var can []string
	err := c.put("/who-can", in, &can, func(s asker) (err error) {
		can, err = s.WhoCan(context.Background(), in)
		return err
	})
	open, unknown := errors.AsType[*files.UnknownError](err)
	if err != nil && !unknown {
		return c.unanswered(stdout, err)
	}
	return c.printCan(stdout, can, open)
}

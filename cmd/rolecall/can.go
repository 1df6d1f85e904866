package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/api/reference"
	files "github.com/rolecall-iam/rolecall/world"
)

// canCommand is rolecall can.
type canCommand struct {
	dataFlag
	outputFlag
	fromFlag
	Principal       string   `help:"Who: the ARN of a user, role, session or root user." placeholder:"ARN" required:""`
	Service         string   `help:"Of this service alone, by its prefix." placeholder:"s3"`
	Action          string   `help:"Of these actions alone." placeholder:"s3:Get*"`
	Resource        string   `help:"On this resource alone." placeholder:"ARN"`
	Context         []string `short:"c" help:"A condition key with its value, or values divided by commas; repeat for more." placeholder:"KEY=VALUE" sep:"none"`
	ResourcePolicy  string   `help:"The policy of the resource, where it does not live here." placeholder:"FILE" type:"path"`
	ResourceAccount string   `help:"The account of the resource; the principal's otherwise." placeholder:"123456789012"`
	Region          string   `help:"Region that is asked; us-east-1, or as the ARNs' partition has it." placeholder:"REGION"`
	Used            bool     `help:"Compare with what the principal called: on this data directory, or in --events."`
	Events          []string `help:"Events of CloudTrail, as files of a trail or as aws cloudtrail lookup-events prints them; repeat for more." placeholder:"FILE" type:"path"`
}

// canAnswer is what the command prints as JSON.
type canAnswer struct {
	rolecall.Can
	Usage *rolecall.Usage `json:"usage,omitempty"`
}

// Run prints what a principal may do, and answers no where that is nothing.
func (c *canCommand) Run(stdout io.Writer) error {
	ask, err := c.ask()
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	var called []rolecall.Used
	if len(c.Events) > 0 {
		if called, err = readEvents(c.Events, c.Principal); err != nil {
			return fmt.Errorf("%w: %w", errUsage, err)
		}
	}
	var out canAnswer
	if len(c.From) > 0 {
		err = c.world(regionOr(c.Region, c.Principal, c.Resource), os.Stderr, func(a *files.Asked) (err error) {
			out.Can, err = a.Can(context.Background(), ask)
			return err
		})
	} else {
		err = orFiles(c.do("/can", ask, &out.Can, func(s *rolecall.Server) (err error) {
			out.Can, err = s.Can(context.Background(), ask)
			return err
		}))
	}
	if err != nil {
		return c.unanswered(stdout, err)
	}
	if c.Used || len(c.Events) > 0 {
		u := rolecall.UsageOf(out.Can, append(called, out.Used...))
		out.Usage = &u
	}
	if c.Output == "json" {
		err = json.NewEncoder(stdout).Encode(out)
	} else {
		err = c.print(stdout, out)
	}
	if err == nil && len(out.Services)+len(out.Roles) == 0 {
		return errNo
	}
	return err
}

// ask is the question that the flags make.
func (c *canCommand) ask() (rolecall.CanAsk, error) {
	flags := question{Action: "-", Context: c.Context, ResourcePolicy: c.ResourcePolicy, ResourceAccount: c.ResourceAccount}
	in := rolecall.CanAsk{
		Ask:     rolecall.Ask{Principal: c.Principal, Action: "-", Resource: c.Resource, Region: c.Region},
		Service: c.Service, Used: c.Used && len(c.Events) == 0,
	}
	in.Roles = c.Service == "" && c.Action == "" && c.Resource == ""
	if err := flags.fill(&in.Ask); err != nil {
		return in, err
	}
	in.Action = c.Action
	service, _, ok := strings.Cut(c.Action, ":")
	switch {
	case c.Service != "" && !reference.Known(c.Service):
		return in, fmt.Errorf("AWS has no service with the prefix %q", c.Service)
	case c.Action != "" && !ok && c.Action != "*":
		return in, fmt.Errorf("--action %s is not of the form service:Operation, such as s3:Get*", c.Action)
	case c.Action != "" && !strings.ContainsAny(service, "*?") && !reference.Known(service):
		return in, fmt.Errorf("AWS has no service with the prefix %q", service)
	case c.Resource != "" && c.Resource != "*" && !strings.HasPrefix(c.Resource, "arn:"):
		return in, fmt.Errorf("the resource %q is no ARN", c.Resource)
	case c.ResourcePolicy != "" && c.Resource == "":
		return in, errors.New("--resource-policy is that of --resource")
	case c.Used && len(c.From) > 0 && len(c.Events) == 0:
		return in, errors.New("files do not tell what was called: give --events with events of CloudTrail")
	}
	return in, nil
}

// canRoutes are what can and test ask of a running server.
func canRoutes(mux *http.ServeMux, s *rolecall.Server) {
	mux.HandleFunc("POST /can", canRoute(s))
	mux.HandleFunc("POST /why-many", whyManyRoute(s))
	mux.HandleFunc("POST /simulate", simulateRoute(s))
}

// canRoute answers for a running server.
func canRoute(s *rolecall.Server) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in rolecall.CanAsk
		if err := json.NewDecoder(io.LimitReader(r.Body, 4<<20)).Decode(&in); err != nil {
			answer(w, nil, err)
			return
		}
		out, err := s.Can(r.Context(), in)
		if _, ok := errors.AsType[*rolecall.AskError](err); ok {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		answer(w, out, err)
	}
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"strings"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz/explain"
	"github.com/rolecall-iam/rolecall/service/iam/moving"
)

// whyCommand is rolecall why.
type whyCommand struct {
	dataFlag
	outputFlag
	From            []string `help:"Ask real accounts instead of the data directory: what aws iam get-account-authorization-details printed; repeat for further files and accounts." placeholder:"FILE" type:"path"`
	Principal       string   `help:"Who: the ARN of a user, role, session, root user or identity provider, or a service such as ec2.amazonaws.com." placeholder:"ARN"`
	Action          string   `help:"What, such as sts:AssumeRole." placeholder:"SERVICE:OPERATION"`
	Resource        string   `help:"On what." placeholder:"ARN"`
	Context         []string `short:"c" help:"A condition key with its value, or values divided by commas; repeat for more." placeholder:"KEY=VALUE" sep:"none"`
	ResourcePolicy  string   `help:"The policy of a resource that does not live here, such as a bucket." placeholder:"FILE" type:"path"`
	ResourceAccount string   `help:"The account of such a resource; the principal's otherwise." placeholder:"123456789012"`
	Region          string   `help:"Region that is asked." default:"us-east-1"`
	Message         string   `arg:"" optional:"" help:"A pasted AccessDenied text, or - to read it: who, what and on what are taken from it."`
}

// errNo is a question that was answered with no: exit code 1, without a word.
var errNo = errors.New("no")

// Run answers the question.
func (c *whyCommand) Run(stdout io.Writer) error {
	in, err := c.ask()
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	answers, err := c.answers(in)
	if _, ok := errors.AsType[*rolecall.AskError](err); ok {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if err != nil {
		return err
	}
	last := answers[len(answers)-1]
	if c.Output == "json" {
		err = json.NewEncoder(stdout).Encode(last)
	} else {
		err = printWhy(stdout, last)
	}
	if err == nil && !last.Allowed {
		return errNo
	}
	return err
}

// ask is the question that the flags and the message make.
func (c *whyCommand) ask() (rolecall.Ask, error) {
	in := rolecall.Ask{Principal: c.Principal, Action: c.Action, Resource: c.Resource, Region: c.Region, Fixes: true}
	if err := c.readMessage(&in); err != nil {
		return in, err
	}
	switch {
	case in.Principal == "":
		return in, errors.New("give --principal, or the text of a denial")
	case in.Action == "":
		return in, errors.New("give --action")
	}
	for _, pair := range c.Context {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || key == "" {
			return in, fmt.Errorf("--context %s is not KEY=VALUE", pair)
		}
		if in.Context == nil {
			in.Context = make(map[string][]string)
		}
		in.Context[key] = append(in.Context[key], strings.Split(value, ",")...)
	}
	if c.ResourcePolicy != "" {
		text, err := readAtMost(c.ResourcePolicy, 1<<20)
		if err != nil {
			return in, err
		}
		in.ResourcePolicy = string(text)
	}
	if c.ResourceAccount != "" {
		id, err := arn.ParseAccountID(c.ResourceAccount)
		if err != nil {
			return in, err
		}
		in.ResourceAccount = id
	}
	return in, nil
}

func (c *whyCommand) readMessage(in *rolecall.Ask) error {
	text := c.Message
	if text == "-" {
		b, err := io.ReadAll(io.LimitReader(os.Stdin, 1<<20))
		if err != nil {
			return err
		}
		text = string(b)
	}
	if text == "" {
		return nil
	}
	principal, action, resource, ok := explain.ReadMessage(text)
	if !ok {
		return errors.New("the text has no \"User: … is not authorized to perform: …\" in it")
	}
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

// answers asks the data directory, or the files given.
func (c *whyCommand) answers(in rolecall.Ask) (answers []explain.Explanation, err error) {
	if len(c.From) > 0 {
		err = world(c.From, func(s *rolecall.Server) (err error) {
			answers, err = s.Why(context.Background(), in)
			return err
		})
		return answers, err
	}
	err = c.do("/why", in, &answers, func(s *rolecall.Server) (err error) {
		answers, err = s.Why(context.Background(), in)
		return err
	})
	return answers, err
}

// nobody is the account that a world of files has besides those in the files.
const nobody = "000000000000"

// world is a service in memory with the accounts of some files.
func world(files []string, use func(*rolecall.Server) error) error {
	id, err := arn.ParseAccountID(nobody)
	if err != nil {
		return err
	}
	s, err := rolecall.New(rolecall.Config{AccountID: id, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	left := int64(maxImport)
	for _, name := range files {
		text, err := readAtMost(name, left)
		if err == nil {
			left -= int64(len(text))
			_, err = s.Import(context.Background(), rolecall.Import{Files: []moving.File{{Name: name, Text: text}}})
		}
		if err != nil {
			return errors.Join(fmt.Errorf("%w: %w", errUsage, err), s.Close())
		}
	}
	return errors.Join(use(s), s.Close())
}

// whyRoute is what the command asks of a running server.
func whyRoute(s *rolecall.Server) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var in rolecall.Ask
		if err := json.NewDecoder(io.LimitReader(r.Body, 4<<20)).Decode(&in); err != nil {
			answer(w, nil, err)
			return
		}
		out, err := s.Why(r.Context(), in)
		if _, ok := errors.AsType[*rolecall.AskError](err); ok {
			http.Error(w, err.Error(), http.StatusUnprocessableEntity)
			return
		}
		answer(w, out, err)
	}
}

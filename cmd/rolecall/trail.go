package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unicode"
)

// trailCommand is rolecall trail.
type trailCommand struct {
	Tail trailTailCommand `cmd:"" help:"Print the events of calls as they come."`
}

type trailTailCommand struct {
	dataFlag
	outputFlag
	Last      int    `help:"How many of the newest events to begin with." short:"n" default:"10"`
	Follow    bool   `help:"Go on with those that come." default:"true" negatable:""`
	EventName string `help:"Only events of this operation." placeholder:"AssumeRole"`
	Username  string `help:"Only events of this user, or of this session of a role."`
	ErrorCode string `help:"Only events of calls that failed with this error, or with any." placeholder:"AccessDenied"`
	AccountID string `help:"Only events of this account's trail."`
}

// lookAgain is how long to wait before a server that is not there is looked
// for again.
const lookAgain = 500 * time.Millisecond

// Run prints events until it is interrupted. A server that ends is waited for,
// and then gone on with where it was: an event is neither left out nor printed
// twice.
func (c *trailTailCommand) Run(stdout io.Writer) error {
	dir, err := c.dir()
	if err != nil {
		return err
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	t := tail{command: c, dir: dir, out: stdout}
	if err := t.once(ctx); !c.Follow || errors.Is(err, errNotRunning) || !errors.Is(err, errEnded) {
		return t.explained(ctx, err)
	}
	fmt.Fprintln(os.Stderr, "rolecall: the server has ended; waiting for it to come back")
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(lookAgain):
		}
		switch err := t.once(ctx); {
		case errors.Is(err, errNotRunning):
		case errors.Is(err, errEnded):
			fmt.Fprintln(os.Stderr, "rolecall: the server has ended; waiting for it to come back")
		default:
			return t.explained(ctx, err)
		}
	}
}

// errEnded tells that the server has ended the stream.
var errEnded = errors.New("the server has ended")

// tail is one run of the command.
type tail struct {
	command *trailTailCommand
	dir     string
	out     io.Writer
	after   string // where to go on, once something was sent
}

func (t *tail) explained(ctx context.Context, err error) error {
	switch {
	case ctx.Err() != nil || errors.Is(err, errEnded):
		return nil
	case errors.Is(err, errNotRunning):
		return fmt.Errorf("%w (%s): start it with rolecall serve", err, t.dir)
	}
	return err
}

// once prints what one connection gives. A stream that ends is errEnded.
func (t *tail) once(ctx context.Context) error {
	c := t.command
	query := filter{c.AccountID, c.EventName, c.Username, c.ErrorCode}.values()
	query.Set("last", strconv.Itoa(c.Last))
	query.Set("after", t.after)
	if c.Follow {
		query.Set("follow", "true")
	}
	resp, err := ask(ctx, t.dir, "GET", "/trail?"+query.Encode(), nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if t.after != "" {
		fmt.Fprintln(os.Stderr, "rolecall: the server is back")
	}
	lines := json.NewDecoder(resp.Body)
	for {
		var line followed
		if lines.Decode(&line) != nil {
			return errEnded
		}
		switch {
		case line.Error != "":
			return errors.New(line.Error)
		case line.After != "":
			t.after = line.After
		default:
			if err := t.print(line); err != nil {
				return err
			}
		}
	}
}

func (t *tail) print(line followed) error {
	if t.command.Output == "json" {
		_, err := fmt.Fprintf(t.out, "%s\n", line.Event)
		return err
	}
	var e struct {
		EventTime, EventSource, EventName, ErrorCode, ErrorMessage, SourceIPAddress, RecipientAccountID string

		UserIdentity struct{ Type, ARN, PrincipalID string }
	}
	if err := json.Unmarshal(line.Event, &e); err != nil {
		return fmt.Errorf("read the running server's answer: %w", err)
	}
	who := e.UserIdentity.ARN
	if who == "" {
		who = e.UserIdentity.Type
	}
	text := fmt.Sprintf("%s  %s  %s  %s  %s", e.EventTime, e.RecipientAccountID, e.EventName, who, e.SourceIPAddress)
	if e.ErrorCode != "" {
		text += "  " + e.ErrorCode + ": " + e.ErrorMessage
	}
	_, err := fmt.Fprintln(t.out, strings.Map(shown, text))
	return err
}

// shown leaves what would move a terminal's cursor out of a line.
func shown(r rune) rune {
	if unicode.IsPrint(r) {
		return r
	}
	return unicode.ReplacementChar
}

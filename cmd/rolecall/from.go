package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz/explain"
	files "github.com/rolecall-iam/rolecall/world"
)

// fromFlag are the files that a question is asked of.
type fromFlag struct {
	From      []string `help:"Ask files instead of the data directory: account details, Terraform plans or states as JSON, templates, organizations, folders of policies; repeat for more." placeholder:"FILE"`
	AccountID string   `help:"The account of plans, templates and folders that name none." placeholder:"123456789012"`
	parameterFlag
}

// asker answers questions: a server, or files.
type asker interface {
	Why(ctx context.Context, ask rolecall.Ask) ([]explain.Explanation, error)
	WhoCan(ctx context.Context, ask rolecall.Ask) ([]string, error)
}

// world reads the files, prints what should be known of them, and asks.
func (f fromFlag) world(region string, stderr io.Writer, use func(*files.Asked) error) error {
	id, err := accountOrNone(f.AccountID)
	if err != nil {
		return err
	}
	given, err := readFiles(f.From)
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	parameters, err := f.parameters()
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	w, err := files.Read(given, files.Options{Account: id, Region: region, Parameters: parameters})
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	for _, warning := range w.Warnings() {
		fmt.Fprintln(stderr, "rolecall: warning:", warning)
	}
	asked, err := w.Open(context.Background())
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	return errors.Join(use(asked), asked.Close())
}

// put asks the data directory, or the files given.
func (c *question) put(path string, in rolecall.Ask, out any, direct func(asker) error) error {
	if len(c.From) > 0 {
		return c.world(regionOr(in.Region, in.Principal, in.Resource), os.Stderr, func(a *files.Asked) error { return direct(a) })
	}
	return orFiles(c.do(path, in, out, func(s *rolecall.Server) error { return direct(s) }))
}

// regionOr is the region given, or that of the first ARN's partition.
func regionOr(region string, names ...string) string {
	if region == "" {
		return arn.RegionFor(names...)
	}
	return region
}

// orFiles tells whoever has no data directory of the other way to ask.
func orFiles(err error) error {
	if errors.Is(err, errNoData) {
		return fmt.Errorf("%w, or name files with --from", err)
	}
	return err
}

// errUnknown is a question that has no answer yet: exit code 3, without a word.
var errUnknown = errors.New("unknown")

// unanswered tells why a question was not answered.
func (c outputFlag) unanswered(stdout io.Writer, err error) error {
	if _, ok := errors.AsType[*rolecall.AskError](err); ok {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	open, ok := errors.AsType[*files.UnknownError](err)
	if !ok {
		return err
	}
	if c.Output == "json" {
		return errors.Join(json.NewEncoder(stdout).Encode(map[string][]string{"unknown": sentences(open)}), errUnknown)
	}
	p, colour := &page{w: stdout}, paintFor(stdout)
	p.line("%s%sUNKNOWN%s", colour.bold, colour.yellow, colour.off)
	p.text("  ", "The answer depends on what the files do not tell yet.")
	for _, sentence := range sentences(open) {
		p.line("  %s", sentence)
	}
	return errors.Join(p.err, errUnknown)
}

func sentences(open *files.UnknownError) []string {
	var out []string
	for _, u := range open.Unknown {
		out = append(out, u.String())
	}
	return out
}

// printCan prints who may for certain, and with open, which may be nil, tells of
// whom it is not known.
func (c *question) printCan(stdout io.Writer, can []string, open *files.UnknownError) error {
	var err error
	if c.Output == "json" {
		err = json.NewEncoder(stdout).Encode(append([]string{}, can...))
	}
	for _, name := range can {
		if err == nil && c.Output != "json" {
			_, err = fmt.Fprintln(stdout, name)
		}
	}
	if open != nil {
		for _, name := range open.Who {
			fmt.Fprintln(os.Stderr, "rolecall: not known yet:", name)
		}
		for _, sentence := range sentences(open) {
			fmt.Fprintln(os.Stderr, "rolecall: it depends on", sentence)
		}
		return errors.Join(err, errUnknown)
	}
	if err == nil && len(can) == 0 {
		return errNo
	}
	return err
}

// eventFlag is an event of CloudTrail that is asked about.
type eventFlag struct {
	Event   string `help:"Ask about a call: an event of CloudTrail, a file of Records, or what aws cloudtrail lookup-events printed; - reads it." placeholder:"FILE"`
	EventID string `help:"Which of several events, by its event id or request id." placeholder:"ID"`
}

// event is the event that was given, also one that was pasted as the message;
// false where there is none.
func (c *eventFlag) event(message string) (files.File, bool, error) {
	switch {
	case c.Event == "-":
		text, err := io.ReadAll(io.LimitReader(os.Stdin, maxImport))
		return files.File{Name: "the event", Text: text}, true, err
	case c.Event != "":
		text, err := readAtMost(c.Event, maxImport)
		return files.File{Name: c.Event, Text: text}, true, err
	case c.isEvent(message):
		return files.File{Name: "the event", Text: []byte(message)}, true, nil
	}
	return files.File{}, false, nil
}

// isEvent tells whether there is an event, given or pasted.
func (c *eventFlag) isEvent(message string) bool {
	return c.Event != "" || strings.HasPrefix(strings.TrimSpace(message), "{")
}

// readEvent fills a question in with what an event tells and the flags do not;
// false where there is no event.
func (c *eventFlag) readEvent(in *rolecall.Ask, message string) (bool, error) {
	f, given, err := c.event(message)
	if err != nil || !given {
		return given, err
	}
	told, err := files.ReadEvent(f, c.EventID)
	if err != nil {
		return true, err
	}
	for _, f := range []struct {
		to   *string
		read string
	}{{&in.Principal, told.Principal}, {&in.Action, told.Action}, {&in.Resource, told.Resource}} {
		if *f.to == "" {
			*f.to = f.read
		}
	}
	in.Context, in.ResourceAccount = told.Context, told.ResourceAccount
	if in.Duration == 0 {
		in.Duration = told.Duration
	}
	if in.Region == "" {
		in.Region = told.Region
	}
	return true, nil
}

// readFiles reads files, and folders with all that is in them.
func readFiles(names []string) ([]files.File, error) {
	var read []files.File
	left := int64(maxImport)
	add := func(name, folder string) error {
		text, err := readAtMost(name, left)
		left -= int64(len(text))
		read = append(read, files.File{Name: name, Text: text, Folder: folder})
		return err
	}
	for _, name := range names {
		info, err := os.Stat(name)
		switch {
		case err != nil:
		case info.IsDir():
			err = eachIn(name, func(path string) error { return add(path, name) })
		default:
			err = add(name, "")
		}
		if err != nil {
			return nil, err
		}
	}
	return read, nil
}

// read are the endings of the files in a folder that are read.
var read = []string{".json", ".yaml", ".yml", ".template"}

// eachIn walks the files in a folder, hidden ones apart. A folder without any
// is a mistake.
func eachIn(folder string, add func(path string) error) error {
	count := 0
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != folder && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case !d.Type().IsRegular() || !slices.Contains(read, strings.ToLower(filepath.Ext(path))):
			return nil
		}
		count++
		return add(path)
	})
	if err == nil && count == 0 {
		err = fmt.Errorf("%s: there is no file in this folder that ends in %s", folder, strings.Join(read, ", "))
	}
	return err
}

package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall"
	files "github.com/rolecall-iam/rolecall/world"
)

// event is what is read of an event of CloudTrail.
//
// Source: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
type event struct {
	EventSource  string    `json:"eventSource"`
	EventName    string    `json:"eventName"`
	EventTime    time.Time `json:"eventTime"`
	ErrorCode    string    `json:"errorCode"`
	UserIdentity struct {
		Type           string `json:"type"`
		ARN            string `json:"arn"`
		SessionContext struct {
			SessionIssuer struct {
				ARN string `json:"arn"`
			} `json:"sessionIssuer"`
		} `json:"sessionContext"`
	} `json:"userIdentity"`
}

// eventFile is a file of events: of a trail, what aws cloudtrail lookup-events
// prints, or one event, as it is or in the text of a lookup's.
type eventFile struct {
	Records []event `json:"Records"`
	Events  []struct {
		CloudTrailEvent string `json:"CloudTrailEvent"`
	} `json:"Events"`
	CloudTrailEvent string `json:"CloudTrailEvent"`
	event
}

// readEvents reads files of events and keeps what a principal called, refused
// calls left out.
func readEvents(names []string, principal string) ([]rolecall.Used, error) {
	left := int64(maxImport)
	var used []rolecall.Used
	of := 0
	for _, name := range names {
		text, err := readAtMost(name, left)
		if err != nil {
			return nil, err
		}
		left -= int64(len(text))
		if text, err = unzipped(text, left); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		if text, err = files.Plain(name, text); err != nil {
			return nil, err
		}
		events, err := eventsIn(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		of += len(events)
		for _, e := range events {
			if e.of(principal) && e.ErrorCode == "" {
				used = append(used, rolecall.Used{Service: e.EventSource, Operation: e.EventName, Last: e.EventTime})
			}
		}
	}
	if of == 0 {
		return nil, fmt.Errorf("%s: there is no event of CloudTrail in it", strings.Join(names, ", "))
	}
	return used, nil
}

// unzipped is the text of a trail's file, which is compressed in a bucket.
func unzipped(text []byte, most int64) ([]byte, error) {
	if !bytes.HasPrefix(text, []byte("\x1f\x8b")) {
		return text, nil
	}
	z, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	text, err = io.ReadAll(io.LimitReader(z, most+1))
	if int64(len(text)) > most {
		return nil, errors.New("it is too large once it is unpacked")
	}
	return text, err
}

// eventsIn reads one JSON value after the other.
func eventsIn(text []byte) ([]event, error) {
	var all []event
	d := json.NewDecoder(bytes.NewReader(text))
	for {
		var raw json.RawMessage
		if err := d.Decode(&raw); errors.Is(err, io.EOF) {
			return all, nil
		} else if err != nil {
			line := 1 + bytes.Count(text[:min(int(d.InputOffset()), len(text))], []byte("\n"))
			return nil, fmt.Errorf("line %d: this is no JSON of CloudTrail: %w", line, err)
		}
		var list []eventFile
		if !bytes.HasPrefix(raw, []byte("[")) {
			raw = append(append([]byte("["), raw...), ']')
		}
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, errors.New("this is neither an event of CloudTrail nor a list of events")
		}
		for _, f := range list {
			found, err := f.events()
			if err != nil {
				return nil, err
			}
			all = append(all, found...)
		}
	}
}

func (f eventFile) events() ([]event, error) {
	all := f.Records
	if f.EventName != "" {
		all = append(all, f.event)
	}
	texts := []string{f.CloudTrailEvent}
	for _, e := range f.Events {
		texts = append(texts, e.CloudTrailEvent)
	}
	for _, text := range texts {
		if text == "" {
			continue
		}
		var e event
		if err := json.Unmarshal([]byte(text), &e); err != nil {
			return nil, fmt.Errorf("the text of a CloudTrailEvent is no JSON: %w", err)
		}
		all = append(all, e)
	}
	return all, nil
}

// of tells whether an event is a principal's: a role's are those of all its
// sessions.
func (e *event) of(principal string) bool {
	return e.UserIdentity.ARN == principal || strings.EqualFold(e.UserIdentity.Type, "AssumedRole") && e.UserIdentity.SessionContext.SessionIssuer.ARN == principal
}

package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/rolecall-iam/rolecall/trail"
)

// followed is one line of the stream that a running server sends to those who
// follow its trail: an event, or where to go on after those that were sent.
type followed struct {
	After string          `json:"after,omitempty"`
	Event json.RawMessage `json:"event,omitempty"`
	Error string          `json:"error,omitempty"` // why there is no more
}

// filter is which events somebody wants to see; what is empty wants all.
type filter struct{ account, event, user, errorCode string }

// anyError wants the events of all calls that failed.
const anyError = "any"

func (f filter) wants(e *trail.Found) bool {
	return (f.account == "" || f.account == e.Account) &&
		(f.event == "" || f.event == e.Name) &&
		(f.user == "" || f.user == e.UserName) &&
		(f.errorCode == "" || f.errorCode == e.ErrorCode || f.errorCode == anyError && e.ErrorCode != "")
}

func (f filter) values() url.Values {
	return url.Values{"account": {f.account}, "event": {f.event}, "user": {f.user}, "error": {f.errorCode}}
}

func filterOf(r *http.Request) filter {
	return filter{r.FormValue("account"), r.FormValue("event"), r.FormValue("user"), r.FormValue("error")}
}

// atOnce is how many events are read from the trail at once.
const atOnce = 200

// streamTrail sends the last events, and where the request says follow, those
// that come.
func streamTrail(t *trail.Trail, w http.ResponseWriter, r *http.Request) error {
	s := stream{w: json.NewEncoder(w), filter: filterOf(r)}
	at, err := trail.ParsePlace(r.FormValue("after"))
	if err != nil {
		last, _ := strconv.Atoi(r.FormValue("last"))
		if at, err = s.recent(t, last); err != nil {
			return err
		}
	}
	for err == nil {
		var events []trail.Found
		events, at, err = t.After(at, atOnce)
		if err == nil {
			err = s.send(events, at)
		}
		if err == nil && len(events) == 0 {
			if r.FormValue("follow") == "" {
				return nil
			}
			_ = http.NewResponseController(w).Flush()
			err = t.Wait(r.Context(), at)
		}
	}
	return err
}

// stream sends events to somebody.
type stream struct {
	w      *json.Encoder
	filter filter
}

// recent sends the last few of the newest events, and answers the place behind
// them.
func (s *stream) recent(t *trail.Trail, last int) (trail.Place, error) {
	at := t.Recent()
	var kept []trail.Found
	for {
		events, next, err := t.After(at, atOnce)
		if err == nil && len(events) == 0 {
			return next, s.send(kept, next)
		}
		if err != nil {
			return next, err
		}
		at = next
		for i := range events {
			if s.filter.wants(&events[i]) {
				kept = append(kept, events[i])
			}
		}
		kept = kept[max(len(kept)-last, 0):]
	}
}

// send sends those of the events that are wanted, and then where they end, so
// that whoever asks again is not sent them twice.
func (s *stream) send(events []trail.Found, at trail.Place) error {
	for i := range events {
		if e := &events[i]; s.filter.wants(e) {
			if err := s.w.Encode(followed{Event: json.RawMessage(e.JSON)}); err != nil {
				return err
			}
		}
	}
	return s.w.Encode(followed{After: at.String()})
}

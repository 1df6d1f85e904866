package trail

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cockroachdb/pebble/v2"

	"github.com/rolecall-iam/rolecall/arn"
)

// Query is what is looked for.
type Query struct {
	Account   arn.AccountID
	Attribute string // one of LookupEvents' attribute keys, or "" for all events
	Value     string
	From, To  time.Time // both included; zero for no limit
	Limit     int       // how many to answer, at least 1
	Token     string    // where an earlier Page said to go on
}

// Page is what was found, the newest first.
type Page struct {
	Events []Found
	Next   string // the Token for the page after; "" at the end
}

// ErrToken tells that a Token is not one of an earlier page of the same query.
var ErrToken = errors.New("the token is not one of this query")

// Lookup answers a page of the events that a query means, among them all that
// were recorded before it was called.
func (t *Trail) Lookup(ctx context.Context, q Query) (Page, error) {
	from, err := t.start(q)
	if err != nil {
		return Page{}, err
	}
	if err := t.queue.drain(ctx); err != nil {
		return Page{}, err
	}
	if err := t.engine.failed(); err != nil {
		return Page{}, fmt.Errorf("read the trail: %w", err)
	}
	s := search{Query: q, at: from, oldest: t.o.Now().Add(-retention).Unix()}
	if err := t.engine.guard(func() error { return s.run(t) }); err != nil {
		return Page{}, fmt.Errorf("read the trail: %w", err)
	}
	return s.page, nil
}

// cursor is where a page ended.
type cursor struct {
	segment uint32
	last    position
}

// end is the cursor of a query's first page.
var end = cursor{segment: ^uint32(0)}

// token is a cursor with what binds it to its query.
func (c cursor) token(q Query) string {
	b := binary.BigEndian.AppendUint32(nil, c.segment)
	b = append(c.last.append(b), q.digest()...)
	return base64.RawURLEncoding.EncodeToString(b)
}

// digest tells queries apart; the Limit may change from page to page.
func (q Query) digest() []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %q %q %d %d", q.Account, q.Attribute, q.Value, q.From.Unix(), q.To.Unix()))
	return sum[:8]
}

func (t *Trail) start(q Query) (cursor, error) {
	if q.Token == "" {
		return end, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(q.Token)
	if err != nil || len(b) != 4+positionBytes+8 || string(b[4+positionBytes:]) != string(q.digest()) {
		return cursor{}, ErrToken
	}
	last, _ := positionAt(b[:4+positionBytes])
	return cursor{binary.BigEndian.Uint32(b), last}, nil
}

// search is one query on its way through the segments.
type search struct {
	Query
	db     *pebble.Snapshot
	at     cursor
	oldest int64
	page   Page
}

// run goes through the segments, the newest first, as they are at one moment.
func (s *search) run(t *Trail) error {
	t.mu.RLock()
	segments := t.segments // a slice that is never written to again
	s.db = t.engine.db.NewSnapshot()
	t.mu.RUnlock()
	return errors.Join(s.through(segments), s.db.Close())
}

func (s *search) through(segments []segment) error {
	for _, g := range slices.Backward(segments) {
		if g.number > s.at.segment {
			continue
		}
		low, high := position{max(g.first, s.oldest), 0}, position{g.last, ^uint64(0)}
		if !s.From.IsZero() {
			low.second = max(low.second, s.From.Unix())
		}
		if !s.To.IsZero() {
			high.second = min(high.second, s.To.Unix())
		}
		if g.number == s.at.segment {
			high = s.at.last
		}
		if low.second > high.second {
			continue
		}
		done, err := s.segment(g.number, low, high)
		if done || err != nil {
			return err
		}
	}
	return nil
}

// segment takes what one segment has from low up to, but without, high. It
// answers true where the page is full.
func (s *search) segment(number uint32, low, high position) (bool, error) {
	events := eventPrefix(number, s.Account)
	prefix := events
	if s.Attribute != "" {
		prefix = indexPrefix(number, s.Account, attributes[s.Attribute], s.Value)
	}
	iter, err := s.db.NewIter(&pebble.IterOptions{
		LowerBound: low.append(slices.Clone(prefix)), UpperBound: high.append(slices.Clone(prefix)),
	})
	if err != nil {
		return false, err
	}
	full, err := s.collect(iter, number, events)
	return full, errors.Join(err, iter.Error(), iter.Close())
}

func (s *search) collect(iter *pebble.Iterator, number uint32, events []byte) (bool, error) {
	for ok := iter.Last(); ok; ok = iter.Prev() {
		if len(s.page.Events) == s.Limit {
			s.page.Next = s.at.token(s.Query)
			return true, nil
		}
		at, good := positionAt(iter.Key())
		if !good {
			return false, errDamaged
		}
		found, err := s.event(at.append(slices.Clone(events)))
		if err != nil {
			return false, err
		}
		s.page.Events = append(s.page.Events, found)
		s.at = cursor{number, at}
	}
	return false, nil
}

func (s *search) event(key []byte) (Found, error) {
	value, closer, err := s.db.Get(key)
	if err != nil {
		return Found{}, err
	}
	found, err := decode(value)
	return found, errors.Join(err, closer.Close())
}

package trail

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// maxValue is the longest value that LookupEvents can ask for.
const maxValue = 2000

// The bytes that tell the values of the lookup attributes, as they are stored.
const (
	_ byte = iota // all events
	eventID
	eventName
	readOnlyFlag
	username
	resourceType
	resourceName
	eventSourceName
	accessKeyID
	requestID // of all accounts; nobody's attribute
)

var attributes = map[string]byte{
	"EventId": eventID, "EventName": eventName, "ReadOnly": readOnlyFlag, "Username": username, "ResourceType": resourceType,
	"ResourceName": resourceName, "EventSource": eventSourceName, "AccessKeyId": accessKeyID,
}

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
	s := search{Query: q, ctx: ctx, account: q.Account.String(), attribute: attributes[q.Attribute], value: q.Value}
	var err error
	if s.at, err = q.start(); err != nil {
		return Page{}, err
	}
	if q.Attribute == "EventId" {
		s.value = parseUUID(q.Value) // no event has none
	}
	oldest := t.o.Now().Add(-retention).Unix()
	for _, g := range slices.Backward(t.all()) {
		if g.number > s.at.segment || !s.meets(g, oldest) {
			continue
		}
		if err := s.segment(t, g); err != nil {
			return Page{}, fmt.Errorf("read the trail: %w", err)
		}
		if s.page.Next != "" {
			break
		}
	}
	return s.page, nil
}

// all are the segments as they are now.
func (t *Trail) all() []segment {
	t.mu.RLock()
	defer t.mu.RUnlock()
	all := make([]segment, len(t.segments))
	for i, s := range t.segments {
		all[i] = *s
	}
	return all
}

// open opens a segment's file: the sealed one where it has been sealed since.
// It answers nil for a segment that has been forgotten.
func (t *Trail) open(g *segment) (reading, error) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	i, ok := slices.BinarySearchFunc(t.segments, g.number, func(s *segment, n uint32) int { return int(s.number) - int(n) })
	if !ok {
		return nil, nil
	}
	if t.segments[i].sealed {
		*g = *t.segments[i]
	}
	return t.o.files.read(g.name())
}

// cursor is where a page ended.
type cursor struct {
	segment uint32
	second  int64
	seq     uint32
}

// end is the cursor of a query's first page.
var end = cursor{segment: ^uint32(0)}

// token is a cursor with what binds it to its query.
func (c cursor) token(q Query) string {
	b := binary.BigEndian.AppendUint32(nil, c.segment)
	b = binary.BigEndian.AppendUint64(b, uint64(c.second))
	b = binary.BigEndian.AppendUint32(b, c.seq)
	return base64.RawURLEncoding.EncodeToString(append(b, q.digest()...))
}

// digest tells queries apart; the Limit may change from page to page.
func (q Query) digest() []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %q %q %d %d", q.Account, q.Attribute, q.Value, q.From.Unix(), q.To.Unix()))
	return sum[:8]
}

func (q Query) start() (cursor, error) {
	if q.Token == "" {
		return end, nil
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(q.Token)
	if err != nil || len(b) != 16+8 || string(b[16:]) != string(q.digest()) {
		return cursor{}, ErrToken
	}
	return cursor{binary.BigEndian.Uint32(b), int64(binary.BigEndian.Uint64(b[4:])), binary.BigEndian.Uint32(b[12:])}, nil
}

// search is one query on its way through the segments, the newest first.
type search struct {
	Query
	ctx       context.Context
	account   string
	attribute byte
	value     string
	at        cursor
	low, high int64 // seconds, in the segment
	page      Page
}

// meets sets the seconds of a segment that a query is about, and tells whether
// there are any.
func (s *search) meets(g segment, oldest int64) bool {
	s.low, s.high = max(g.first, oldest), g.last
	if !s.From.IsZero() {
		s.low = max(s.low, s.From.Unix())
	}
	if !s.To.IsZero() {
		s.high = min(s.high, s.To.Unix())
	}
	if g.number == s.at.segment {
		s.high = min(s.high, s.at.second)
	}
	return s.low <= s.high
}

// segment takes what one segment has.
func (s *search) segment(t *Trail, g segment) error {
	if err := s.ctx.Err(); err != nil {
		return err
	}
	from, err := t.open(&g)
	if err != nil || from == nil {
		return err
	}
	if g.sealed {
		err = s.sealed(g, from)
	} else {
		err = s.journal(g, from)
	}
	return errors.Join(err, from.Close())
}

// take takes an event that a query means. It answers false where the page is
// full.
func (s *search) take(number uint32, f frame) (bool, error) {
	if f.second < s.low || f.second > s.high || number == s.at.segment && f.second == s.at.second && f.seq >= s.at.seq {
		return true, nil
	}
	r, err := decode(f.text)
	if err != nil {
		return false, err
	}
	if r.account != s.account || s.attribute != 0 && !r.has(s.attribute, s.value) {
		return true, nil
	}
	if len(s.page.Events) == s.Limit {
		s.page.Next = s.at.token(s.Query)
		return false, nil
	}
	s.page.Events = append(s.page.Events, r.found())
	s.at = cursor{number, f.second, f.seq}
	return true, nil
}

// journal looks at every event.
func (s *search) journal(g segment, from reading) error {
	text, err := readText(from, 0, g.size)
	if err != nil {
		return err
	}
	for _, f := range slices.Backward(sorted(text)) {
		if more, err := s.take(g.number, f); !more {
			return err
		}
	}
	return nil
}

// sealed looks at the events that the index tells of.
func (s *search) sealed(g segment, from reading) error {
	file, err := openSealed(from, g.size)
	if err != nil {
		return err
	}
	numbers, err := s.numbers(file)
	if err != nil {
		return err
	}
	for i := numbers.to - 1; i >= numbers.from; i-- {
		number := uint32(i)
		if numbers.indexed {
			entry, err := file.entry(i)
			if err != nil {
				return err
			}
			number = uint32(entry)
		}
		f, err := file.event(number)
		if err != nil {
			return err
		}
		if more, err := s.take(g.number, f); !more {
			return err
		}
	}
	return nil
}

// span is a part of a sealed file's index, or of its events.
type span struct {
	from, to int
	indexed  bool
}

// numbers are the events that can be meant: those of the blocks that the time
// range is in, and of them those that have the value.
func (s *search) numbers(file *sealed) (span, error) {
	places := file.places
	low := sort.Search(len(places), func(i int) bool { return places[i].second >= s.low }) - 1
	high := sort.Search(len(places), func(i int) bool { return places[i].second > s.high })
	first, last := uint32(0), file.events
	if low >= 0 {
		first = places[low].event
	}
	if high < len(places) {
		last = places[high].event
	}
	if s.attribute == 0 {
		return span{int(first), int(last), false}, nil
	}
	hash := checksum(appendKey(nil, s.account, s.attribute, s.value))
	from, to, err := file.entries(hash, first, last)
	return span{from, to, true}, err
}

package trail

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/api/s3"
	"github.com/rolecall-iam/rolecall/api/sts"
)

// clock is a time that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// house is a trail with a clock and a log.
type house struct {
	*Trail
	t     *testing.T
	clock *clock
	log   *bytes.Buffer
}

func open(t *testing.T, o Options) *house {
	t.Helper()
	h := &house{t: t, clock: &clock{now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}, log: new(bytes.Buffer)}
	h.reopen(o)
	t.Cleanup(func() { h.Close() })
	return h
}

func (h *house) reopen(o Options) {
	h.t.Helper()
	o.Now, o.Rand, o.Log = h.clock.time, rand.Reader, slog.New(slog.NewTextHandler(h.log, nil))
	opened, err := Open(o)
	if err != nil {
		h.t.Fatal(err)
	}
	h.Trail = opened
}

// tidy has the trail seal and forget what there is to be, at once.
func (h *house) tidy() {
	h.t.Helper()
	h.stop <- struct{}{} // its own goroutine does so when it has time
	<-h.ended
	h.ended = make(chan struct{})
	if err := errors.Join(h.sealFull(), h.forget()); err != nil {
		h.t.Fatal(err)
	}
	go h.run()
}

// create records that a user was made, a second after what was before.
func (h *house) create(name string) {
	h.clock.pass(time.Second)
	e := benchEvent(h.t)
	e.Time, e.Operation = h.clock.time(), iam.CreateUser.Operation
	e.Input = &iam.CreateUserInput{UserName: name}
	e.Output = &iam.CreateUserOutput{User: &iam.User{UserName: name, Arn: "arn:aws:iam::123456789012:user/" + name}}
	h.Record(e)
}

// names are the users that the events of a query are about, in its order.
func (h *house) names(q Query) []string {
	h.t.Helper()
	if q.Account.IsZero() {
		q.Account = account(h.t, "123456789012")
	}
	if q.Limit == 0 {
		q.Limit = 50
	}
	page, err := h.Lookup(h.t.Context(), q)
	if err != nil {
		h.t.Fatal(err)
	}
	names := []string{}
	for _, e := range page.Events {
		name := e.Name
		if len(e.Resources) > 0 {
			name = e.Resources[0].Name
		}
		names = append(names, name)
	}
	return names
}

func (h *house) want(q Query, want ...string) {
	h.t.Helper()
	if got := h.names(q); !slices.Equal(got, want) && len(got)+len(want) > 0 {
		h.t.Errorf("got %q, want %q", got, want)
	}
}

// The rules are those of
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html

func TestTheNewestEventComesFirst(t *testing.T) {
	for name, dir := range map[string]string{"in memory": "", "on disk": filepath.Join(t.TempDir(), "trail")} {
		t.Run(name, func(t *testing.T) {
			h := open(t, Options{Dir: dir})
			h.create("ann")
			h.create("bob")
			h.create("eve")
			h.want(Query{}, "eve", "bob", "ann")
			h.want(Query{Account: account(t, "210987654321")})
		})
	}
}

func TestEventsOfOneSecondKeepTheirOrder(t *testing.T) {
	h := open(t, Options{})
	for i := range 20 {
		h.create(fmt.Sprint("u", i))
		h.clock.pass(-time.Second)
	}
	got := h.names(Query{})
	if len(got) != 20 || got[0] != "u19" || got[19] != "u0" {
		t.Errorf("got %q", got)
	}
}

func TestEachAttributeFindsItsEvents(t *testing.T) {
	h := open(t, Options{})
	h.create("ann")
	e := benchEvent(t)
	e.Time = h.clock.time().Add(time.Second)
	h.Record(e)
	page, err := h.Lookup(t.Context(), Query{Account: e.Recipient, Limit: 1})
	if err != nil {
		t.Fatal(err)
	}
	role := "arn:aws:iam::123456789012:role/Deploy"
	tests := []struct {
		attribute, value string
		want             []string
	}{
		{"EventId", page.Events[0].ID, []string{role}},
		{"EventName", "AssumeRole", []string{role}},
		{"EventName", "assumerole", nil},
		{"EventName", "Assume", nil},
		{"EventSource", "iam.amazonaws.com", []string{"ann"}},
		{"ReadOnly", "true", []string{role}},
		{"ReadOnly", "false", []string{"ann"}},
		{"Username", "JaneDoe", []string{role, "ann"}},
		{"AccessKeyId", "AKIAI44QH8DHBEXAMPLE", []string{role, "ann"}},
		{"ResourceType", "AWS::IAM::User", []string{"ann"}},
		{"ResourceName", "ann", []string{"ann"}},
		{"ResourceName", "arn:aws:iam::123456789012:user/ann", []string{"ann"}},
		{"ResourceName", role, []string{role}},
		{"ResourceName", "ASIAQRSTUVWXYZEXAMPL", []string{role}},
	}
	for _, tt := range tests {
		t.Run(tt.attribute+"="+tt.value, func(t *testing.T) {
			h.want(Query{Attribute: tt.attribute, Value: tt.value}, tt.want...)
		})
	}
}

func TestBothEndsOfATimeRangeAreInIt(t *testing.T) {
	h := open(t, Options{})
	begin := h.clock.time()
	for _, name := range []string{"a", "b", "c", "d"} {
		h.create(name) // at 1, 2, 3 and 4 seconds
	}
	second := func(n int) time.Time { return begin.Add(time.Duration(n) * time.Second) }
	h.want(Query{From: second(2), To: second(3)}, "c", "b")
	h.want(Query{From: second(4)}, "d")
	h.want(Query{To: second(1)}, "a")
	h.want(Query{From: second(5)})
	h.want(Query{From: second(2), To: second(3), Attribute: "EventName", Value: "CreateUser"}, "c", "b")
}

func TestPagesGoOnWhereTheLastEnded(t *testing.T) {
	// Segments so small that the pages cross them.
	h := open(t, Options{Dir: filepath.Join(t.TempDir(), "trail"), journalBytes: 1 << 10})
	for i := range 8 {
		h.create(fmt.Sprint("u", i))
	}
	if len(h.all()) < 3 {
		t.Fatalf("%d segments", len(h.all()))
	}
	for _, attribute := range []string{"", "EventName"} {
		q := Query{Account: account(t, "123456789012"), Limit: 3, Attribute: attribute}
		if attribute != "" {
			q.Value = "CreateUser"
		}
		var got []string
		for pages := 0; ; pages++ {
			page, err := h.Lookup(t.Context(), q)
			if err != nil || pages > 9 {
				t.Fatal(pages, err)
			}
			for _, e := range page.Events {
				got = append(got, e.Resources[0].Name)
			}
			if page.Next == "" {
				break
			}
			h.create("late") // what comes between pages is on none of them
			h.tidy()         // and where they are changes nothing
			q.Token = page.Next
		}
		late := slices.Index(got, "u7")
		if got = got[late:]; !slices.Equal(got, []string{"u7", "u6", "u5", "u4", "u3", "u2", "u1", "u0"}) {
			t.Errorf("%q: got %q", attribute, got)
		}
	}
}

func TestATokenIsGoodForItsQueryAlone(t *testing.T) {
	h := open(t, Options{})
	h.create("ann")
	h.create("bob")
	q := Query{Account: account(t, "123456789012"), Limit: 1}
	page, err := h.Lookup(t.Context(), q)
	if err != nil || page.Next == "" {
		t.Fatal(page, err)
	}
	other := q
	other.Attribute, other.Value, other.Token = "EventName", "CreateUser", page.Next
	foreign := q
	foreign.Account, foreign.Token = account(t, "210987654321"), page.Next
	short := q
	short.Token = page.Next[1:]
	noise := q
	noise.Token = "%%%"
	for _, bad := range []Query{other, foreign, short, noise} {
		if _, err := h.Lookup(t.Context(), bad); !errors.Is(err, ErrToken) {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestEventsAreKeptNinetyDays(t *testing.T) {
	o := Options{Dir: filepath.Join(t.TempDir(), "trail")}
	h := open(t, o)
	h.create("old")
	h.clock.pass(45 * 24 * time.Hour)
	h.create("middle")
	h.clock.pass(45*24*time.Hour - 2*time.Second)
	h.want(Query{}, "middle", "old")
	h.clock.pass(2 * time.Second)
	h.want(Query{}, "middle") // not shown a second later
	h.want(Query{From: h.clock.time().Add(-200 * 24 * time.Hour)}, "middle")
	if got := len(h.all()); got != 2 {
		t.Errorf("%d segments before the next event", got)
	}
	h.clock.pass(24 * time.Hour)
	h.create("new")
	h.tidy()
	h.want(Query{}, "new", "middle")
	if got := len(h.all()); got != 2 {
		t.Errorf("%d segments: what is old is not forgotten", got)
	}
	names, err := h.o.files.list()
	if err != nil || len(names) != 2 {
		t.Errorf("%q, %v", names, err)
	}
}

func TestATrailInMemoryForgetsTheOldestWhenItIsFull(t *testing.T) {
	h := open(t, Options{journalBytes: 4 << 10})
	for i := range 100 {
		h.create(fmt.Sprint("u", i))
	}
	got := h.names(Query{})
	if len(got) == 50 || len(got) < 5 || got[0] != "u99" {
		t.Errorf("%d events, the newest %q", len(got), got[0])
	}
	if len(h.all()) > memorySegments {
		t.Errorf("%d segments", len(h.all()))
	}
}

func TestAnEventIsFoundAsSoonAsItWasHandedOver(t *testing.T) {
	h := open(t, Options{Dir: filepath.Join(t.TempDir(), "trail")})
	var group sync.WaitGroup
	for g := range 8 {
		group.Go(func() {
			for i := range 20 {
				name := fmt.Sprint("u", g, "-", i)
				e := benchEvent(t)
				e.Time, e.Operation = h.clock.time(), iam.CreateUser.Operation
				e.Input, e.Output = &iam.CreateUserInput{UserName: name}, nil
				h.Record(e)
				page, err := h.Lookup(t.Context(), Query{Account: e.Recipient, Attribute: "ResourceName", Value: name, Limit: 1})
				if err != nil || len(page.Events) != 1 {
					t.Errorf("%s: %v, %v", name, page, err)
				}
			}
		})
	}
	group.Wait()
}

func TestWhatHasNoPlaceInTheHistoryIsNotRecorded(t *testing.T) {
	h := open(t, Options{})
	h.Record(&Event{Operation: sts.AssumeRole.Operation}) // of no account
	h.Record(&Event{Operation: s3.GetObject.Operation, Recipient: account(t, "123456789012")})
	h.want(Query{})
}

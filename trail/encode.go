package trail

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"strconv"
	"strings"
	"sync"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/arn"
)

const (
	// maxParameters bounds requestParameters and responseElements, maxText the
	// user agent and the error's message, as CloudTrail does.
	maxParameters = 100 << 10
	maxText       = 1 << 10
)

// recorder turns events into frames of the journal. It serves all goroutines.
type recorder struct {
	rand  io.Reader
	pages sync.Pool // of *page
	known sync.Map  // *api.Operation to *opFacts

	learn  sync.Mutex
	shapes shapes // while learning
}

// opFacts are what the records of one operation have in common.
type opFacts struct {
	source        string
	flags         uint64
	shown         bool // it has responseElements
	places        []found
	input, output *shaped
}

func newRecorder(rand io.Reader) *recorder {
	r := &recorder{rand: rand, shapes: shapes{made: map[shapeKey]*shaped{}}}
	r.pages.New = func() any { return new(page) }
	return r
}

// facts learns an operation at its first call.
func (r *recorder) facts(op *api.Operation) *opFacts {
	if f, ok := r.known.Load(op); ok {
		return f.(*opFacts)
	}
	r.learn.Lock()
	defer r.learn.Unlock()
	f := &opFacts{
		source: eventSource(op.Service), shown: showsOutput(op), places: placesOf(op),
		input: r.shapes.ofPointer(op.Input, op.In), output: r.shapes.ofPointer(op.Output, op.Out),
	}
	if readOnly(op) {
		f.flags = flagReadOnly
	}
	r.known.Store(op, f)
	return f
}

// page is where a goroutine writes the frames of one event.
type page struct {
	frames        []byte
	records       int // how many are in them
	input, output []byte
	decided       []byte // the event's own
	about         []Resource
	random        [64 * 16]byte // event ids to come
	used          int           // how much of it is used up
}

// write writes the frames of one event: one, or two where a role of another
// account was assumed, which that account is told of too.
func (r *recorder) write(p *page, e *Event) {
	var f *opFacts
	if e.Other != nil {
		f = otherFacts(e.Other)
	} else {
		f = r.facts(e.Operation)
	}
	p.frames, p.records, p.input, p.output = p.frames[:0], 0, p.input[:0], p.output[:0]
	p.decided = e.Decided
	input, output := e.Input, e.Output
	if e.ErrorCode != "" {
		output = nil
		if denied(e.ErrorCode) {
			input = nil
		}
	}
	p.about = resources(p.about[:0], f.places, input, output)
	p.input = parameters(p.input, f.input, input)
	if e.Carried != nil && input != nil {
		p.input = e.Carried.before(p.input)
	}
	p.input = bounded(p.input, "requestParameters")
	if f.shown {
		p.output = bounded(parameters(p.output, f.output, output), "responseElements")
	}
	var rec record
	rec.call(e, f)
	if e.Other != nil {
		e.Other.set(&rec, p)
	}
	rec.caller.set(&e.Identity)
	if e.Identity.Session != nil {
		rec.setSession(e.Identity.Session)
	}
	rec.resources = p.about
	rec.id = r.newID(p)
	owner, ok := assumed(e, output, p.about)
	if ok {
		rec.flags |= flagAssumed
	}
	if !ok || owner == e.Recipient.String() {
		p.add(&rec)
		return
	}
	rec.shared = r.newID(p)
	p.add(&rec)
	rec.account, rec.id, p.decided = owner, r.newID(p), nil
	rec.flags &^= flagSession | flagMFA | flagAssumedRoot
	rec.session, rec.created = storedSession{}, 0
	rec.caller = storedIdentity{kind: "AWSAccount", principal: rec.caller.principal, account: rec.caller.account}
	p.add(&rec)
}

// call sets what a record tells of the call itself.
func (r *record) call(e *Event, f *opFacts) {
	r.flags, r.second, r.account = f.flags, e.Time.Unix(), e.Recipient.String()
	r.source, r.region, r.errorCode = f.source, e.Region, e.ErrorCode
	if e.Operation != nil {
		r.name, r.region, r.errorCode = e.Operation.Name, awsRegion(e.Operation.Service, e.Region), errorCode(e.Operation, e.ErrorCode)
	}
	r.sourceIP, r.userAgent, r.requestID = e.SourceIP, cut(e.UserAgent), e.RequestID
	if e.ErrorCode != "" || e.Other != nil {
		r.errorText = cut(e.ErrorMessage)
	}
	if e.TLS != nil {
		r.flags |= flagTLS
		r.tls, r.host = int64(e.TLS.Version)<<16|int64(e.TLS.CipherSuite), e.Host
	}
	r.extra = e.Additional
}

func (c *storedIdentity) set(i *Identity) {
	c.kind, c.principal, c.arn, c.account = i.Type, i.PrincipalID, i.ARN, i.Account.String()
	c.key, c.user, c.provider, c.invokedBy = i.AccessKeyID, i.UserName, i.Provider, i.InvokedBy
	c.person, c.store, c.credential = i.OnBehalf.UserID, i.OnBehalf.StoreARN, i.OnBehalf.Credential
}

func (r *record) setSession(s *Session) {
	r.flags |= flagSession
	if s.MFA {
		r.flags |= flagMFA
	}
	if s.AssumedRoot {
		r.flags |= flagAssumedRoot
	}
	r.created = s.Created.Unix()
	r.session = storedSession{
		sourceIdentity: s.SourceIdentity, issuer: s.Issuer.Type, id: s.Issuer.ID, arn: s.Issuer.ARN, name: s.Issuer.Name,
		account: s.Issuer.Account.String(), webProvider: s.Provider,
	}
}

// assumed is the account of the role that a call of STS has assumed.
func assumed(e *Event, output any, about []Resource) (owner string, ok bool) {
	if output == nil || e.Operation == nil || e.Operation.Service.SigningName != "sts" || len(about) == 0 || about[0].Type != "AWS::IAM::Role" {
		return "", false
	}
	role, err := arn.Parse(about[0].Name)
	if err != nil {
		return "", false
	}
	_, err = arn.ParseAccountID(role.Account)
	return role.Account, err == nil
}

// frameHead is what stands before a record in the journal: its length and its
// checksum.
const frameHead = 8

// add appends a record's frame.
func (p *page) add(r *record) {
	start := len(p.frames)
	p.frames = r.append(append(p.frames, make([]byte, frameHead)...), p.input, p.output, p.decided)
	text := p.frames[start+frameHead:]
	binary.LittleEndian.PutUint32(p.frames[start:], uint32(len(text)))
	binary.LittleEndian.PutUint32(p.frames[start+4:], checksum(text))
	p.records++
}

func checksum(b []byte) uint32 { return crc32.Checksum(b, crc32.MakeTable(crc32.Castagnoli)) }

// newID is a UUID of version 4, as CloudTrail's event ids are, in sixteen
// bytes.
func (r *recorder) newID(p *page) string {
	if p.used == 0 {
		// An event without randomness is still an event.
		_, _ = io.ReadFull(r.rand, p.random[:])
	}
	id := p.random[p.used : p.used+16]
	p.used = (p.used + 16) % len(p.random)
	id[6], id[8] = id[6]&0x0f|0x40, id[8]&0x3f|0x80
	return string(id)
}

// bounded answers parameters, or that they were too large to be written.
func bounded(written []byte, name string) []byte {
	size := len(written)
	if size <= maxParameters {
		return written
	}
	dst := append(written[:0], `{"omitted":true,"originalSize":`...)
	dst = strconv.AppendInt(dst, int64(size), 10)
	return append(dst, `,"reason":"`+name+` too large"}`...)
}

// cut shortens a text to what a record holds of it.
func cut(s string) string {
	if len(s) <= maxText {
		return s
	}
	return strings.ToValidUTF8(s[:maxText-3], "") + "..."
}

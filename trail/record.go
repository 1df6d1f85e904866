package trail

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strconv"
	"time"
)

// format is the first byte of a stored record.
const format = 2

// Flags of a record.
const (
	flagReadOnly = 1 << iota
	flagAssumed  // the first resource is a role that was assumed
	flagSession  // the caller's credentials were temporary
	flagMFA
	flagTLS
	flagAssumedRoot
)

// record is one event of one account's trail as it is stored: that of which
// its CloudTrail record is made when somebody reads it. What was decoded
// shares the memory of the text that it was decoded from.
type record struct {
	flags   uint64
	second  int64
	created int64 // the session was
	tls     int64 // version and cipher suite

	account, source, name, region, sourceIP, userAgent, requestID, host string

	id, shared           string // of the event, 16 bytes; the second may be ""
	errorCode, errorText string
	caller               storedIdentity
	session              storedSession
	extra                string // additionalEventData in JSON
	details              string // serviceEventDetails in JSON
	input, output        string // in JSON
	resources            []Resource
	decided              string // what the call was decided on, for ByRequest alone
}

type storedIdentity struct {
	kind, principal, arn, account, key, user, provider, invokedBy string
	person, store, credential                                     string // of IAM Identity Center
}

type storedSession struct{ sourceIdentity, issuer, id, arn, name, account, webProvider string }

// numbers and texts are a record's fields in the order in which they are
// stored. A new text goes to the end: in what was stored before it is "".
func (r *record) numbers() [3]*int64 { return [...]*int64{&r.second, &r.created, &r.tls} }

func (r *record) texts() [33]*string {
	c, s := &r.caller, &r.session
	return [...]*string{
		&r.account, &r.source, &r.name, &r.region, &r.sourceIP, &r.userAgent, &r.requestID, &r.host,
		&r.id, &r.shared, &r.errorCode, &r.errorText,
		&c.kind, &c.principal, &c.arn, &c.account, &c.key, &c.user, &c.provider, &c.invokedBy,
		&s.sourceIdentity, &s.issuer, &s.id, &s.arn, &s.name, &s.account, &s.webProvider,
		&r.extra, &r.decided,
		&r.details, &c.person, &c.store, &c.credential,
	}
}

// append stores a record of which some are not texts yet.
func (r *record) append(dst, input, output, decided []byte) []byte {
	dst = binary.AppendUvarint(append(dst, format), r.flags)
	for _, n := range r.numbers() {
		dst = binary.AppendVarint(dst, *n)
	}
	dst = append(binary.AppendUvarint(dst, uint64(len(input))), input...)
	dst = append(binary.AppendUvarint(dst, uint64(len(output))), output...)
	dst = binary.AppendUvarint(dst, uint64(len(r.resources)))
	for i := range r.resources {
		dst = appendText(appendText(dst, r.resources[i].Type), r.resources[i].Name)
	}
	for _, s := range r.texts() {
		if s == &r.decided {
			dst = append(binary.AppendUvarint(dst, uint64(len(decided))), decided...)
			continue
		}
		dst = appendText(dst, *s)
	}
	return dst
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

var errDamaged = errors.New("an event in the trail is damaged")

// decode reads what append wrote.
func decode(text string) (record, error) {
	var r record
	if len(text) == 0 || text[0] != format {
		return r, errDamaged
	}
	from := reader{rest: text[1:]}
	r.flags = from.number()
	for _, n := range r.numbers() {
		*n = from.signed()
	}
	r.input, r.output = from.text(), from.text()
	if n := from.number(); n > 0 && n <= uint64(len(from.rest)) {
		r.resources = make([]Resource, n)
		for i := range r.resources {
			r.resources[i] = Resource{from.text(), from.text()}
		}
	}
	for _, s := range r.texts() {
		if from.rest != "" {
			*s = from.text()
		}
	}
	if from.bad || from.rest != "" || len(r.id) != 16 || len(r.shared)&^16 != 0 {
		return r, errDamaged
	}
	return r, nil
}

// reader reads numbers and texts, and remembers whether it could.
type reader struct {
	rest string
	bad  bool
}

func (r *reader) number() (n uint64) {
	for i := 0; i < len(r.rest) && i < binary.MaxVarintLen64; i++ {
		c := r.rest[i]
		n |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			r.rest = r.rest[i+1:]
			return n
		}
	}
	r.bad, r.rest = true, ""
	return 0
}

func (r *reader) signed() int64 {
	n := r.number()
	return int64(n>>1) ^ -int64(n&1)
}

func (r *reader) text() string {
	n := r.number()
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, ""
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

func (r *record) readOnly() bool { return r.flags&flagReadOnly != 0 }

// user is the Username that LookupEvents shows and finds: a user's name, the
// name of a role's session or of a federated user, or root.
func (r *record) user() string {
	switch r.caller.kind {
	case "Root":
		return "root"
	case "AssumedRole", "FederatedUser":
		for at := len(r.caller.principal) - 1; at >= 0; at-- {
			if r.caller.principal[at] == ':' {
				return r.caller.principal[at+1:]
			}
		}
	}
	return r.caller.user
}

// values calls give for each lookup attribute and value that the record has.
func (r *record) values(give func(attribute byte, value string)) {
	give(eventID, r.id)
	give(eventName, r.name)
	give(eventSourceName, r.source)
	give(readOnlyFlag, strconv.FormatBool(r.readOnly()))
	if user := r.user(); user != "" {
		give(username, user)
	}
	if r.caller.key != "" {
		give(accessKeyID, r.caller.key)
	}
	for i := range r.resources {
		if i == 0 || r.resources[i].Type != r.resources[i-1].Type {
			give(resourceType, r.resources[i].Type)
		}
		give(resourceName, r.resources[i].Name)
	}
}

// has tells whether a record has a value that is looked for.
func (r *record) has(attribute byte, value string) (yes bool) {
	r.values(func(a byte, v string) { yes = yes || a == attribute && v == value })
	return yes
}

// Found is an event as LookupEvents shows it. What is empty is left out.
type Found struct {
	ID, Name, Source      string
	Time                  time.Time
	ReadOnly              bool
	AccessKeyID, UserName string
	ErrorCode             string
	Account, Region       string
	Resources             []Resource
	JSON                  string // the CloudTrail record
}

func (r *record) found() Found {
	return Found{
		ID: uuid(r.id), Name: r.name, Source: r.source, Time: time.Unix(r.second, 0).UTC(), ReadOnly: r.readOnly(),
		AccessKeyID: r.caller.key, UserName: r.user(), ErrorCode: r.errorCode, Account: r.account, Region: r.region,
		Resources: r.resources, JSON: string(r.json(nil)),
	}
}

// uuid writes the sixteen bytes of an id as ids are written.
func uuid(id string) string {
	digits := hex.EncodeToString([]byte(id))
	return digits[:8] + "-" + digits[8:12] + "-" + digits[12:16] + "-" + digits[16:20] + "-" + digits[20:]
}

// parseUUID reads what uuid wrote; "" for another text.
func parseUUID(text string) string {
	if len(text) != 36 || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return ""
	}
	b, err := hex.DecodeString(text[:8] + text[9:13] + text[14:18] + text[19:23] + text[24:])
	if err != nil || uuid(string(b)) != text {
		return ""
	}
	return string(b)
}

package trail

import (
	"encoding/binary"
	"errors"
	"strconv"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// record is one event as it is stored.
type record struct {
	account   arn.AccountID
	time      time.Time
	id        string
	name      string
	source    string
	readOnly  bool
	keyID     string
	user      string
	resources []Resource
	json      []byte
}

// Found is an event as LookupEvents shows it. What is empty is left out.
type Found struct {
	ID, Name, Source      string
	Time                  time.Time
	ReadOnly              bool
	AccessKeyID, UserName string
	Resources             []Resource
	JSON                  string // the CloudTrail record
}

// values calls give for each lookup attribute and value that the record has.
func (r *record) values(give func(attribute byte, value string)) {
	give(attributes["EventId"], r.id)
	give(attributes["EventName"], r.name)
	give(attributes["EventSource"], r.source)
	give(attributes["ReadOnly"], strconv.FormatBool(r.readOnly))
	if r.user != "" && len(r.user) <= maxValue {
		give(attributes["Username"], r.user)
	}
	if r.keyID != "" && len(r.keyID) <= maxValue {
		give(attributes["AccessKeyId"], r.keyID)
	}
	for _, about := range r.resources {
		give(attributes["ResourceType"], about.Type) // given twice is written once
		give(attributes["ResourceName"], about.Name)
	}
}

// format is the first byte of a stored event.
const format = 1

// encode writes what decode reads.
func (r *record) encode(dst []byte) []byte {
	dst = append(dst, format)
	dst = binary.BigEndian.AppendUint64(dst, uint64(r.time.Unix()))
	flag := byte(0)
	if r.readOnly {
		flag = 1
	}
	dst = append(dst, flag)
	for _, s := range [...]string{r.id, r.name, r.source, r.keyID, r.user} {
		dst = appendText(dst, s)
	}
	dst = binary.AppendUvarint(dst, uint64(len(r.resources)))
	for _, about := range r.resources {
		dst = appendText(appendText(dst, about.Type), about.Name)
	}
	return append(binary.AppendUvarint(dst, uint64(len(r.json))), r.json...)
}

func appendText(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

var errDamaged = errors.New("an event in the trail is damaged")

// decode reads a stored event.
func decode(b []byte) (Found, error) {
	if len(b) < 10 || b[0] != format {
		return Found{}, errDamaged
	}
	f := Found{Time: time.Unix(int64(binary.BigEndian.Uint64(b[1:])), 0).UTC(), ReadOnly: b[9] == 1}
	r := reader{b: b[10:]}
	f.ID, f.Name, f.Source, f.AccessKeyID, f.UserName = r.text(), r.text(), r.text(), r.text(), r.text()
	for n := r.number(); n > 0 && !r.bad; n-- {
		f.Resources = append(f.Resources, Resource{r.text(), r.text()})
	}
	f.JSON = r.text()
	if r.bad || len(r.b) > 0 {
		return Found{}, errDamaged
	}
	return f, nil
}

// reader reads what encode wrote, and remembers whether it could.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) number() uint64 {
	n, size := binary.Uvarint(r.b)
	if size <= 0 {
		r.bad, r.b = true, nil
		return 0
	}
	r.b = r.b[size:]
	return n
}

func (r *reader) text() string {
	n := r.number()
	if n > uint64(len(r.b)) {
		r.bad, r.b = true, nil
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}

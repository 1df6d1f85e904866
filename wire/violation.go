package wire

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/api"
)

const (
	maxViolations = 100  // of one request; those after it are not looked for
	maxEcho       = 4096 // bytes of a value that a violation repeats
)

// checker holds a request against the model's constraints while it is decoded,
// and words what it finds as AWS does.
type checker struct {
	op    *api.Operation
	off   bool
	steps []step // where the decoder is
	found []string
	first string // the input's member that the first violation is in
	own   string // IAM's own sentence; said where nothing else is wrong
}

// step is a structure's member (a name) or a list's element (a number from 1)
// or a map's entry (its key).
type step struct {
	name  string
	index int
}

func (c *checker) push(name string)     { c.steps = append(c.steps, step{name: name}) }
func (c *checker) pushElement(n int)    { c.steps = append(c.steps, step{index: n}) }
func (c *checker) pushEntry(key string) { c.steps = append(c.steps, step{name: key, index: -1}) }
func (c *checker) pop()                 { c.steps = c.steps[:len(c.steps)-1] }

// path is where the decoder is, in AWS's spelling: "tags.1.member.key".
func (c *checker) path() string {
	var b strings.Builder
	for i, s := range c.steps {
		if i > 0 {
			b.WriteByte('.')
		}
		switch {
		case s.index > 0:
			b.WriteString(strconv.Itoa(s.index) + ".member")
		case s.index < 0:
			b.WriteString(s.name + ".member")
		default:
			b.WriteString(s.name)
		}
	}
	return b.String()
}

// text checks a string. AWS names the pattern before the length (seen with
// AssumeRoleWithSAML, mmmorris1975/aws-runas#80).
func (c *checker) text(p *plan, value string) {
	if c.off {
		return
	}
	s := p.shape
	if len(s.Enum) > 0 && !contains(s.Enum, value) {
		c.add(s, quote(value), "Member must satisfy enum value set: ["+strings.Join(s.Enum, ", ")+"]")
	}
	tooLong := s.HasMax && int64(len(value)) > 4*s.Max+maxEcho // not worth an expression's time
	if p.matches != nil && !tooLong && !p.matches(value) {
		if own := iamWords(c.op.Service, s, c.steps); own != "" {
			c.own = own
		} else {
			c.add(s, quote(value), "Member must satisfy regular expression pattern: "+s.Pattern)
		}
	}
	if n := utf8.RuneCountInString(value); outside(s, int64(n)) {
		c.length(s, n, quote(value))
	}
}

// length checks the length of a string, list, map or blob.
func (c *checker) length(s *api.Shape, n int, value quoted) {
	if s.HasMin && int64(n) < s.Min {
		c.add(s, value, "Member must have length greater than or equal to "+strconv.FormatInt(s.Min, 10))
	}
	if s.HasMax && int64(n) > s.Max {
		c.add(s, value, "Member must have length less than or equal to "+strconv.FormatInt(s.Max, 10))
	}
}

// number checks a whole number.
func (c *checker) number(s *api.Shape, n int64) {
	if c.off || !outside(s, n) {
		return
	}
	value := quote(strconv.FormatInt(n, 10))
	if s.HasMin && n < s.Min {
		c.add(s, value, "Member must have value greater than or equal to "+strconv.FormatInt(s.Min, 10))
	}
	if s.HasMax && n > s.Max {
		c.add(s, value, "Member must have value less than or equal to "+strconv.FormatInt(s.Max, 10))
	}
}

// outside says whether a length or a number breaks a bound.
func outside(s *api.Shape, n int64) bool { return s.HasMin && n < s.Min || s.HasMax && n > s.Max }

// missing notes a required member that is not there.
func (c *checker) missing(f *field) {
	if c.off {
		return
	}
	c.push(f.path)
	c.add(f.shape, " null", "Member must not be null")
	c.pop()
}

// quoted is a value as a violation shows it: "", " null" or " 'x'".
type quoted string

func quote(value string) quoted {
	if len(value) > maxEcho {
		value = strings.ToValidUTF8(value[:maxEcho], "") + "…"
	}
	return quoted(" '" + value + "'")
}

func (c *checker) add(s *api.Shape, value quoted, constraint string) {
	if c.off || len(c.found) >= maxViolations {
		return
	}
	if s.Sensitive || hidesValues(c.op.Service) {
		value = ""
	}
	if len(c.found) == 0 {
		c.first = c.steps[0].name
	}
	c.found = append(c.found, "Value"+string(value)+" at '"+c.path()+"' failed to satisfy constraint: "+constraint)
}

// result is the error of all that was found, or nil.
func (c *checker) result() *Error {
	switch n := len(c.found); {
	case n == 0 && c.own != "":
		return &Error{Code: validationCode(c.op, ""), Status: 400, Message: c.own}
	case n == 0:
		return nil
	case n == 1:
		return &Error{Code: validationCode(c.op, c.first), Status: 400, Message: "1 validation error detected: " + c.found[0]}
	default:
		return &Error{Code: validationCode(c.op, c.first), Status: 400,
			Message: strconv.Itoa(n) + " validation errors detected: " + strings.Join(c.found, "; ")}
	}
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}

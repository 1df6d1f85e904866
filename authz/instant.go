package authz

import (
	"cmp"
	"strconv"
	"strings"
	"time"
)

// instant is a point in time, exact to the nanosecond.
type instant struct {
	seconds     int64 // since 1970
	nanoseconds int
}

func (i instant) compare(o instant) int {
	if order := cmp.Compare(i.seconds, o.seconds); order != 0 {
		return order
	}
	return cmp.Compare(i.nanoseconds, o.nanoseconds)
}

// parseInstant reads a time in every form that AWS stores beside a Date
// operator: ISO 8601 from a year alone to fractions of a second, with Z, an
// offset or (UTC then) no zone; or whole seconds since 1970. Four digits alone
// are a year.
//
// Source: https://www.w3.org/TR/NOTE-datetime
func parseInstant(s string) (instant, bool) {
	const yearDigits = 4
	if allDigits(s) && len(s) != yearDigits {
		seconds, err := strconv.ParseInt(s, 10, 64)
		return instant{seconds: seconds}, err == nil
	}
	calendar, clock := s, ""
	if t := strings.IndexAny(s, "Tt"); t >= 0 {
		calendar, clock = s[:t], s[t+1:]
	}
	midnight, ok := parseCalendar(calendar)
	if !ok {
		return instant{}, false
	}
	seconds, nanoseconds, ok := parseClock(clock)
	return instant{midnight + int64(seconds), nanoseconds}, ok
}

// parseCalendar reads year, year-month or year-month-day as the first second
// of it. A year may be before the common era.
func parseCalendar(s string) (int64, bool) {
	const lastYear = 292_278_993 // that Java's dates can hold
	s, early := strings.CutPrefix(s, "-")
	y, s, _ := strings.Cut(s, "-")
	m, d, hasDay := strings.Cut(s, "-")
	year, ok := smallNumber(y, lastYear)
	month, day := 1, 1
	if ok && m != "" {
		month, ok = twoDigits(m, 12)
	}
	if ok && hasDay {
		day, ok = twoDigits(d, 31)
	}
	if early {
		year = -year
	}
	date := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	// A month or day that does not exist becomes one of another month.
	return date.Unix(), ok && date.Month() == time.Month(month)
}

// parseClock reads nothing, hours, hours:minutes or hours:minutes:seconds,
// with a fraction and a zone, as seconds since midnight in UTC.
func parseClock(s string) (seconds, nanoseconds int, ok bool) {
	s, offset, ok := cutZone(s)
	if !ok {
		return 0, 0, false
	}
	if s == "" {
		return 0, 0, offset == 0
	}
	whole, fraction, hasFraction := strings.Cut(s, ".")
	if hasFraction && strings.Count(whole, ":") < 2 {
		return 0, 0, false
	}
	unit := 3600
	for i, part := range strings.SplitN(whole, ":", 3) {
		n, ok := twoDigits(part, [...]int{23, 59, 59}[i])
		if !ok {
			return 0, 0, false
		}
		seconds += n * unit
		unit /= 60
	}
	if hasFraction {
		nanoseconds, ok = parseFraction(fraction)
	}
	return seconds - offset, nanoseconds, ok
}

// cutZone takes Z or an offset such as +02 or +02:00 off the end and answers
// it in seconds.
func cutZone(s string) (rest string, offset int, ok bool) {
	zone := strings.IndexAny(s, "Zz+-")
	if zone < 0 {
		return s, 0, true
	}
	rest = s[:zone]
	if z := s[zone:]; z == "Z" || z == "z" {
		return rest, 0, true
	}
	h, m, hasMinutes := strings.Cut(s[zone+1:], ":")
	hours, ok := twoDigits(h, 23)
	minutes := 0
	if ok && hasMinutes {
		minutes, ok = twoDigits(m, 59)
	}
	offset = hours*3600 + minutes*60
	if s[zone] == '-' {
		offset = -offset
	}
	return rest, offset, ok && s[zone] != 'Z' && s[zone] != 'z'
}

// parseFraction reads up to nine digits after a second's point.
func parseFraction(s string) (int, bool) {
	const places = 9
	n, ok := smallNumber(s, 999_999_999)
	if !ok || len(s) > places {
		return 0, false
	}
	for range places - len(s) {
		n *= 10
	}
	return n, true
}

// twoDigits reads one or two digits, as a number up to limit.
func twoDigits(s string, limit int) (int, bool) {
	n, ok := smallNumber(s, limit)
	return n, ok && len(s) <= 2
}

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

// parseInstant reads a time as AWS takes it: ISO 8601 in W3C's profile, from a
// year alone to fractions of a second, with Z, an offset or (UTC then) no zone
// at all; or whole seconds since 1970. Four digits alone are a year.
//
// Source: https://www.w3.org/TR/NOTE-datetime
func parseInstant(s string) (instant, bool) {
	if number, _ := cutSign(s); len(s) != 4 && allDigits(number) {
		seconds, err := strconv.ParseInt(s, 10, 64)
		return instant{seconds: seconds}, err == nil
	}
	calendar, clock, timed := strings.Cut(s, "T")
	year, month, day, ok := parseCalendar(calendar)
	if !ok || timed && strings.Count(calendar, "-") != 2 {
		return instant{}, false
	}
	at := instant{seconds: time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix()}
	if !timed {
		return at, true
	}
	seconds, nanoseconds, ok := parseClock(clock)
	return instant{at.seconds + int64(seconds), nanoseconds}, ok
}

// parseCalendar reads YYYY, YYYY-MM or YYYY-MM-DD.
func parseCalendar(s string) (year, month, day int, ok bool) {
	y, s, more := strings.Cut(s, "-")
	if year, ok = digits(y, 4, 9999); !ok || !more {
		return year, 1, 1, ok
	}
	m, d, more := strings.Cut(s, "-")
	if month, ok = digits(m, 2, 12); !ok || month == 0 || !more {
		return year, month, 1, ok && month > 0
	}
	day, ok = digits(d, 2, 31)
	last := time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return year, month, day, ok && 1 <= day && day <= last
}

// parseClock reads hh:mm, hh:mm:ss or hh:mm:ss.s with a zone, as seconds since
// midnight in UTC.
func parseClock(s string) (seconds, nanoseconds int, ok bool) {
	s, offset, ok := cutZone(s)
	if !ok {
		return 0, 0, false
	}
	h, rest, _ := strings.Cut(s, ":")
	m, rest, hasSeconds := strings.Cut(rest, ":")
	hour, ok1 := digits(h, 2, 23)
	minute, ok2 := digits(m, 2, 59)
	if !ok1 || !ok2 {
		return 0, 0, false
	}
	seconds = hour*3600 + minute*60 - offset
	if !hasSeconds {
		return seconds, 0, true
	}
	whole, fraction, hasFraction := strings.Cut(rest, ".")
	second, ok := digits(whole, 2, 59)
	if ok && hasFraction {
		nanoseconds, ok = parseFraction(fraction)
	}
	return seconds + second, nanoseconds, ok
}

// cutZone takes Z or an offset such as +02:00 off the end and answers it in
// seconds.
func cutZone(s string) (rest string, offset int, ok bool) {
	if rest, ok := strings.CutSuffix(s, "Z"); ok {
		return rest, 0, true
	}
	sign := strings.LastIndexAny(s, "+-")
	if sign < 0 {
		return s, 0, true
	}
	h, m, _ := strings.Cut(s[sign+1:], ":")
	hours, ok1 := digits(h, 2, 23)
	minutes, ok2 := digits(m, 2, 59)
	offset = hours*3600 + minutes*60
	if s[sign] == '-' {
		offset = -offset
	}
	return s[:sign], offset, ok1 && ok2
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

// digits reads exactly that many digits, as a number up to limit.
func digits(s string, count, limit int) (int, bool) {
	n, ok := smallNumber(s, limit)
	return n, ok && len(s) == count
}

package compiled

import (
	"cmp"
	"math"
	"strings"
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

const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
)

// parseInstant reads ISO 8601, from a year alone to fractions of a second,
// with Z, an offset or (UTC then) no zone; or whole seconds since 1970. Four
// digits alone are a year.
func parseInstant(s string) (instant, bool) {
	const yearDigits = 4
	if len(s) != yearDigits && allDigits(s) {
		seconds, ok := number(s, math.MaxInt64/10-1)
		if !ok {
			return longNumber(s)
		}
		return instant{seconds: int64(seconds)}, ok
	}
	date, clock := s, ""
	if t := strings.IndexAny(s, "Tt"); t >= 0 {
		date, clock = s[:t], s[t+1:]
	}
	days, ok := parseDate(date)
	if !ok {
		return instant{}, false
	}
	seconds, nanoseconds, ok := parseClock(clock)
	return instant{days*day + int64(seconds), nanoseconds}, ok
}

// longNumber reads digits that come near the largest number there is.
func longNumber(s string) (instant, bool) {
	var n int64
	for i := range len(s) {
		d := int64(s[i] - '0')
		if n > (math.MaxInt64-d)/10 {
			return instant{}, false
		}
		n = n*10 + d
	}
	return instant{seconds: n}, s != ""
}

// parseDate reads year, year-month or year-month-day as days since 1970. A
// year may be before the common era.
func parseDate(s string) (int64, bool) {
	const lastYear = 292_278_993 // that Java's dates can hold
	early := strings.HasPrefix(s, "-")
	if early {
		s = s[1:]
	}
	y, s, _ := strings.Cut(s, "-")
	m, d, hasDay := strings.Cut(s, "-")
	year, ok := number(y, lastYear)
	if !ok {
		return 0, false
	}
	if early {
		year = -year
	}
	month, dayOfMonth := 1, 1
	if m != "" {
		if month, ok = short(m, 12); !ok || month == 0 {
			return 0, false
		}
	}
	if hasDay {
		if dayOfMonth, ok = short(d, daysOf(year, month)); !ok || dayOfMonth == 0 {
			return 0, false
		}
	}
	return daysSince1970(year, month, dayOfMonth), true
}

func daysOf(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// daysSince1970 counts in years that begin with March, so that the leap day is
// the last of them, from a multiple of 400 years before any date.
func daysSince1970(year, month, day int) int64 {
	const (
		ages     = 800_000 // times 400 years
		ageDays  = 400*365 + 97
		to1970   = 719_468 // days from March 1 of the year 0
		shortest = 153     // days in five months from March on
	)
	if month <= 2 {
		year--
		month += 12
	}
	y := int64(year) + 400*ages
	inYear := int64((shortest*(month-3)+2)/5 + day - 1)
	return y*365 + y/4 - y/100 + y/400 + inYear - ages*ageDays - to1970
}

// parseClock reads nothing, hours, hours:minutes or hours:minutes:seconds,
// with a fraction and a zone, as seconds since midnight in UTC.
func parseClock(s string) (seconds, nanoseconds int, ok bool) {
	s, offset, ok := cutZone(s)
	if !ok || s == "" {
		return 0, 0, ok && offset == 0
	}
	whole, fraction, hasFraction := strings.Cut(s, ".")
	h, rest, hasMinutes := strings.Cut(whole, ":")
	m, sec, hasSeconds := strings.Cut(rest, ":")
	if hasFraction && !hasSeconds {
		return 0, 0, false
	}
	hours, ok1 := short(h, 23)
	minutes, ok2 := optional(m, 59, hasMinutes)
	inMinute, ok3 := optional(sec, 59, hasSeconds)
	if !ok1 || !ok2 || !ok3 {
		return 0, 0, false
	}
	if hasFraction {
		if nanoseconds, ok = parseFraction(fraction); !ok {
			return 0, 0, false
		}
	}
	return hours*hour + minutes*minute + inMinute - offset, nanoseconds, true
}

// cutZone takes Z or an offset such as +02 or +02:00 off the end and answers
// it in seconds.
func cutZone(s string) (rest string, offset int, ok bool) {
	zone := strings.IndexAny(s, "Zz+-")
	if zone < 0 {
		return s, 0, true
	}
	rest, z := s[:zone], s[zone:]
	if z[0] == 'Z' || z[0] == 'z' {
		return rest, 0, len(z) == 1
	}
	h, m, hasMinutes := strings.Cut(z[1:], ":")
	hours, ok1 := short(h, 23)
	minutes, ok2 := optional(m, 59, hasMinutes)
	offset = hours*hour + minutes*minute
	if z[0] == '-' {
		offset = -offset
	}
	return rest, offset, ok1 && ok2
}

// parseFraction reads up to nine digits after a second's point.
func parseFraction(s string) (int, bool) {
	const places = 9
	n, ok := number(s, 999_999_999)
	if !ok || len(s) > places {
		return 0, false
	}
	for range places - len(s) {
		n *= 10
	}
	return n, true
}

// short reads one or two digits, as a number up to limit.
func short(s string, limit int) (int, bool) {
	n, ok := number(s, limit)
	return n, ok && len(s) <= 2
}

// optional is zero where there is nothing to read.
func optional(s string, limit int, present bool) (int, bool) {
	if !present {
		return 0, true
	}
	return short(s, limit)
}

package policy

import (
	"strconv"
	"strings"
)

// isDate tells whether AWS stores a value beside a Date operator: seconds
// since 1970, or a date of ISO 8601 as far as its author cared to write it.
// Whether the date means anything, package authz decides.
func isDate(value string) bool {
	s := strings.ToLower(value)
	if !strings.ContainsAny(s, "t-") {
		return isDigits(s) && inRange(s, 0, 1<<63-1)
	}
	day, clock, _ := strings.Cut(s, "t")
	return isDay(day) && isClock(clock)
}

// isDay accepts year, year-month and year-month-day.
func isDay(s string) bool {
	rest, negative := strings.CutPrefix(s, "-")
	parts := strings.Split(rest, "-")
	year := parts[0]
	if negative {
		year = "-" + year
	}
	// The years that java.util.Date can hold.
	if !isDigits(parts[0]) || !inRange(year, -292275054, 292278993) {
		return false
	}
	switch len(parts) {
	case 1:
		return true
	case 2:
		return isPart(parts[1], 1, 12)
	case 3:
		return isPart(parts[1], 1, 12) && isPart(parts[2], 1, 31)
	}
	return false
}

// isClock accepts nothing, hours, hours:minutes and hours:minutes:seconds,
// with a fraction and with a zone.
func isClock(s string) bool {
	if s == "" {
		return true
	}
	if i := strings.IndexAny(s, "z+-"); i >= 0 {
		if !isZone(s[i:]) {
			return false
		}
		s = s[:i]
	}
	parts := strings.Split(s, ":")
	if len(parts) > 3 {
		return false
	}
	if len(parts) == 3 {
		seconds, fraction, point := strings.Cut(parts[2], ".")
		if point && (!isDigits(fraction) || len(fraction) > 9) {
			return false
		}
		parts[2] = seconds
	}
	for i, part := range parts {
		if limit := [...]int64{23, 59, 59}[i]; !isPart(part, 0, limit) {
			return false
		}
	}
	return true
}

// isZone accepts z, ±hh and ±hh:mm.
func isZone(s string) bool {
	if s == "z" {
		return true
	}
	hours, minutes, colon := strings.Cut(s[1:], ":")
	if s[0] == 'z' || len(hours) != 2 || !isPart(hours, 0, 23) {
		return false
	}
	return !colon || len(minutes) == 2 && isPart(minutes, 0, 59)
}

// isPart tells whether s is one or two digits within the limits.
func isPart(s string, low, high int64) bool {
	return len(s) <= 2 && isDigits(s) && inRange(s, low, high)
}

func inRange(s string, low, high int64) bool {
	n, err := strconv.ParseInt(s, 10, 64)
	return err == nil && n >= low && n <= high
}

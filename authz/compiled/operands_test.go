package compiled

import (
	"math/big"
	"strings"
	"testing"
	"time"
)

func TestDecimals(t *testing.T) {
	inOrder := []string{"-1e9", "-10", "-9.5", "-1", "-0.5", "-1e-9", "0", "1e-999", "0.001", ".01", "0.5", "1", "1.000001", "9.99", "10", "1e2", "101", "1e999"}
	for i, a := range inOrder {
		for j, b := range inOrder {
			x, ok1 := parseDecimal(a)
			y, ok2 := parseDecimal(b)
			if !ok1 || !ok2 {
				t.Fatalf("%s or %s is no number", a, b)
			}
			if got := x.compare(&y); sign(got) != sign(i-j) {
				t.Errorf("%s against %s is %d", a, b, got)
			}
		}
	}
	for _, equal := range [][2]string{{"0", "-0"}, {"0", "0.000"}, {"0", "0e5"}, {"1", "+1"}, {"1", "1.0"}, {"10", "1e1"}, {"0.1", "1e-1"}, {"100e-2", "1"}, {"007", "7"}, {"1E2", "100"}, {".5", "0.5"}} {
		x, ok1 := parseDecimal(equal[0])
		y, ok2 := parseDecimal(equal[1])
		if !ok1 || !ok2 || x.compare(&y) != 0 {
			t.Errorf("%s is not %s", equal[0], equal[1])
		}
	}
	for _, bad := range []string{"", ".", "1.", "-", "+", "e1", "1e", "1e+", "--1", "1 ", " 1", "1,0", "0x1", "1e1e1", "1.1.1", "NaN", "Inf", "1e10000000001", "١"} {
		if d, ok := parseDecimal(bad); ok {
			t.Errorf("%q is %+v", bad, d)
		}
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// FuzzDecimal compares with math/big where that can follow.
func FuzzDecimal(f *testing.F) {
	for _, seed := range [][2]string{{"1", "1.0"}, {"-0", "0"}, {"1e3", "999.9"}, {"007", "7"}, {".5", "0.50"}, {"9007199254740993", "9007199254740992"}, {"1e", "e1"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		x, ok1 := parseDecimal(a)
		y, ok2 := parseDecimal(b)
		if !ok1 || !ok2 || max(x.power, -x.power, y.power, -y.power, len(a), len(b)) > 500 {
			return
		}
		p, ok1 := new(big.Rat).SetString(a)
		q, ok2 := new(big.Rat).SetString(b)
		if !ok1 || !ok2 {
			t.Fatalf("%q or %q is a number here only", a, b)
		}
		if got := x.compare(&y); sign(got) != p.Cmp(q) || sign(y.compare(&x)) != -sign(got) {
			t.Errorf("%s against %s is %d, want %d", a, b, got, p.Cmp(q))
		}
	})
}

func TestInstants(t *testing.T) {
	for _, c := range []struct {
		name, text  string
		seconds     int64
		nanoseconds int
	}{
		{"C8 a second", "2026-11-21T12:00:00Z", 1795262400, 0},
		{"C8 in small letters", "2026-11-21t12:00:00z", 1795262400, 0},
		{"C8 without a zone", "2026-11-21T12:00:00", 1795262400, 0},
		{"C8 minutes", "2026-11-21T12:00Z", 1795262400, 0},
		{"C8 hours", "2026-11-21T12", 1795262400, 0},
		{"C8 an empty clock", "2026-11-21T", 1795219200, 0},
		{"C8 a day", "2026-11-21", 1795219200, 0},
		{"C8 a month", "2026-11", 1793491200, 0},
		{"C8 a year", "2026", 1767225600, 0},
		{"C8 one digit each", "2026-1-2T3:4:5", 1767323045, 0},
		{"C8 a fraction", "1970-01-01T00:00:00.25Z", 0, 250_000_000},
		{"C8 nine digits of one", "1970-01-01T00:00:00.123456789Z", 0, 123_456_789},
		{"C8 an offset", "1970-01-01T02:00:00+02:00", 0, 0},
		{"C8 an offset of hours", "1970-01-01T02:00:00+02", 0, 0},
		{"C8 an offset to the west", "1970-01-01T00:00:00-01:30", 5400, 0},
		{"C8 seconds since 1970", "1795262400", 1795262400, 0},
		{"C8 five digits are seconds", "20260", 20260, 0},
		{"C8 zero", "0", 0, 0},
		{"C8 as many seconds as there can be", "9223372036854775807", 9223372036854775807, 0},
		{"C8 a leap day", "2024-02-29", 1709164800, 0},
		{"C8 a leap day of a century", "2000-02-29", 951782400, 0},
		{"C8 before 1970", "1969-12-31T23:59:59Z", -1, 0},
		{"C8 the year 0", "0000-01-01", -62167219200, 0},
		{"C8 before our era", "-0001-01-01", -62198755200, 0},
	} {
		got, ok := parseInstant(c.text)
		if !ok || got != (instant{c.seconds, c.nanoseconds}) {
			t.Errorf("%s: %s is %+v, %v", c.name, c.text, got, ok)
		}
	}
	for _, bad := range []string{
		"", "T", "-", "x", "2026-13-01", "2026-00-01", "2026-01-00", "2026-01-32", "2026-04-31", "2023-02-29", "1900-02-29", "2026-01-01T24:00:00Z",
		"2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z", "2026-01-01T00:00.5Z",
		"2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00+", "2026-01-01T00:00:00+24:00", "2026-01-01T00:00:00+1:2:3", "2026-01-01T+01:00",
		"2026-01-01T00:00:00:00", "2026-01-001", "2026-01-01 00:00:00", "9223372036854775808", "99999999999999999999", "292278994-01-01", "2026-11-21T12:00:00Zx",
	} {
		if got, ok := parseInstant(bad); ok {
			t.Errorf("%q is %+v", bad, got)
		}
	}
	early, late := instant{1, 2}, instant{1, 3}
	if early.compare(late) >= 0 || late.compare(early) <= 0 || early.compare(early) != 0 {
		t.Error("fractions of a second do not count")
	}
}

// TestDaysAreThoseOfPackageTime walks four centuries and the ends of what a
// date can be.
func TestDaysAreThoseOfPackageTime(t *testing.T) {
	at := time.Date(1799, 1, 1, 0, 0, 0, 0, time.UTC)
	for at.Year() < 2201 {
		y, m, d := at.Date()
		if got := daysSince1970(y, int(m), d) * day; got != at.Unix() {
			t.Fatalf("%v is %d, want %d", at, got, at.Unix())
		}
		at = at.AddDate(0, 0, 1)
	}
	for _, y := range []int{-292_278_993, -400, -1, 0, 1, 400, 1970, 9999, 292_278_993} {
		for _, m := range []int{1, 2, 3, 12} {
			if got, want := daysSince1970(y, m, 28)*day, time.Date(y, time.Month(m), 28, 0, 0, 0, 0, time.UTC).Unix(); got != want {
				t.Errorf("%d-%d is %d, want %d", y, m, got, want)
			}
		}
	}
}

// FuzzInstant compares with package time where that can follow.
func FuzzInstant(f *testing.F) {
	for _, seed := range []string{"2024-05-06T07:08:09Z", "2024", "20240506", "2024-05-06T07:08:09.123456789+01:30", "0000-01-01", "9999-12-31T23:59:59Z", "T", "-1", "2024-05-06T00:00:00-23:59"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, ok := parseInstant(s)
		want, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			return
		}
		// Package time takes commas, long fractions and odd zones as well.
		strict := s[13] == ':' && !strings.Contains(s, ",") && strings.HasSuffix(s, "Z") && len(s) <= len("2006-01-02T15:04:05.999999999Z")
		if !ok && strict {
			t.Fatalf("%q is no date", s)
		}
		if ok && (got.seconds != want.Unix() || got.nanoseconds != want.Nanosecond()) {
			t.Errorf("%q is %v, want %v", s, got, want)
		}
	})
}

func TestNetworks(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.7": "192.0.2.7/32", "192.0.2.0/24": "192.0.2.0/24", "2001:db8::1": "2001:db8::1/128", "2001:db8::/32": "2001:db8::/32",
		"::ffff:192.0.2.7": "192.0.2.7/32", "::ffff:192.0.2.0/120": "192.0.2.0/24", "::ffff:0:0/95": "::ffff:0.0.0.0/95", "0.0.0.0/0": "0.0.0.0/0",
	} {
		if got, ok := parseNetwork(text); !ok || got.String() != want {
			t.Errorf("%s is %v, %v, want %s", text, got, ok, want)
		}
	}
	for _, bad := range []string{"", "/", "192.0.2.0/33", "192.0.2", "192.0.2.0/", "fe80::1%eth0", "fe80::%eth0/64", "192.0.2.07", "1.2.3.4/08", "here"} {
		if got, ok := parseNetwork(bad); ok {
			t.Errorf("%q is %v", bad, got)
		}
	}
}

package policy

import "testing"

// TestDates is C8 as far as a document's author meets it.
func TestDates(t *testing.T) {
	for value, valid := range map[string]bool{
		"2019-07-01T13:20:15Z": true, "2016-12-13T21:20:37.593194+00:00": true, "2016-12-13t2:00:00.5-07": true,
		"2024": true, "2024-01": true, "2024-01-01": true, "2024-01-01T": true, "2024-01-01T10": true,
		"2024-01-01T10:30Z": true, "01T": true, "0": true, "1700000000": true, "9223372036854775807": true,
		"-292275054": true, "292278993-12-31": true,

		"": false, "x": false, "9223372036854775808": false, "+1": false, "1.5": false, " 1": false, "1e9": false,
		"234-13": false, "234-00": false, "2024-01-32": false, "2024-01-01-01": false, "2024-1-": false,
		"-292275055": false, "292278994-01": false, "2024-01-01T24": false, "2024-01-01T10:60": false,
		"2024-01-01T10:00:60": false, "2024-01-01T10:00:00.1999999999": false, "2024-01-01T10:00:00.": false,
		"2024-01-01T10:00:00+1": false, "2024-01-01T10:00:00+24:00": false, "2024-01-01T10:00:00+01:60": false,
		"2024-01-01T10:00:00ZZ": false, "2024-01-01T10:00:00:00": false, "2024-01-01T10:00:00+": false,
		"${aws:CurrentTime}": false,
	} {
		if got := isDate(value); got != valid {
			t.Errorf("isDate(%q) is %t", value, got)
		}
	}
}

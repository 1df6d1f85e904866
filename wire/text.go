package wire

import (
	"encoding/base64"
	"math"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/api"
)

// setText reads a value that came as text: in a form, a header, a URL or XML.
// It answers what is wrong with it, in the words of AWS's parsers, or "".
func setText(c *checker, p *plan, text string, v reflect.Value, format api.TimeFormat) string {
	switch p.kind {
	case api.String:
		v.SetString(text)
		c.text(p, text)
	case api.Integer, api.Long:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || v.OverflowInt(n) {
			return "Invalid number: '" + shorten(text) + "'"
		}
		v.SetInt(n)
		c.number(p.shape, n)
	case api.Float, api.Double:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil || math.IsNaN(x) || math.IsInf(x, 0) || v.OverflowFloat(x) {
			return "Invalid number: '" + shorten(text) + "'"
		}
		v.SetFloat(x)
	case api.Boolean:
		// xsd 1.1 knows these four; the CLI sends true and false.
		switch text {
		case "true", "1":
			v.SetBool(true)
		case "false", "0":
			v.SetBool(false)
		default:
			return "boolean must follow xsd1.1 definition"
		}
	case api.Timestamp:
		t, ok := parseTime(text, p.shape.Time, format)
		if !ok {
			return "timestamp must follow ISO8601"
		}
		v.Set(reflect.ValueOf(t))
	case api.Blob:
		b, err := base64.StdEncoding.DecodeString(strings.Map(dropSpace, text))
		if err != nil {
			return "blob must be Base64"
		}
		v.SetBytes(nonNil(b))
		c.length(p.shape, len(b), "")
	default:
		return "Start of structure or map found where not expected."
	}
	return ""
}

func dropSpace(r rune) rune {
	if r == ' ' || r == '\n' || r == '\r' || r == '\t' {
		return -1
	}
	return r
}

// nonNil keeps "present and empty" apart from "absent".
func nonNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

// parseTime reads a time in the shape's format, else in the place's, else in
// ISO 8601. Seconds since 1970 are taken everywhere: clients send them.
func parseTime(text string, shape, place api.TimeFormat) (time.Time, bool) {
	format := shape
	if format == 0 {
		format = place
	}
	if format == api.RFC822 {
		if t, err := http.ParseTime(text); err == nil {
			return t.UTC(), true
		}
	}
	if t, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return validTime(t.UTC())
	}
	seconds, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return time.Time{}, false
	}
	return unixTime(seconds)
}

// unixTime turns seconds since 1970 into a time, to the millisecond.
func unixTime(seconds float64) (time.Time, bool) {
	if !(math.Abs(seconds) < 1e11) {
		return time.Time{}, false
	}
	whole, part := math.Modf(seconds)
	return validTime(time.Unix(int64(whole), int64(math.Round(part*1e3))*1e6).UTC())
}

// validTime refuses years that ISO 8601 cannot write, and the one instant that
// the Go types keep for "absent".
func validTime(t time.Time) (time.Time, bool) {
	return t, t.Year() >= 1 && t.Year() <= 9999 && !t.IsZero()
}

// appendTime writes a time. The fraction is written where there is one, or
// always to the millisecond for S3.
func appendTime(dst []byte, t time.Time, format api.TimeFormat, millis bool) []byte {
	switch format {
	case api.RFC822:
		return t.UTC().AppendFormat(dst, http.TimeFormat)
	case api.Unix:
		return appendUnix(dst, t)
	}
	t = t.UTC()
	if millis {
		return t.AppendFormat(dst, "2006-01-02T15:04:05.000Z")
	}
	if t.Nanosecond() == 0 {
		return t.AppendFormat(dst, "2006-01-02T15:04:05Z")
	}
	return t.AppendFormat(dst, "2006-01-02T15:04:05.999Z")
}

// appendUnix writes seconds since 1970 with up to three decimals.
func appendUnix(dst []byte, t time.Time) []byte {
	ms := t.UnixMilli()
	if ms%1000 == 0 {
		return strconv.AppendInt(dst, ms/1000, 10)
	}
	return strconv.AppendFloat(dst, float64(ms)/1000, 'f', -1, 64)
}

// appendScalar writes a value as plain text, not escaped.
func appendScalar(dst []byte, p *plan, v reflect.Value, format api.TimeFormat, millis bool) []byte {
	switch p.kind {
	case api.String:
		return append(dst, v.String()...)
	case api.Integer, api.Long:
		return strconv.AppendInt(dst, v.Int(), 10)
	case api.Float, api.Double:
		return strconv.AppendFloat(dst, v.Float(), 'g', -1, v.Type().Bits())
	case api.Boolean:
		return strconv.AppendBool(dst, v.Bool())
	case api.Timestamp:
		if p.shape.Time != 0 {
			format = p.shape.Time
		}
		return appendTime(dst, timeOf(v), format, millis)
	case api.Blob:
		return base64.StdEncoding.AppendEncode(dst, v.Bytes())
	}
	return dst
}

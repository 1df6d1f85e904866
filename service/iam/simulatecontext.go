package iam

import (
	"encoding/base64"
	"net/netip"
	"regexp"
	"strconv"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/authz"
)

// readContextEntries makes condition keys of what the caller says they are. A
// type that ends in List makes a multivalued key.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ContextEntry.html
func readContextEntries(entries []iam.ContextEntry) (authz.Context, error) {
	var keys authz.Context
	for _, e := range entries {
		if e.ContextKeyName == "" {
			return keys, badContextEntry("", "it has no name")
		}
		kind, many := strings.CutSuffix(e.ContextKeyType, "List")
		valid, known := contextTypes[kind]
		if !known {
			return keys, badContextEntry(e.ContextKeyName, "it has no type")
		}
		for _, value := range e.ContextKeyValues {
			if !valid(value) {
				return keys, badContextEntry(e.ContextKeyName, "a value is not of type "+kind)
			}
		}
		switch {
		case many:
			keys.SetMany(e.ContextKeyName, e.ContextKeyValues...)
		case len(e.ContextKeyValues) == 1:
			keys.Set(e.ContextKeyName, e.ContextKeyValues[0])
		default:
			return keys, badContextEntry(e.ContextKeyName, "a key of type "+kind+" has one value")
		}
	}
	return keys, nil
}

// contextTypes tell what a value of each type may be. That of binary is held to
// base64 (versitygw saw AWS do so).
var contextTypes = map[string]func(string) bool{
	"string":  func(string) bool { return true },
	"numeric": func(s string) bool { _, err := strconv.ParseFloat(s, 64); return err == nil || isRange(err) },
	"boolean": func(s string) bool { return strings.EqualFold(s, "true") || strings.EqualFold(s, "false") },
	"ip":      isAddress,
	"binary":  func(s string) bool { _, err := base64.StdEncoding.DecodeString(s); return err == nil },
	"date":    simulatedDate.MatchString,
}

// isRange tells a number that is too large from what is none.
func isRange(err error) bool { return strings.HasSuffix(err.Error(), strconv.ErrRange.Error()) }

func isAddress(s string) bool {
	_, err1 := netip.ParseAddr(s)
	_, err2 := netip.ParsePrefix(s)
	return err1 == nil || err2 == nil
}

// simulatedDate is seconds since 1970, or a date as far as it is written.
//
// Source: https://www.w3.org/TR/NOTE-datetime
var simulatedDate = regexp.MustCompile(`^(\d{1,19}|\d{4}(-\d\d(-\d\d([Tt]\d\d(:\d\d(:\d\d(\.\d{1,9})?)?)?([Zz]|[+-]\d\d:?\d\d)?)?)?)?)$`)

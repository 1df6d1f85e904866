package arn

import "fmt"

// AccountID is the twelve digits that name an AWS account. The zero value
// names no account and prints as the empty string.
type AccountID struct{ digits string }

// ParseAccountID reads an account ID. It accepts exactly twelve digits.
func ParseAccountID(s string) (AccountID, error) {
	if len(s) != 12 {
		return AccountID{}, fmt.Errorf("account ID %q is not twelve digits", s)
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return AccountID{}, fmt.Errorf("account ID %q is not twelve digits", s)
		}
	}
	return AccountID{s}, nil
}

// String is the twelve digits, or nothing for the zero value.
func (a AccountID) String() string { return a.digits }

// IsZero tells whether a names no account.
func (a AccountID) IsZero() bool { return a.digits == "" }

// MarshalText makes an AccountID a plain string in stored documents.
func (a AccountID) MarshalText() ([]byte, error) { return []byte(a.digits), nil }

// UnmarshalText reads what MarshalText wrote; the empty string is the zero
// value.
func (a *AccountID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*a = AccountID{}
		return nil
	}
	id, err := ParseAccountID(string(b))
	if err != nil {
		return err
	}
	*a = id
	return nil
}

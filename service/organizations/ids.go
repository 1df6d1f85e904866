package organizations

import (
	"fmt"
	"io"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// letters are what the ids of an organization are made of.
const letters = "abcdefghijklmnopqrstuvwxyz0123456789"

// How many letters the ids have behind their prefix: AWS's usual numbers,
// within the patterns of its API's pages.
const (
	organizationLetters = 10
	rootLetters         = 4
	unitLetters         = 8
	policyLetters       = 8
	handshakeLetters    = 8
	requestLetters      = 32
)

// newID makes an id: prefix and so many letters.
func newID(rand io.Reader, prefix string, n int) (string, error) {
	b := make([]byte, n)
	if _, err := io.ReadFull(rand, b); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	for i := range b {
		b[i] = letters[int(b[i])%len(letters)]
	}
	return prefix + string(b), nil
}

// newAccountID makes twelve digits that do not begin with a zero, as most
// accounts' do not.
func newAccountID(rand io.Reader) (arn.AccountID, error) {
	b := make([]byte, 12)
	if _, err := io.ReadFull(rand, b); err != nil {
		return arn.AccountID{}, fmt.Errorf("make an account id: %w", err)
	}
	for i := range b {
		b[i] = '0' + b[i]%10
	}
	if b[0] == '0' {
		b[0] = '1'
	}
	return arn.ParseAccountID(string(b))
}

// kindOf tells what an id is one of, by its shape.
func kindOf(id string) string {
	switch {
	case strings.HasPrefix(id, "r-"):
		return "ROOT"
	case strings.HasPrefix(id, "ou-"):
		return "ORGANIZATIONAL_UNIT"
	}
	if _, err := arn.ParseAccountID(id); err == nil {
		return "ACCOUNT"
	}
	return ""
}

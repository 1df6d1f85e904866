package directory

import (
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// OutboundFederation is an account's outbound web identity federation: whether
// its principals may ask for tokens that others verify, and the issuer that
// those tokens name. An account keeps its issuer when the feature is turned
// off, so that tokens made before stay good.
type OutboundFederation struct {
	Issuer  string    `json:"issuer"` // a UUID
	Enabled bool      `json:"enabled"`
	Changed time.Time `json:"changed"`
}

const issuerPrefix = "outbound-issuer/"

func outboundKey(account arn.AccountID) string { return in(account, "outbound-federation") }

// OutboundFederation reads an account's outbound web identity federation, and
// answers false for an account that never enabled it.
func (r *Reader) OutboundFederation(account arn.AccountID) (*OutboundFederation, bool) {
	return document[OutboundFederation](r, outboundKey(account))
}

// IssuerAccount answers the account whose issuer has the UUID.
func (r *Reader) IssuerAccount(issuer string) (arn.AccountID, bool) {
	digits, ok := r.text(issuerPrefix + issuer)
	if !ok {
		return arn.AccountID{}, false
	}
	id, err := arn.ParseAccountID(digits)
	return id, err == nil
}

// PutOutboundFederation writes an account's outbound web identity federation.
func (tx *Tx) PutOutboundFederation(account arn.AccountID, f *OutboundFederation) {
	tx.put(outboundKey(account), f)
	tx.putText(issuerPrefix+f.Issuer, account.String())
}

package directory

import "github.com/rolecall-iam/rolecall/arn"

// originPrefix leads from unique ids that came from elsewhere to their account,
// where they do not carry it.
const originPrefix = "origin/"

// AccountOf is the account of the user, group, role or instance profile that
// has a unique id. An id that was made here carries its account; where an
// entity moved in with another one, it is written down. That an account is
// answered does not mean that anything has the id.
func (r *Reader) AccountOf(id string) (arn.AccountID, bool) {
	if digits, ok := r.text(originPrefix + id); ok {
		account, err := arn.ParseAccountID(digits)
		return account, err == nil
	}
	return accountOf(id)
}

func (tx *Tx) putOrigin(e *Entity) {
	if carried, ok := accountOf(e.ID); !ok || carried != e.Account {
		tx.putText(originPrefix+e.ID, e.Account.String())
	}
}

func (tx *Tx) deleteOrigin(e *Entity) {
	if carried, ok := accountOf(e.ID); !ok || carried != e.Account {
		tx.delete(originPrefix + e.ID)
	}
}

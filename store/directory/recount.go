package directory

import (
	"context"

	"github.com/rolecall-iam/rolecall/arn"
)

// countedKey is there for an account in which everything was counted when it
// was made.
func countedKey(account arn.AccountID) string { return in(account, "counted") }

// Recount counts what the accounts have that were made before counts were kept.
// Nobody may change them meanwhile.
func (d *Directory) Recount(ctx context.Context) error {
	view, err := d.View(ctx)
	if err != nil {
		return err
	}
	var accounts []arn.AccountID
	view.Accounts(func(a *Account) bool {
		if _, ok := view.text(countedKey(a.ID)); !ok {
			accounts = append(accounts, a.ID)
		}
		return true
	})
	view.Close()
	if view.Err() != nil {
		return view.Err()
	}
	for _, account := range accounts {
		if err := d.recount(ctx, account); err != nil {
			return err
		}
	}
	return nil
}

func (d *Directory) recount(ctx context.Context, account arn.AccountID) error {
	for _, k := range countables() {
		err := d.Update(ctx, func(tx *Tx) error {
			tx.counts = make(map[string]portion)
			for i := range k.shards() {
				tx.counts[k.key(account, i)] = portion{allowed: -1} // whatever is there
			}
			all := tx.Reader
			all.read = nil // more than a transaction compares with
			all.each(account, k, func(name string) { tx.counted(account, k, name, 1) })
			tx.putText(k.staleKey(account), "")
			return all.err
		})
		if err != nil {
			return err
		}
	}
	return d.Update(ctx, func(tx *Tx) error {
		tx.putText(countedKey(account), "")
		return nil
	})
}

// each walks the names that things of a kind are counted under.
func (r *Reader) each(account arn.AccountID, k Countable, yield func(name string)) {
	switch k {
	case CountedOIDC:
		r.OIDCProviders(account, func(p *OIDCProvider) bool { yield(p.URL); return true })
	case CountedSAML:
		r.SAMLProviders(account, func(p *SAMLProvider) bool { yield(p.Name); return true })
	case CountedRoles, CountedLinkedRoles:
		r.Roles(account, "", func(role *Role) bool {
			if countableOf(roleKind, &role.Entity) == k {
				yield(role.ID)
			}
			return true
		})
	default:
		r.keys(kind(k).names(account), "", func(_ string, id []byte) bool { yield(string(id)); return true })
	}
}

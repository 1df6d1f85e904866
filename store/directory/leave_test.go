package directory_test

import (
	"context"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/store/directory"
)

// Whoever waits for something else than the store has no view open meanwhile,
// and then sees what was written.
func TestLeaveGoesOnAtTheNewestRevision(t *testing.T) {
	d := open(t)
	update(t, d, func(tx *directory.Tx) error {
		tx.PutOIDCProvider(&directory.OIDCProvider{Account: account, URL: "idp.example.com"})
		return nil
	})
	view(t, d, func(v *directory.View) {
		before := v.Revision()
		err := d.Leave(context.Background(), v, func(context.Context) {
			update(t, d, func(tx *directory.Tx) error {
				p, _ := tx.OIDCProvider(account, "idp.example.com")
				tx.DeleteOIDCProvider(p)
				return nil
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, there := v.OIDCProvider(account, "idp.example.com"); there || v.Revision() <= before {
			t.Errorf("revision %d after %d", v.Revision(), before)
		}
	})
}

func TestOutboundKeys(t *testing.T) {
	d := open(t)
	key := directory.OutboundKey{ID: "one", Algorithm: "RS256", Created: time.Unix(1, 0).UTC(), Active: time.Unix(2, 0).UTC(), Public: []byte("{}"), Sealed: []byte{0, 255}}
	view(t, d, func(v *directory.View) {
		if _, ok := v.OutboundKeys(account); ok {
			t.Error("keys that nobody made")
		}
	})
	update(t, d, func(tx *directory.Tx) error {
		tx.PutOutboundKeys(account, &directory.OutboundKeys{Keys: []directory.OutboundKey{key}})
		return nil
	})
	view(t, d, func(v *directory.View) {
		keys, ok := v.OutboundKeys(account)
		if !ok || len(keys.Keys) != 1 || keys.Keys[0].ID != "one" || !keys.Keys[0].Active.Equal(key.Active) || string(keys.Keys[0].Sealed) != string(key.Sealed) {
			t.Errorf("%+v", keys)
		}
	})
}

package session_test

import (
	"reflect"
	"testing"

	"github.com/rolecall-iam/rolecall/authn/session"
)

func TestSealedSessionComesBackWhole(t *testing.T) {
	k := keyring(t, 1)
	for name, s := range map[string]*session.Session{"every field": full(t), "the least": plain(t)} {
		t.Run(name, func(t *testing.T) {
			token := seal(t, k, s, noon)
			got, err := session.Open(k, token, keyID, noon)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(got, s) {
				t.Errorf("opened %#v\nwant %#v", *got, *s)
			}
			t.Logf("token of %d characters", len(token))
		})
	}
}

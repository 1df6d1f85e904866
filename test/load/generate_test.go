package load

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/bolt"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// admin is the key that everything is asked for with.
const (
	adminID     = "AKIAADMINADMINADMIN0"
	adminSecret = "admin+secret+admin+secret+admin+secret+a"
)

const account = "123456789012"

func adminKey() rolecall.Credentials {
	return rolecall.Credentials{AccessKeyID: adminID, SecretAccessKey: adminSecret}
}

// together is how many users, and as many roles, are written at once.
const together = 10_000

// populate makes a data directory in which an account has so many users and
// roles, half of them each, and a quota for more.
func populate(t *testing.T, dir string, principals int) {
	t.Helper()
	s, err := rolecall.New(rolecall.Config{Dir: dir, Admin: adminKey()})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	store, err := bolt.Open(bolt.Options{Dir: dir, KeepRevisions: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	}()
	d := directory.New(store)
	for from := 0; from < principals/2; from += together {
		if err := d.Load(t.Context(), func(tx *directory.Tx) error {
			return write(tx, from, min(from+together, principals/2))
		}); err != nil {
			t.Fatal(err)
		}
	}
}

// write makes the users and roles of some numbers.
func write(tx *directory.Tx, from, to int) error {
	id, err := arn.ParseAccountID(account)
	if err != nil {
		return err
	}
	tx.PutQuotas(id, directory.Quotas{"UsersPerAccount": 10_000_000, "RolesPerAccount": 10_000_000})
	random := bufio.NewReader(rand.NewChaCha8([32]byte{byte(from), byte(from >> 8), byte(from >> 16), byte(from >> 24)}))
	entity := func(prefix arn.IDPrefix, name string) directory.Entity {
		unique, failed := arn.NewID(prefix, id, random)
		if failed != nil {
			err = failed
		}
		return directory.Entity{
			ID: unique, Account: id, Name: name, Path: "/", Created: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
			Tags: []directory.Tag{{Key: "team", Value: "rope"}},
		}
	}
	for n := from; n < to; n++ {
		tx.CreateUser(&directory.User{Entity: entity(arn.UserPrefix, userName(n))})
		role := &directory.Role{Entity: entity(arn.RolePrefix, roleName(n)), MaxSessionDuration: 3600, Trust: directory.NewPolicyText(trust)}
		role.Inline = []directory.Inline{{Name: "books", Document: directory.NewPolicyText(may)}}
		tx.CreateRole(role)
	}
	return err
}

func userName(n int) string { return fmt.Sprintf("user-%07d", n) }
func roleName(n int) string { return fmt.Sprintf("role-%07d", n) }

const (
	trust = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole",` +
		`"Condition":{"StringEquals":{"aws:SourceAccount":"123456789012"}}}]}`
	may = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:GetObject","s3:ListBucket"],` +
		`"Resource":["arn:aws:s3:::books","arn:aws:s3:::books/*"]}]}`
)

package rolecall

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service/iam/moving"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// manyUsers are details of an account with n users, and a role that has policy.
func manyUsers(n int, policy string) []moving.File {
	var b strings.Builder
	b.WriteString(`{"UserDetailList": [`)
	for i := range n {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `{"Path": "/", "UserName": "u%[1]d", "UserId": "AIDAMANYMANYMANY%05[1]d", "Arn": "arn:aws:iam::111122223333:user/u%[1]d", "CreateDate": "2013-10-14T18:32:24Z"}`, i)
	}
	fmt.Fprintf(&b, `], "RoleDetailList": [{"Path": "/", "RoleName": "r", "RoleId": "AROAMANYMANYMANY00000", "Arn": "arn:aws:iam::111122223333:role/r",
		"CreateDate": "2013-10-14T18:32:24Z", "AttachedManagedPolicies": [{"PolicyName": "p", "PolicyArn": %q}],
		"AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/u0"}, "Action": "sts:AssumeRole"}}}]}`, policy)
	return []moving.File{{Name: "details.json", Text: []byte(b.String())}}
}

func newServer(t *testing.T) *Server {
	t.Helper()
	s, err := New(Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func accountID(t *testing.T, digits string) arn.AccountID {
	t.Helper()
	id, err := arn.ParseAccountID(digits)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestAnAccountMovesInWithARootUser(t *testing.T) {
	s := newServer(t)
	out, err := s.Import(t.Context(), Import{Files: manyUsers(500, "arn:aws:iam::aws:policy/ReadOnlyAccess"), Name: "production"})
	if err != nil || out.Users != 500 || out.Roles != 1 || out.AccountID.String() != "111122223333" {
		t.Fatalf("%+v, %v", out, err)
	}
	keys, err := s.AdminCredentials(t.Context(), out.AccountID)
	if err != nil || keys != out.Root || !strings.HasPrefix(keys.AccessKeyID, "AKIA") {
		t.Errorf("its keys are %+v, %v; it was told %+v", keys, err, out.Root)
	}
}

// The last thing written refers to nothing, after five transactions' worth.
func TestAnAccountThatCannotMoveInWholeLeavesNothing(t *testing.T) {
	s := newServer(t)
	_, err := s.Import(t.Context(), Import{Files: manyUsers(500, "arn:aws:iam::111122223333:policy/missing")})
	if _, ok := errors.AsType[*moving.Error](err); !ok || !strings.Contains(err.Error(), "details.json:500: RoleDetailList[0], role r: it has the policy") {
		t.Errorf("it says %v", err)
	}
	var out bytes.Buffer
	if err := s.Export(t.Context(), accountID(t, "111122223333"), "aws", &out); err == nil || out.Len() > 0 {
		t.Errorf("the account is there: %s, %v", &out, err)
	}
}

func TestWhatMovesIntoAnAccountThatIsHereGetsNoKey(t *testing.T) {
	s := newServer(t)
	id := accountID(t, "111122223333")
	if _, err := s.CreateAccount(t.Context(), NewAccount{ID: id}); err != nil {
		t.Fatal(err)
	}
	files := manyUsers(1, "arn:aws:iam::aws:policy/ReadOnlyAccess")
	if _, err := s.Import(t.Context(), Import{Files: files, Name: "another"}); err == nil {
		t.Error("it is renamed")
	}
	out, err := s.Import(t.Context(), Import{Files: files})
	if err != nil || out.Root != (Credentials{}) {
		t.Errorf("%+v, %v", out, err)
	}
	var text bytes.Buffer
	if err := s.Export(t.Context(), id, "aws", &text); err != nil || !strings.Contains(text.String(), `"admin"`) || !strings.Contains(text.String(), `"u0"`) {
		t.Errorf("%v in %s", err, &text)
	}
}

// The quota of roles is 1,000 an account. The roles that moved in lie unevenly,
// so that a count by parts alone would let more in.
func TestWhatIsMadeAfterAnAccountMovedInMeetsTheQuotas(t *testing.T) {
	s := newServer(t)
	var b strings.Builder
	b.WriteString(`{"RoleDetailList": [`)
	for i := range 1000 {
		if i > 0 {
			b.WriteString(",\n")
		}
		fmt.Fprintf(&b, `{"Path": "/", "RoleName": "r%[1]d", "RoleId": "AROAMANYMANYMANY%05[1]d", "Arn": "arn:aws:iam::111122223333:role/r%[1]d", "CreateDate": "2013-10-14T18:32:24Z",
			"AssumeRolePolicyDocument": {"Statement": {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}}`, i)
	}
	b.WriteString("]}")
	out, err := s.Import(t.Context(), Import{Files: []moving.File{{Name: "roles.json", Text: []byte(b.String())}}})
	if err != nil || out.Roles != 1000 {
		t.Fatalf("%+v, %v", out.Counts, err)
	}
	for i := range 200 {
		err := s.dir.Update(t.Context(), func(tx *directory.Tx) error {
			if tx.Room(out.AccountID, directory.CountedRoles, fmt.Sprintf("AROANEW%d", i), 1000) {
				t.Errorf("there is room for role %d", 1001+i)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

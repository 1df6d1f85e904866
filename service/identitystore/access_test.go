package identitystore_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/test/calltest"
	"github.com/rolecall-iam/rolecall/trail"
)

// iam calls IAM as the owner's admin.
func (h *house) iam(action string, pairs ...string) answer {
	h.T.Helper()
	return h.Query(h.Admin, "iam", action, pairs...)
}

// allowed makes an IAM user with one statement.
func (h *house) allowed(name string, statement in) calltest.Keys {
	h.T.Helper()
	document, err := json.Marshal(in{"Version": "2012-10-17", "Statement": []in{statement}})
	if err != nil {
		h.T.Fatal(err)
	}
	h.iam("CreateUser", "UserName", name)
	h.iam("PutUserPolicy", "UserName", name, "PolicyName", "p", "PolicyDocument", string(document))
	key := h.iam("CreateAccessKey", "UserName", name)
	return calltest.Keys{AccessKeyID: key.Element("AccessKeyId"), SecretAccessKey: key.Element("SecretAccessKey")}
}

// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentitystore.html
func TestAnOperationNeedsItsStoreAndAllThatItNames(t *testing.T) {
	h := open(t)
	lee, kim, group := h.user("lee"), h.user("kim"), h.group("one")
	store := "arn:aws:identitystore::" + owner + ":identitystore/" + storeID
	one := h.allowed("one", in{"Effect": "Allow", "Action": "identitystore:*", "Resource": []string{store, "arn:aws:identitystore:::user/" + lee}})
	about := func(more in) in { return with(in{"IdentityStoreId": storeID}, more) }
	if a := h.call(one, "DescribeUser", about(in{"UserId": lee})); a.Status != http.StatusOK {
		t.Error(a.Text)
	}
	if a := h.call(one, "GetUserId", about(by("userName", "lee"))); a.Status != http.StatusOK {
		t.Error(a.Text)
	}
	h.refused(h.call(one, "DescribeUser", about(in{"UserId": kim})), "AccessDeniedException",
		"is not authorized to perform: identitystore:DescribeUser on resource: arn:aws:identitystore:::user/"+kim)
	h.refused(h.call(one, "GetUserId", about(by("userName", "kim"))), "AccessDeniedException", "user/"+kim)
	h.refused(h.call(one, "ListUsers", about(nil)), "AccessDeniedException", "arn:aws:identitystore:::user/*")
	h.refused(h.call(one, "CreateGroupMembership", about(in{"GroupId": group, "MemberId": in{"UserId": lee}})), "AccessDeniedException", "group/"+group)
	users := h.allowed("users", in{"Effect": "Allow", "Action": "identitystore:*", "Resource": "arn:aws:identitystore:::user/*"})
	h.refused(h.call(users, "DescribeUser", about(in{"UserId": lee})), "AccessDeniedException", "on resource: "+store)
	far := h.allowed("far", in{"Effect": "Allow", "Action": "identitystore:*", "Resource": "*", "Condition": in{"StringEquals": in{"identitystore:PrimaryRegion": "eu-west-1"}}})
	h.refused(h.call(far, "ListUsers", about(nil)), "AccessDeniedException", "")
	near := h.allowed("near", in{"Effect": "Allow", "Action": "identitystore:*", "Resource": "*", "Condition": in{"StringEquals": in{"identitystore:PrimaryRegion": "us-west-2"}}})
	if a := h.call(near, "ListUsers", about(nil)); a.Status != http.StatusOK {
		t.Error(a.Text)
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html, and the notes of
// the pages of operations that read
func TestOtherAccountsReadInTheirOrganizationAndDelegatesWrite(t *testing.T) {
	h := open(t)
	lee := h.user("lee")
	them := h.Account("210987654321")
	about := in{"IdentityStoreId": storeID, "UserId": lee}
	h.refused(h.call(them, "DescribeUser", about), "AccessDeniedException", "")
	h.Organizations(h.Admin, "CreateOrganization", nil)
	handshake := h.Organizations(h.Admin, "InviteAccountToOrganization", in{"Target": in{"Id": "210987654321", "Type": "ACCOUNT"}}).At("Handshake", "Id")
	h.Organizations(them, "AcceptHandshake", in{"HandshakeId": handshake})
	if a := h.call(them, "DescribeUser", about); a.At("UserName") != "lee" {
		t.Error(a.Text)
	}
	h.refused(h.call(them, "DeleteUser", about), "AccessDeniedException", "")
	h.Organizations(h.Admin, "EnableAWSServiceAccess", in{"ServicePrincipal": "sso.amazonaws.com"})
	h.Organizations(h.Admin, "RegisterDelegatedAdministrator", in{"AccountId": "210987654321", "ServicePrincipal": "sso.amazonaws.com"})
	if a := h.call(them, "DeleteUser", about); a.Status != http.StatusOK {
		t.Error(a.Text)
	}
}

// What is told of a user is nobody's to read in the trail.
func TestTheTrailKeepsNoNames(t *testing.T) {
	h := open(t)
	h.do("CreateUser", with(ann("secretive"), in{"Emails": []in{{"Value": "hidden@example.com"}}}))
	account, err := arn.ParseAccountID(owner)
	if err != nil {
		t.Fatal(err)
	}
	page, err := h.Server.Trail().Lookup(t.Context(), trail.Query{Account: account, Limit: 10})
	if err != nil || len(page.Events) == 0 {
		t.Fatal(page, err)
	}
	for _, e := range page.Events {
		if strings.Contains(e.JSON, "secretive") || strings.Contains(e.JSON, "hidden@") {
			t.Error(e.JSON)
		}
	}
}

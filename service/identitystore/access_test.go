package identitystore_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/trail"
)

const organization = "AWSOrganizationsV20161128."

// iam calls IAM as the owner's admin.
func (h *house) iam(action string, pairs ...string) answer {
	h.t.Helper()
	form := url.Values{"Action": {action}, "Version": {"2010-05-08"}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	body := form.Encode()
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:4680/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return h.serve(h.admin, "iam", r, body)
}

// allowed makes an IAM user with one statement.
func (h *house) allowed(name string, statement in) aws.Credentials {
	h.t.Helper()
	document, err := json.Marshal(in{"Version": "2012-10-17", "Statement": []in{statement}})
	if err != nil {
		h.t.Fatal(err)
	}
	h.iam("CreateUser", "UserName", name)
	h.iam("PutUserPolicy", "UserName", name, "PolicyName", "p", "PolicyDocument", string(document))
	text := h.iam("CreateAccessKey", "UserName", name).text
	value := func(element string) string {
		return regexp.MustCompile("<" + element + ">([^<]*)").FindStringSubmatch(text)[1]
	}
	return aws.Credentials{AccessKeyID: value("AccessKeyId"), SecretAccessKey: value("SecretAccessKey")}
}

// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentitystore.html
func TestAnOperationNeedsItsStoreAndAllThatItNames(t *testing.T) {
	h := open(t)
	lee, kim, group := h.user("lee"), h.user("kim"), h.group("one")
	store := "arn:aws:identitystore::" + owner + ":identitystore/" + storeID
	one := h.allowed("one", in{"Effect": "Allow", "Action": "identitystore:*", "Resource": []string{store, "arn:aws:identitystore:::user/" + lee}})
	about := func(more in) in { return with(in{"IdentityStoreId": storeID}, more) }
	if a := h.call(one, "DescribeUser", about(in{"UserId": lee})); a.status != http.StatusOK {
		t.Error(a.text)
	}
	if a := h.call(one, "GetUserId", about(by("userName", "lee"))); a.status != http.StatusOK {
		t.Error(a.text)
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
	if a := h.call(near, "ListUsers", about(nil)); a.status != http.StatusOK {
		t.Error(a.text)
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/delegated-admin.html, and the notes of
// the pages of operations that read
func TestOtherAccountsReadInTheirOrganizationAndDelegatesWrite(t *testing.T) {
	h := open(t)
	lee := h.user("lee")
	them := h.account("210987654321")
	about := in{"IdentityStoreId": storeID, "UserId": lee}
	h.refused(h.call(them, "DescribeUser", about), "AccessDeniedException", "")
	must := func(keys aws.Credentials, operation string, input in) answer {
		t.Helper()
		a := h.call(keys, operation, input)
		if a.status != http.StatusOK {
			t.Fatal(operation, a.text)
		}
		return a
	}
	must(h.admin, organization+"CreateOrganization", in{})
	handshake := must(h.admin, organization+"InviteAccountToOrganization", in{"Target": in{"Id": "210987654321", "Type": "ACCOUNT"}}).at("Handshake", "Id")
	must(them, organization+"AcceptHandshake", in{"HandshakeId": handshake})
	if a := must(them, "DescribeUser", about); a.at("UserName") != "lee" {
		t.Error(a.text)
	}
	h.refused(h.call(them, "DeleteUser", about), "AccessDeniedException", "")
	must(h.admin, organization+"EnableAWSServiceAccess", in{"ServicePrincipal": "sso.amazonaws.com"})
	must(h.admin, organization+"RegisterDelegatedAdministrator", in{"AccountId": "210987654321", "ServicePrincipal": "sso.amazonaws.com"})
	must(them, "DeleteUser", about)
}

// What is told of a user is nobody's to read in the trail.
func TestTheTrailKeepsNoNames(t *testing.T) {
	h := open(t)
	h.do("CreateUser", with(ann("secretive"), in{"Emails": []in{{"Value": "hidden@example.com"}}}))
	account, err := arn.ParseAccountID(owner)
	if err != nil {
		t.Fatal(err)
	}
	page, err := h.server.Trail().Lookup(t.Context(), trail.Query{Account: account, Limit: 10})
	if err != nil || len(page.Events) == 0 {
		t.Fatal(page, err)
	}
	for _, e := range page.Events {
		if strings.Contains(e.JSON, "secretive") || strings.Contains(e.JSON, "hidden@") {
			t.Error(e.JSON)
		}
	}
}

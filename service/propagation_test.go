package service_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/service"
	iamservice "github.com/rolecall-iam/rolecall/service/iam"
)

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency
// ("changes that you make … might not be immediately visible everywhere"). The refusals are those of what does not
// exist, as AWS's clients meet them: NoSuchEntity, InvalidClientTokenId, AccessDenied.
func TestWhatIsChangedIsSeenLater(t *testing.T) {
	h := openWith(t, rolecall.Config{SimulatePropagation: 10 * time.Second})
	h.call(admin, "iam", "ListUsers") // what the first start made is there
	h.call(admin, "iam", "CreateUser", "UserName", "ann")
	made := h.call(admin, "iam", "CreateAccessKey", "UserName", "ann") // changes are made on what is
	ann := key{id: made.value("AccessKeyId"), secret: made.value("SecretAccessKey")}
	h.call(admin, "iam", "CreateRole", "RoleName", "climb", "AssumeRolePolicyDocument", trust(account, "sts:AssumeRole"))
	assume := form("sts", "AssumeRole", "RoleArn", "arn:aws:iam::"+account+":role/climb", "RoleSessionName", "night")
	unseen := func(when string) {
		t.Helper()
		for _, c := range []struct {
			what string
			got  answer
			want refusal
		}{
			{"a user", h.send(admin, form("iam", "GetUser", "UserName", "ann")), refusal{404, "NoSuchEntity", "The user with name ann cannot be found."}},
			{"a role", h.send(admin, form("iam", "GetRole", "RoleName", "climb")), refusal{404, "NoSuchEntity", "The role with name climb cannot be found."}},
			{"a key", h.send(ann, whoAmI), refusal{403, "InvalidClientTokenId", "The security token included in the request is invalid."}},
			{"a role to assume", h.send(admin, assume), refusal{403, "AccessDenied", "User: arn:aws:iam::" + account +
				":user/admin is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::" + account + ":role/climb"}},
		} {
			if c.got.refusal() != c.want {
				t.Errorf("%s, %s: %s", when, c.what, c.got)
			}
		}
	}
	unseen("at once")
	h.pass(10*time.Second - time.Millisecond)
	unseen("just before")
	check(t, h.send(admin, form("iam", "CreateUser", "UserName", "ann")), refusal{409, "EntityAlreadyExists", "User with name ann already exists."})
	h.pass(time.Millisecond)
	h.call(admin, "iam", "GetUser", "UserName", "ann")
	h.call(admin, "iam", "GetRole", "RoleName", "climb")
	h.call(ann, "sts", "GetCallerIdentity")
	check(t, h.send(admin, assume), refusal{})
}

// Permissions, too, come and go later, and what is deleted is seen until then.
func TestPermissionsChangeLater(t *testing.T) {
	h := openWith(t, rolecall.Config{SimulatePropagation: time.Minute})
	ann := h.user("ann", allow("iam:ListUsers"))
	h.pass(time.Minute)
	h.call(ann, "iam", "ListUsers")
	h.permit("ann", allow("iam:ListRoles"))
	h.pass(30 * time.Second)
	h.call(ann, "iam", "ListUsers")
	if a := h.send(ann, form("iam", "ListRoles")); a.code != "AccessDenied" {
		t.Errorf("what was allowed is decided at once: %s", a)
	}
	h.pass(30 * time.Second)
	h.call(ann, "iam", "ListRoles")
	if a := h.send(ann, form("iam", "ListUsers")); a.code != "AccessDenied" {
		t.Errorf("what was taken away is still decided: %s", a)
	}
	h.call(admin, "iam", "DeleteAccessKey", "UserName", "ann", "AccessKeyId", ann.id)
	h.call(ann, "iam", "ListRoles")
	h.pass(time.Minute)
	if a := h.send(ann, form("iam", "ListRoles")); a.code != "InvalidClientTokenId" {
		t.Errorf("a key that is gone: %s", a)
	}
}

// A store that does not remember that far back shows everything.
func TestPropagationEndsWhereTheStoreForgets(t *testing.T) {
	h, dir, keys := openParts(t) // which remembers a hundred revisions
	parts := h.parts(dir, keys, iamservice.New(keys).Operations()...)
	parts.Propagation = time.Hour
	h.serve(service.NewDoor(parts))
	for i := range 1000 {
		h.call(admin, "iam", "TagUser", "UserName", "admin", "Tags.member.1.Key", "n", "Tags.member.1.Value", fmt.Sprint(i))
	}
	if a := h.call(admin, "iam", "GetUser", "UserName", "admin"); a.value("Value") != "999" {
		t.Error(a.body)
	}
}

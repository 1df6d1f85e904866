package service_test

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
)

// deployed are sessions of all kinds that bear on one another.
type deployed struct {
	*house
	role, other                           string
	ann                                   key // a user
	night, day, chained, own, bob, ofRoot key // sessions: of role by two names, of other by night, of ann's, of root's
}

func deploy(t *testing.T) *deployed {
	d := &deployed{house: open(t)}
	d.role = d.house.role("Deploy", trust(account, "sts:AssumeRole"), everything)
	d.other = d.house.role("Other", trust(account, "sts:AssumeRole"), everything)
	d.ann = d.user("ann", everything)
	d.night = d.assume(d.ann, d.role)
	d.day = d.assume(d.ann, d.role, "RoleSessionName", "day")
	d.chained = d.assume(d.night, d.other)
	d.own = d.call(d.ann, "sts", "GetSessionToken").session()
	d.bob = d.call(d.ann, "sts", "GetFederationToken", "Name", "bob", "Policy", everything).session()
	d.ofRoot = d.call(root, "sts", "GetSessionToken").session()
	return d
}

func (d *deployed) names(t *testing.T, k key) string {
	t.Helper()
	switch a := d.send(k, whoAmI); {
	case a.status == 200:
		return "good"
	case a.refusal() == invalidToken:
		return "over"
	default:
		return a.String()
	}
}

// What a revocation ends, and what it does not: nobody's long-term keys, no
// session that was begun by way of a revoked one. A session that ends is
// refused as AWS refuses one whose role is gone.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_disable-perms.html
// for what there is at AWS: this command is rolecall's own.
func TestSessionsAreRevoked(t *testing.T) {
	all := []string{"night", "day", "chained", "own", "bob", "ofRoot"}
	for _, c := range []struct {
		rule string
		rolecall.Revocation
		over string
	}{
		{"a role's", rolecall.Revocation{Principal: "arn:aws:iam::" + account + ":role/Deploy"}, "night day"},
		{"one session's of a role", rolecall.Revocation{Principal: "arn:aws:sts::" + account + ":assumed-role/Deploy/day"}, "day"},
		{"a user's, and those of whom it vouched for", rolecall.Revocation{Principal: "arn:aws:iam::" + account + ":user/ann"}, "own bob"},
		{"a federated user's", rolecall.Revocation{Principal: "arn:aws:sts::" + account + ":federated-user/bob"}, "bob"},
		{"the root user's", rolecall.Revocation{Principal: "arn:aws:iam::" + account + ":root"}, "ofRoot"},
		{"everybody's until now", rolecall.Revocation{Before: start.Add(time.Minute)}, strings.Join(all, " ")},
		{"everybody's before they were made", rolecall.Revocation{Before: start}, ""},
		{"a role's before they were made", rolecall.Revocation{Principal: "arn:aws:iam::" + account + ":role/Deploy", Before: start}, ""},
		{"a role's after they were made", rolecall.Revocation{Principal: "arn:aws:iam::" + account + ":role/Deploy", Before: start.Add(time.Second)}, "night day"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			d := deploy(t)
			d.pass(time.Minute)
			if _, err := d.server.RevokeSessions(context.Background(), c.Revocation); err != nil {
				t.Fatal(err)
			}
			for i, k := range []key{d.night, d.day, d.chained, d.own, d.bob, d.ofRoot} {
				want := "good"
				if strings.Contains(" "+c.over+" ", " "+all[i]+" ") {
					want = "over"
				}
				if got := d.names(t, k); got != want {
					t.Errorf("%s is %s, want %s", all[i], got, want)
				}
			}
			for _, k := range []key{d.ann, root, admin} {
				check(t, d.send(k, whoAmI), refusal{})
			}
			d.pass(time.Second)
			for _, k := range []key{d.assume(d.ann, d.role), d.call(d.ann, "sts", "GetSessionToken").session()} {
				check(t, d.send(k, whoAmI), refusal{})
			}
		})
	}
}

// One session by its access key id, and no other.
func TestOneSessionIsRevokedByItsKey(t *testing.T) {
	d := deploy(t)
	if _, err := d.server.RevokeSessions(context.Background(), rolecall.Revocation{AccessKeyID: d.night.id}); err != nil {
		t.Fatal(err)
	}
	check(t, d.send(d.night, whoAmI), invalidToken)
	check(t, d.send(d.night, form("iam", "ListUsers")), invalidToken)
	for _, k := range []key{d.day, d.chained, d.own, d.bob, d.ofRoot} {
		check(t, d.send(k, whoAmI), refusal{})
	}
	d.pass(time.Hour)
	check(t, d.send(d.night, whoAmI), expiredToken)
}

// A session of the second in which its role was revoked ends as well: the issue
// time of a session, aws:TokenIssueTime, has no smaller unit.
func TestARevocationTakesItsWholeSecond(t *testing.T) {
	d := deploy(t)
	d.pass(500 * time.Millisecond)
	if _, err := d.server.RevokeSessions(context.Background(), rolecall.Revocation{Principal: d.role}); err != nil {
		t.Fatal(err)
	}
	d.pass(100 * time.Millisecond)
	check(t, d.send(d.assume(d.ann, d.role), whoAmI), invalidToken)
	d.pass(400 * time.Millisecond)
	check(t, d.send(d.assume(d.ann, d.role), whoAmI), refusal{})
}

// A cut-off outlives restarts, is never set back, and is of the role that was
// there, not of another under its name.
func TestRevocationsAreKept(t *testing.T) {
	dir := t.TempDir() + "/data"
	h := openWith(t, rolecall.Config{Dir: dir})
	role := h.role("Deploy", trust(account, "sts:AssumeRole"), "")
	old := h.assume(admin, role)
	h.pass(time.Minute)
	revoke := func(v rolecall.Revocation) {
		t.Helper()
		if _, err := h.running().RevokeSessions(context.Background(), v); err != nil {
			t.Fatal(err)
		}
	}
	revoke(rolecall.Revocation{Principal: role})
	revoke(rolecall.Revocation{Principal: role, Before: start})
	revoke(rolecall.Revocation{Before: start})
	h.reopen(dir)
	check(t, h.send(old, whoAmI), invalidToken)
	h.call(admin, "iam", "DeleteRole", "RoleName", "Deploy")
	h.role("Deploy", trust(account, "sts:AssumeRole"), "")
	check(t, h.send(h.assume(admin, role), whoAmI), refusal{})
	check(t, h.send(old, whoAmI), invalidToken)
}

func TestWhatCannotBeRevoked(t *testing.T) {
	d := deploy(t)
	for _, c := range []struct {
		rule string
		rolecall.Revocation
		want string
	}{
		{"a role that is not there", rolecall.Revocation{Principal: "arn:aws:iam::" + account + ":role/Nobody"}, "is no role, user, root user or session here"},
		{"a role in other letters", rolecall.Revocation{Principal: "arn:aws:iam::" + account + ":role/deploy"}, "is no role"},
		{"a role of no account here", rolecall.Revocation{Principal: "arn:aws:iam::999999999999:root"}, "is no role"},
		{"a group", rolecall.Revocation{Principal: "arn:aws:iam::" + account + ":group/ops"}, "is no role"},
		{"no ARN", rolecall.Revocation{Principal: "Deploy"}, "not of the form"},
		{"a session without a name", rolecall.Revocation{Principal: "arn:aws:sts::" + account + ":assumed-role/Deploy"}, "is no role"},
		{"a time to come", rolecall.Revocation{Before: start.Add(time.Hour)}, "in the future"},
		{"a long-term key", rolecall.Revocation{AccessKeyID: admin.id}, "begin with ASIA"},
		{"a key and a principal", rolecall.Revocation{AccessKeyID: d.night.id, Principal: d.role}, "no principal"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if _, err := d.server.RevokeSessions(context.Background(), c.Revocation); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q in it", err, c.want)
			}
		})
	}
	for _, k := range []key{d.night, d.day, d.chained, d.own, d.bob, d.ofRoot} {
		check(t, d.send(k, whoAmI), refusal{})
	}
}

// AWS's own way: the inline policy that the console's "Revoke active sessions"
// attaches. Older sessions may do nothing more than ask who they are; younger
// ones, and those of other roles that older ones began, go on.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_revoke-sessions.html
func TestAWSRevokeOlderSessions(t *testing.T) {
	d := deploy(t)
	d.pass(time.Minute)
	cut := d.time().Format("2006-01-02T15:04:05.000Z")
	d.call(admin, "iam", "PutRolePolicy", "RoleName", "Deploy", "PolicyName", "AWSRevokeOlderSessions", "PolicyDocument",
		`{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{"DateLessThan":{"aws:TokenIssueTime":"`+cut+`"}}}]}`)
	listUsers := form("iam", "ListUsers")
	check(t, d.send(d.night, listUsers), refusal{403, "AccessDenied", "User: arn:aws:sts::" + account +
		":assumed-role/Deploy/night is not authorized to perform: iam:ListUsers on resource: arn:aws:iam::" + account +
		":user/ with an explicit deny in an identity-based policy"})
	check(t, d.send(d.night, form("sts", "AssumeRole", "RoleArn", d.other, "RoleSessionName", "night")), refusal{403, "AccessDenied", "User: arn:aws:sts::" + account +
		":assumed-role/Deploy/night is not authorized to perform: sts:AssumeRole on resource: " + d.other + " with an explicit deny in an identity-based policy"})
	check(t, d.send(d.night, whoAmI), refusal{})
	check(t, d.send(d.chained, listUsers), refusal{})
	check(t, d.send(d.assume(d.ann, d.role), listUsers), refusal{})
}

// A purge of the keys ends every session and no long-term key, while many work.
func TestAPurgeOfTheKeysEndsEverySession(t *testing.T) {
	d := deploy(t)
	stop := make(chan struct{})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if a := d.send(d.assume(d.ann, d.role), whoAmI); a.status != 200 && a.refusal() != invalidToken {
					t.Errorf("a new session: %s", a)
				}
				check(t, d.send(d.ann, whoAmI), refusal{})
			}
		})
	}
	var told rolecall.Rotation
	for range 20 {
		var err error
		if told, err = d.server.PurgeKeys(context.Background()); err != nil || told.KeyID == "" {
			t.Fatal(told, err)
		}
	}
	close(stop)
	all.Wait()
	for _, k := range []key{d.night, d.day, d.chained, d.own, d.bob, d.ofRoot} {
		check(t, d.send(k, whoAmI), invalidToken)
	}
	check(t, d.send(d.assume(d.ann, d.role), whoAmI), refusal{})
}

// Keys are rotated while many work: no session that was given out is lost before
// its time, whichever key sealed it.
func TestRotationsUnderLoadLoseNoSession(t *testing.T) {
	d := deploy(t)
	stop := make(chan struct{})
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			sessions := []key{d.night}
			for {
				select {
				case <-stop:
					return
				default:
				}
				if len(sessions) < 20 {
					sessions = append(sessions, d.assume(d.ann, d.role))
				}
				check(t, d.send(sessions[len(sessions)/2], whoAmI), refusal{})
				check(t, d.send(sessions[0], whoAmI), refusal{})
			}
		})
	}
	rotated := 0
	for range 10 { // a minute each: a signature is good for fifteen
		if told, err := d.server.RotateKeys(context.Background()); err == nil {
			rotated++
			d.pass(told.Active.Sub(d.time()))
		}
	}
	close(stop)
	all.Wait()
	if rotated < 10 {
		t.Errorf("rotated %d times", rotated)
	}
	for _, k := range []key{d.night, d.day, d.chained, d.own, d.bob, d.ofRoot} {
		check(t, d.send(k, whoAmI), refusal{})
	}
}

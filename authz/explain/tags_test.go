package explain_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/authz/explain"
)

// Whoever compares tags is told both, or who has none, and how to tag them: the
// policy is what it is meant to be.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/introduction_attribute-based-access-control.html
func TestComparedTagsAreToldAndGiven(t *testing.T) {
	const (
		mine, theirs, role = "aws:PrincipalTag/team", "aws:ResourceTag/team", "iam:ResourceTag/team"
		anyValue           = ", with a value of yours"
	)
	same := func(key, value string) string {
		return statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"` + key + `":"${` + value + `}"}}`)
	}
	tags := func(caller, resource string) map[string]string {
		keys := make(map[string]string)
		if caller != "" {
			keys[mine] = caller
		}
		if resource != "" {
			keys[theirs], keys[role] = resource, resource
		}
		return keys
	}
	for _, c := range []struct {
		rule, caller string
		trust        string
		keys         map[string]string
		told         string
		fixes        []string // those of tags, in their order
	}{
		{"the resource has no tag", annARN, same(mine, theirs), tags("red", ""),
			"needs aws:PrincipalTag/team to be ${aws:ResourceTag/team}; the request has red; ${aws:ResourceTag/team} has no value: role target-role has no tag team",
			[]string{"tag role target-role with team=red"}},
		{"the caller has no tag", annARN, same(mine, theirs), tags("", "blue"),
			"needs aws:PrincipalTag/team to be blue, as aws:ResourceTag/team is; the request has no aws:PrincipalTag/team: user ann has no tag team",
			[]string{"tag user ann with team=blue"}},
		{"neither has one", annARN, same(mine, theirs), nil,
			"the request has no aws:PrincipalTag/team: user ann has no tag team; ${aws:ResourceTag/team} has no value: role target-role has no tag team",
			[]string{"tag user ann with team=VALUE" + anyValue + ", and tag role target-role with team=VALUE"}},
		{"they differ", annARN, same(mine, theirs), tags("red", "blue"),
			"needs aws:PrincipalTag/team to be blue, as aws:ResourceTag/team is; the request has red",
			[]string{"tag user ann with team=blue", "tag role target-role with team=red"}},
		{"the other way round, the resource has none", annARN, same(theirs, mine), tags("red", ""),
			"needs aws:ResourceTag/team to be red, as aws:PrincipalTag/team is; the request has no aws:ResourceTag/team: role target-role has no tag team",
			[]string{"tag role target-role with team=red"}},
		{"the other way round, the caller has none", annARN, same(theirs, mine), tags("", "blue"),
			"the request has blue; ${aws:PrincipalTag/team} has no value: user ann has no tag team",
			[]string{"tag user ann with team=blue"}},
		{"the other way round, neither has one", annARN, same(theirs, mine), nil,
			"has no tag team; ${aws:PrincipalTag/team} has no value: user ann has no tag team",
			[]string{"tag user ann with team=VALUE" + anyValue + ", and tag role target-role with team=VALUE"}},
		{"IAM's own key", annARN, same(role, mine), tags("red", ""),
			"the request has no iam:ResourceTag/team: role target-role has no tag team",
			[]string{"tag role target-role with team=red"}},
		{"IAM's own key, neither has one", annARN, same(mine, role), nil,
			"${iam:ResourceTag/team} has no value: role target-role has no tag team",
			[]string{"tag user ann with team=VALUE" + anyValue + ", and tag role target-role with team=VALUE"}},
		{"a role's session without the tag", devRole + "@ann", same(mine, theirs), tags("", "blue"),
			"the request has no aws:PrincipalTag/team: role Dev has no tag team, nor has its session",
			[]string{"tag role Dev with team=blue"}},
		{"a tag that must be there", annARN, statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"Null":{"aws:PrincipalTag/team":"false"}}`), nil,
			"needs aws:PrincipalTag/team to be there; the request has no aws:PrincipalTag/team: user ann has no tag team",
			[]string{"tag user ann with team=VALUE" + anyValue}},
		{"a role of IAM Identity Center, which nobody can tag", regional, same(mine, theirs), tags("", "blue"), "has no tag team, nor has its session", nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s := scene{caller: c.caller, action: "sts:AssumeRole", resource: target, identity: []string{statement(mayAssume)}, trust: c.trust, keys: c.keys}
			x := explain.Explain(at(s.question(t)), true)
			if x.Allowed || !strings.Contains(x.Verdict, c.told) {
				t.Errorf("%s\nwant %s", x.Verdict, c.told)
			}
			var got []string
			for _, f := range x.Fixes {
				if strings.HasPrefix(f.Title, "tag ") {
					got = append(got, f.Title)
				}
				if d := decideWith(t, at(s.question(t)), f); !d.Allowed {
					t.Errorf("%q: %+v", f.Title, d)
				}
			}
			if !slices.Equal(got, c.fixes) || len(got) > 0 && x.Fixes[0].Title != got[0] {
				t.Errorf("%q, want %q", titles(x.Fixes), c.fixes)
			}
		})
	}
}

// A tag may give more than is asked for, and one that is written over may have
// given something: that is told, and whose administrator has to do it.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_iam-tags.html
func TestATagThatIsGivenIsWarnedOf(t *testing.T) {
	theirs := "arn:aws:iam::" + other + ":role/x"
	x := explained(t, scene{caller: annARN, action: "sts:AssumeRole", resource: theirs, identity: []string{statement(mayAssume)},
		trust: statement(`"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"aws:PrincipalTag/team":"${aws:ResourceTag/team}"}}`),
		keys:  map[string]string{"aws:PrincipalTag/team": "red", "aws:ResourceTag/team": "blue"}})
	if got, want := titles(x.Fixes)[:2], []string{"tag user ann with team=blue", "tag role x with team=red"}; !slices.Equal(got, want) {
		t.Fatalf("%q, want %q", got, want)
	}
	mine, their := x.Fixes[0], x.Fixes[1]
	if mine.Edits[0].Account != "" || their.Edits[0].Account != other {
		t.Errorf("by %q and %q", mine.Edits[0].Account, their.Edits[0].Account)
	}
	for f, want := range map[*explain.Fix][]string{
		&mine:  {"everything that policies give for this tag is then open to it", "its tag team is then no longer red, which other policies may ask for"},
		&their: {"it is then open to everybody to whom policies give what has this tag", "its tag team is then no longer blue, which other policies may ask for"},
	} {
		if !slices.Equal(f.Warnings, want) {
			t.Errorf("%s: %q", f.Title, f.Warnings)
		}
	}
}

// The tags of a session lie over its role's: tagging the role changes nothing.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
func TestATagOfASessionIsNotChangedByItsRole(t *testing.T) {
	const own = `"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/Team":"red"}}`
	q := scene{caller: devRole + "@ann", action: "s3:GetObject", resource: object, identity: []string{statement(own)}, keys: map[string]string{"aws:PrincipalTag/team": "blue"}}.question(t)
	for _, tags := range [][]string{nil, {"cost"}, {"team"}} {
		q.SessionTags = tags
		offered := slices.ContainsFunc(explain.Explain(q, true).Fixes, func(f explain.Fix) bool { return strings.HasPrefix(f.Title, "tag ") })
		if offered == slices.Contains(tags, "team") {
			t.Errorf("session tags %q: %v", tags, offered)
		}
	}
}

// What is tagged is tagged by the command of its kind, in its region.
//
// Sources: https://docs.aws.amazon.com/cli/latest/reference/iam/tag-policy.html,
// https://docs.aws.amazon.com/cli/latest/reference/resourcegroupstaggingapi/tag-resources.html
func TestEachResourceIsTaggedByItsCommand(t *testing.T) {
	const iamTags = ` --tags '[{"Key":"team","Value":"it'\''s"}]'`
	for resource, want := range map[string]string{
		"arn:aws:iam::" + account + ":user/team/bob":                              "aws iam tag-user --user-name bob" + iamTags,
		"arn:aws:iam::" + account + ":policy/team/p":                              "aws iam tag-policy --policy-arn arn:aws:iam::" + account + ":policy/team/p" + iamTags,
		"arn:aws:iam::" + account + ":role/aws-service-role/a.amazonaws.com/Role": "",
		"arn:aws:iam::" + account + ":group/all":                                  "",
		"arn:aws:iam::aws:policy/ReadOnlyAccess":                                  "",
		"arn:aws:sqs:eu-west-1:" + account + ":q":                                 `aws resourcegroupstaggingapi tag-resources --region eu-west-1 --resource-arn-list arn:aws:sqs:eu-west-1:` + account + `:q --tags '{"team":"it'\''s"}'`,
		"arn:aws:s3:::b/k": "",
		"*":                "",
	} {
		x := explained(t, scene{caller: annARN, action: "sqs:Get", resource: resource,
			identity: []string{statement(`"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/team":"it's"}}`)}})
		got := ""
		for _, f := range x.Fixes {
			if strings.HasPrefix(f.Title, "tag ") {
				got = f.Edits[0].Command
			}
		}
		if got != want {
			t.Errorf("%s: %s, want %s", resource, got, want)
		}
	}
}

// A tag that is passed is to be like the caller's, who has none.
func TestWhoPassesATagIsTagged(t *testing.T) {
	x := explained(t, scene{caller: annARN, action: "iam:CreateUser", resource: "arn:aws:iam::" + account + ":user/new", keys: map[string]string{"aws:RequestTag/team": "blue"},
		identity: []string{statement(`"Effect":"Allow","Action":"iam:CreateUser","Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/team":"${aws:PrincipalTag/team}"}}`)}})
	if x.Fixes[0].Title != "tag user ann with team=blue" || !strings.Contains(x.Verdict, "${aws:PrincipalTag/team} has no value: user ann has no tag team") {
		t.Errorf("%s\n%q", x.Verdict, titles(x.Fixes))
	}
}

package service_test

import (
	"strings"
	"testing"
)

// Each session of a chain is narrowed by its own session policies and by no
// other's: a narrowed session reaches no further than they say, also by way of
// another role, and what it may begin is as free as that role.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session ("the
// intersection of the entity's identity-based policies and the session policies")
func TestEachStepOfAChainIsNarrowedByItself(t *testing.T) {
	h := open(t)
	names := []string{"One", "Two", "Three"}
	var roles []string
	for _, name := range names {
		roles = append(roles, h.role(name, trust(account, "sts:AssumeRole"), everything))
	}
	only := func(role string) string {
		return `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"` + role + `"}}`
	}
	assume := func(role string) message {
		return form("sts", "AssumeRole", "RoleArn", role, "RoleSessionName", "night")
	}
	denied := func(name, role string) refusal {
		r := notAuthorized("arn:aws:sts::"+account+":assumed-role/"+name+"/night", "sts:AssumeRole", role)
		r.message += " because no session policy allows the sts:AssumeRole action"
		return r
	}
	first := h.assume(admin, roles[0], "Policy", only(roles[1]))
	check(t, h.send(first, assume(roles[2])), denied("One", roles[2]))
	check(t, h.send(first, assume(roles[0])), denied("One", roles[0]))
	if a := h.send(first, form("iam", "ListUsers")); a.code != "AccessDenied" {
		t.Errorf("the first session lists users: %s", a)
	}
	second := h.assume(first, roles[1], "Policy", only(roles[2]))
	check(t, h.send(second, assume(roles[0])), denied("Two", roles[0]))
	third := h.assume(second, roles[2])
	check(t, h.send(third, form("iam", "ListUsers")), refusal{})
	check(t, h.send(h.assume(first, roles[1]), form("iam", "ListUsers")), refusal{})
}

// What does not go down a chain: tags of the entities themselves, tags that are
// not transitive, the proof of MFA, the name of the user.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining ("By
// default, tags are not passed"), https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
// ("the temporary credentials returned by AssumeRole do not include MFA information in the context")
func TestWhatDoesNotGoDownAChain(t *testing.T) {
	h := open(t)
	ann := h.user("ann", everything)
	h.call(admin, "iam", "TagUser", "UserName", "ann", "Tags.member.1.Key", "team", "Tags.member.1.Value", "blue")
	one := h.role("One", trust(account, "sts:AssumeRole", "sts:TagSession"), everything)
	h.call(admin, "iam", "TagRole", "RoleName", "One", "Tags.member.1.Key", "desk", "Tags.member.1.Value", "9")
	first := h.assume(ann, one, "Tags.member.1.Key", "room", "Tags.member.1.Value", "1", "Tags.member.2.Key", "floor", "Tags.member.2.Value", "2",
		"TransitiveTagKeys.member.1", "floor")
	for i, c := range []struct {
		rule, conditions string
		key
		allowed bool
	}{
		{"the user's tag, at the first step", `"StringEquals":{"aws:PrincipalTag/team":"blue","aws:username":"ann"}`, ann, true},
		{"and none of it at the second", `"Null":{"aws:PrincipalTag/team":"true","aws:username":"true"}`, first, true},
		{"the role's tag and the session's, at the second", `"StringEquals":{"aws:PrincipalTag/desk":"9","aws:PrincipalTag/room":"1","aws:PrincipalTag/floor":"2"}`, first, true},
		{"at the third the transitive one alone", `"StringEquals":{"aws:PrincipalTag/floor":"2"},"Null":{"aws:PrincipalTag/desk":"true","aws:PrincipalTag/room":"true"}`,
			h.assume(first, h.role("Two", trust(account, "sts:AssumeRole", "sts:TagSession"), everything)), true},
		{"MFA, which nobody showed", `"Bool":{"aws:MultiFactorAuthPresent":"true"}`, first, false},
		{"MFA of a session is told, as absent", `"Bool":{"aws:MultiFactorAuthPresent":"false"},"Null":{"aws:MultiFactorAuthAge":"true"}`, first, true},
		{"MFA of long-term keys is not", `"Null":{"aws:MultiFactorAuthPresent":"true"}`, ann, true},
	} {
		t.Run(c.rule, func(t *testing.T) {
			role := h.role("Last"+string(rune('A'+i)), trustWhen(c.conditions, "sts:AssumeRole", "sts:TagSession"), "")
			if a := h.send(c.key, form("sts", "AssumeRole", "RoleArn", role, "RoleSessionName", "night")); (a.status == 200) != c.allowed {
				t.Errorf("%s, want allowed %v", a, c.allowed)
			}
		})
	}
}

// A chain lasts an hour at every step, however long its roles' sessions may be,
// and does not hang on the sessions and roles before: they may end.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html#iam-term-role-chaining
func TestHowLongAChainLasts(t *testing.T) {
	h := open(t)
	long := func(name string) string {
		role := h.role(name, trust(account, "sts:AssumeRole"), everything)
		h.call(admin, "iam", "UpdateRole", "RoleName", name, "MaxSessionDuration", "43200")
		return role
	}
	one, two, three := long("One"), long("Two"), long("Three")
	beyond := refusal{400, "ValidationError", "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."}
	assume := func(role, seconds string) message {
		return form("sts", "AssumeRole", "RoleArn", role, "RoleSessionName", "night", "DurationSeconds", seconds)
	}
	check(t, h.send(admin, assume(one, "43200")), refusal{})
	first := h.assume(admin, one, "DurationSeconds", "43200")
	check(t, h.send(first, assume(two, "3601")), beyond)
	second := h.assume(first, two, "DurationSeconds", "3600")
	check(t, h.send(second, assume(three, "43200")), beyond)
	check(t, h.send(second, assume(one, "43200")), beyond)
	check(t, h.send(h.call(admin, "sts", "GetSessionToken").session(), assume(one, "3601")), beyond)
	third := h.assume(second, three)
	for _, name := range []string{"One", "Two"} {
		h.call(admin, "iam", "DeleteRolePolicy", "RoleName", name, "PolicyName", "test")
		h.call(admin, "iam", "DeleteRole", "RoleName", name)
	}
	check(t, h.send(second, whoAmI), invalidToken)
	check(t, h.send(third, form("iam", "ListUsers")), refusal{})
}

// A chain that crosses accounts needs both sides at each crossing, and takes
// source identity and transitive tags along.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
func TestAChainAcrossAccounts(t *testing.T) {
	h := open(t)
	guest := h.guest()
	all := []string{"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"}
	one := h.role("One", trust(account, all...), everything)
	h.call(guest, "iam", "CreateRole", "RoleName", "Theirs", "AssumeRolePolicyDocument",
		strings.TrimSuffix(trust(one, all...), "}}")+`,"Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue","aws:SourceIdentity":"ann","aws:PrincipalAccount":"`+account+`"}}}}`)
	h.call(guest, "iam", "AttachRolePolicy", "RoleName", "Theirs", "PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess")
	back := h.role("Back", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::210987654321:role/Theirs"},"Action":`+
		`["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"],"Condition":{"StringEquals":{"aws:PrincipalTag/team":"blue","sts:SourceIdentity":"ann"}}}}`, everything)
	const theirs = "arn:aws:iam::210987654321:role/Theirs"
	first := h.assume(admin, one, "Tags.member.1.Key", "team", "Tags.member.1.Value", "blue", "TransitiveTagKeys.member.1", "team", "SourceIdentity", "ann")
	check(t, h.send(h.assume(admin, one), form("sts", "AssumeRole", "RoleArn", theirs, "RoleSessionName", "night")),
		notAuthorized("arn:aws:sts::"+account+":assumed-role/One/night", "sts:AssumeRole", theirs))
	second := h.assume(first, theirs)
	if a := h.call(second, "sts", "GetCallerIdentity"); a.value("Arn") != "arn:aws:sts::210987654321:assumed-role/Theirs/night" {
		t.Error(a.body)
	}
	third := h.call(second, "sts", "AssumeRole", "RoleArn", back, "RoleSessionName", "night")
	if third.value("SourceIdentity") != "ann" {
		t.Error(third.body)
	}
	check(t, h.send(third.session(), form("iam", "ListUsers")), refusal{})
}

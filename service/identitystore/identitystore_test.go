package identitystore_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// with is a map with more in it.
func with(base in, more in) in {
	all := maps.Clone(base)
	maps.Copy(all, more)
	return all
}

func by(path string, value any) in {
	return in{"AlternateIdentifier": in{"UniqueAttribute": in{"AttributePath": path, "AttributeValue": value}}}
}

func set(path string, value any) in {
	return in{"AttributePath": path, "AttributeValue": value}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html
func TestAUserIsShownAsItWasMade(t *testing.T) {
	h := open(t)
	made := with(ann("Lee"), in{
		"NickName": "L", "ProfileUrl": "https://example.com/l", "Title": "Dr", "UserType": "staff", "Locale": "en-US",
		"PreferredLanguage": "en", "Timezone": "Europe/Berlin", "Website": "https://lee.example", "Birthdate": "1990-01-01",
		"Emails":       []in{{"Value": "lee@example.com", "Type": "work", "Primary": true}},
		"PhoneNumbers": []in{{"Value": "+49 30 1234", "Type": "work"}},
		"Addresses":    []in{{"StreetAddress": "1 Way", "Locality": "Berlin", "Country": "DE", "Primary": false}},
		"Photos":       []in{{"Value": "https://example.com/l.png", "Display": "L"}},
		"Roles":        []in{{"Value": "engineer"}},
		"Extensions":   in{"aws:identitystore:enterprise": in{"department": "R&D", "manager": in{"value": "x"}}},
	})
	id := h.do("CreateUser", made).At("UserId")
	if !regexp.MustCompile(`^90670000aa-[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$`).MatchString(id) {
		t.Errorf("user id %s", id)
	}
	a := h.do("DescribeUser", in{"UserId": id[:11] + strings.ToUpper(id[11:])})
	for _, c := range []struct {
		path []any
		want string
	}{
		{[]any{"UserName"}, "Lee"}, {[]any{"Name", "FamilyName"}, "Lee"}, {[]any{"Emails", 0, "Value"}, "lee@example.com"},
		{[]any{"PhoneNumbers", 0, "Value"}, "+49 30 1234"}, {[]any{"Addresses", 0, "Locality"}, "Berlin"}, {[]any{"Photos", 0, "Display"}, "L"},
		{[]any{"Roles", 0, "Value"}, "engineer"}, {[]any{"UserStatus"}, "ENABLED"}, {[]any{"Birthdate"}, "1990-01-01"},
		{[]any{"CreatedBy"}, "arn:aws:iam::" + owner + ":user/admin"}, {[]any{"Extensions", "aws:identitystore:enterprise", "department"}, ""},
	} {
		if got := a.At(c.path...); got != c.want {
			t.Errorf("%v is %q, want %q", c.path, got, c.want)
		}
	}
	if a.Body["CreatedAt"] != float64(h.Now.Unix()) {
		t.Error(a.Body["CreatedAt"])
	}
	a = h.do("DescribeUser", in{"UserId": id, "Extensions": []string{"aws:identitystore:enterprise"}})
	if a.At("Extensions", "aws:identitystore:enterprise", "department") != "R&D" {
		t.Error(a.Text)
	}
}

// Source: Errors and UserName of https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html
func TestWhatAUserCannotBe(t *testing.T) {
	h := open(t)
	h.do("CreateUser", with(ann("lee"), in{"Emails": []in{{"Value": "lee@example.com", "Primary": true}}}))
	for name, c := range map[string]struct {
		input      in
		code, text string
	}{
		"without a display name":                        {in{"UserName": "a", "Name": in{"GivenName": "a", "FamilyName": "b"}}, "ValidationException", "displayName is required"},
		"without a family name":                         {in{"UserName": "a", "DisplayName": "a", "Name": in{"GivenName": "a"}}, "ValidationException", "name.familyName is required"},
		"without a user name":                           {with(ann("x"), in{"UserName": nil}), "ValidationException", "userName is required"},
		"of the same name in capitals":                  {ann("LEE"), "ConflictException", `"Reason":"UNIQUENESS_CONSTRAINT_VIOLATION"`},
		"of the same primary address":                   {with(ann("b"), in{"Emails": []in{{"Value": "Lee@Example.com"}}}), "ConflictException", "emails.value"},
		"called Administrator":                          {ann("Administrator"), "ValidationException", "reserved"},
		"called AWSAdministrators":                      {ann("awsAdministrators"), "ValidationException", "reserved"},
		"of two addresses":                              {with(ann("c"), in{"Emails": []in{{"Value": "a@b"}, {"Value": "c@d"}}}), "ValidationException", "mails"},
		"with an extension that nobody has":             {with(ann("d"), in{"Extensions": in{"aws:identitystore:other": in{"a": "b"}}}), "ValidationException", "aws:identitystore:other"},
		"with an attribute that the extension has not":  {with(ann("d"), in{"Extensions": in{"aws:identitystore:enterprise": in{"shoe": "9"}}}), "ValidationException", "enterprise"},
		"with an extension whose attribute is a number": {with(ann("d"), in{"Extensions": in{"aws:identitystore:enterprise": in{"department": 9}}}), "ValidationException", "enterprise"},
		"in a store that does not exist":                {with(ann("e"), in{"IdentityStoreId": elsewhere}), "ResourceNotFoundException", `"ResourceType":"IDENTITY_STORE"`},
	} {
		t.Run(name, func(t *testing.T) {
			h := *h
			h.T = t
			h.refused(h.try("CreateUser", c.input), c.code, c.text)
		})
	}
	if got := h.do("ListUsers", nil).All("Users", "UserName"); !slices.Equal(got, []string{"lee"}) {
		t.Errorf("after all refusals there are %q", got)
	}
	if a := h.try("CreateUser", ann("lee")); a.At("RequestId") == "" {
		t.Errorf("no request id in %s", a.Text)
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_UpdateUser.html,
// https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_AttributeOperation.html
func TestUpdateUserSetsAndTakesAwayByPath(t *testing.T) {
	h := open(t)
	other := h.user("other")
	id := h.user("lee")
	h.do("UpdateUser", in{"UserId": id, "Operations": []in{
		set("userName", "leah"), set("name.familyName", "Lea"), set("title", "Dr"),
		set("emails", []in{{"Value": "lea@example.com", "primary": true}}),
		set("addresses", []in{{"streetAddress": "1 Way"}}),
		set("aws:identitystore:enterprise.department", "R&D"), set("aws:identitystore:enterprise.manager.value", other),
	}})
	a := h.do("DescribeUser", in{"UserId": id, "Extensions": []string{"aws:identitystore:enterprise"}})
	if a.At("UserName") != "leah" || a.At("Name", "FamilyName") != "Lea" || a.At("Name", "GivenName") != "Ann" || a.At("Emails", 0, "Value") != "lea@example.com" ||
		a.At("Addresses", 0, "StreetAddress") != "1 Way" || a.At("Extensions", "aws:identitystore:enterprise", "manager", "value") != other {
		t.Error(a.Text)
	}
	h.do("UpdateUser", in{"UserId": id, "Operations": []in{set("title", nil), {"AttributePath": "addresses"}, set("aws:identitystore:enterprise", nil)}})
	if a = h.do("DescribeUser", in{"UserId": id}); a.At("Title") != "" || a.At("Addresses", 0, "StreetAddress") != "" || a.At("UserName") != "leah" {
		t.Error(a.Text)
	}
	h.refused(h.try("GetUserId", by("userName", "lee")), "ResourceNotFoundException", "USER not found.")
	for name, c := range map[string]struct {
		op         in
		code, text string
	}{
		"to another's name":           {set("userName", "OTHER"), "ConflictException", "userName"},
		"to no name":                  {set("userName", nil), "ValidationException", "userName is required"},
		"of what nobody has":          {set("shoeSize", "9"), "ValidationException", "shoeSize"},
		"of the id":                   {set("userId", "9"), "ValidationException", "userId"},
		"of the password":             {set("password", "9"), "ValidationException", "password"},
		"of a part of a list":         {set("emails.value", "a@b"), "ValidationException", "emails.value"},
		"of a text with a number":     {set("title", 9), "ValidationException", "title"},
		"of a list with a text":       {set("emails", "a@b"), "ValidationException", "emails"},
		"of a text that is too long":  {set("title", strings.Repeat("x", 1025)), "ValidationException", "title"},
		"of a text with a NUL":        {set("title", "a\x00b"), "ValidationException", "title"},
		"of an extension with a text": {set("aws:identitystore:enterprise", "x"), "ValidationException", "enterprise"},
	} {
		t.Run("an update "+name, func(t *testing.T) {
			h := *h
			h.T = t
			h.refused(h.try("UpdateUser", in{"UserId": id, "Operations": []in{set("nickName", "half done"), c.op}}), c.code, c.text)
		})
	}
	if a = h.do("DescribeUser", in{"UserId": id}); a.At("NickName") != "" {
		t.Errorf("a refused update was half done: %s", a.Text)
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetUserId.html,
// https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetGroupId.html
func TestUsersAndGroupsAreFoundByWhatIsUnique(t *testing.T) {
	h := open(t)
	id := h.do("CreateUser", with(ann("lee"), in{"Emails": []in{{"Value": "lee@example.com", "Primary": true}}})).At("UserId")
	group := h.group("Admins")
	for _, b := range []in{by("userName", "LEE"), by("UserName", "lee"), by("emails.value", "lee@example.com")} {
		if got := h.do("GetUserId", b).At("UserId"); got != id {
			t.Errorf("%v is %s", b, got)
		}
	}
	if got := h.do("GetGroupId", by("DisplayName", "admins")).At("GroupId"); got != group {
		t.Error(got)
	}
	h.refused(h.try("GetUserId", by("title", "x")), "ValidationException", "userName or emails.value")
	h.refused(h.try("GetUserId", by("userName", 7)), "ValidationException", "must be a string")
	h.refused(h.try("GetUserId", by("userName", "nobody")), "ResourceNotFoundException", `"ResourceType":"USER"`)
	h.refused(h.try("GetGroupId", by("userName", "x")), "ValidationException", "displayName")
	h.refused(h.try("GetGroupId", in{"AlternateIdentifier": in{"ExternalId": in{"Issuer": "x", "Id": "y"}}}), "ResourceNotFoundException", `"ResourceType":"GROUP"`)
	h.refused(h.try("GetUserId", in{"AlternateIdentifier": in{}}), "ValidationException", "")
	if got := h.do("ListUsers", in{"Filters": []in{{"AttributePath": "UserName", "AttributeValue": "Lee"}}}).All("Users", "UserId"); !slices.Equal(got, []string{id}) {
		t.Error(got)
	}
	h.refused(h.try("ListUsers", in{"Filters": []in{{"AttributePath": "Title", "AttributeValue": "x"}}}), "ValidationException", "UserName")
	if got := h.do("ListGroups", in{"Filters": []in{{"AttributePath": "DisplayName", "AttributeValue": "none"}}}).All("Groups", "GroupId"); len(got) != 0 {
		t.Error(got)
	}
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroupMembership.html
// and the other operations on memberships
func TestMembershipsGoWithTheirUserAndGroup(t *testing.T) {
	h := open(t)
	lee, kim, one, two := h.user("lee"), h.user("kim"), h.group("one"), h.group("two")
	join := func(group, user string) in { return in{"GroupId": group, "MemberId": in{"UserId": user}} }
	id := h.do("CreateGroupMembership", join(one, lee)).At("MembershipId")
	h.do("CreateGroupMembership", join(two, lee))
	h.do("CreateGroupMembership", join(one, kim))
	h.refused(h.try("CreateGroupMembership", join(one, lee)), "ConflictException", "Member and Group relationship already exists.")
	h.refused(h.try("CreateGroupMembership", join(lee, lee)), "ResourceNotFoundException", `"ResourceType":"GROUP"`)
	h.refused(h.try("CreateGroupMembership", join(one, one)), "ResourceNotFoundException", `"ResourceType":"USER"`)
	if a := h.do("DescribeGroupMembership", in{"MembershipId": id}); a.At("GroupId") != one || a.At("MemberId", "UserId") != lee {
		t.Error(a.Text)
	}
	if got := h.do("GetGroupMembershipId", join(one, lee)).At("MembershipId"); got != id {
		t.Error(got)
	}
	if got := h.do("ListGroupMemberships", in{"GroupId": one}).All("GroupMemberships", "MembershipId"); len(got) != 2 || !slices.Contains(got, id) {
		t.Error(got)
	}
	if got := h.do("ListGroupMembershipsForMember", in{"MemberId": in{"UserId": lee}}).All("GroupMemberships", "GroupId"); len(got) != 2 {
		t.Error(got)
	}
	a := h.do("IsMemberInGroups", in{"MemberId": in{"UserId": kim}, "GroupIds": []string{one, two}})
	if !strings.Contains(a.Text, `"MembershipExists":true`) || !strings.Contains(a.Text, `"MembershipExists":false`) {
		t.Error(a.Text)
	}
	h.do("DeleteGroupMembership", in{"MembershipId": id})
	h.refused(h.try("DeleteGroupMembership", in{"MembershipId": id}), "ResourceNotFoundException", `"ResourceType":"GROUP_MEMBERSHIP"`)
	h.refused(h.try("GetGroupMembershipId", join(one, lee)), "ResourceNotFoundException", `"ResourceType":"GROUP_MEMBERSHIP"`)
	h.do("DeleteGroup", in{"GroupId": two})
	if got := h.do("ListGroupMembershipsForMember", in{"MemberId": in{"UserId": lee}}).All("GroupMemberships", "GroupId"); len(got) != 0 {
		t.Errorf("groups of lee: %q", got)
	}
	h.do("DeleteUser", in{"UserId": kim})
	if got := h.do("ListGroupMemberships", in{"GroupId": one}).All("GroupMemberships", "MembershipId"); len(got) != 0 {
		t.Errorf("members of one: %q", got)
	}
	h.refused(h.try("DescribeUser", in{"UserId": kim}), "ResourceNotFoundException", "USER not found.")
	h.user("kim") // the name is free again
}

// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_UpdateGroup.html
func TestAGroupChangesItsNameAndDescription(t *testing.T) {
	h := open(t)
	id := h.do("CreateGroup", in{"DisplayName": "Ops Team", "Description": "they run it"}).At("GroupId")
	h.group("Devs")
	h.do("UpdateGroup", in{"GroupId": id, "Operations": []in{set("displayName", "SRE"), set("description", nil)}})
	if a := h.do("DescribeGroup", in{"GroupId": id}); a.At("DisplayName") != "SRE" || a.At("Description") != "" {
		t.Error(a.Text)
	}
	h.group("Ops Team")
	h.refused(h.try("UpdateGroup", in{"GroupId": id, "Operations": []in{set("displayName", "devs")}}), "ConflictException", "UNIQUENESS_CONSTRAINT_VIOLATION")
	h.refused(h.try("UpdateGroup", in{"GroupId": id, "Operations": []in{set("displayName", nil)}}), "ValidationException", "displayName is required")
	h.refused(h.try("UpdateGroup", in{"GroupId": id, "Operations": []in{set("members", []string{})}}), "ValidationException", "members")
	h.refused(h.try("CreateGroup", in{"Description": "no name"}), "ValidationException", "displayName is required")
	h.refused(h.try("CreateGroup", in{"DisplayName": "DEVS"}), "ConflictException", "displayName")
}

func TestAListGoesOnWhereItsPageEnded(t *testing.T) {
	h := open(t)
	var want []string
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		want = append(want, h.user(name))
	}
	slices.Sort(want)
	var got []string
	page := in{"MaxResults": 2}
	for range 3 {
		a := h.do("ListUsers", page)
		got = append(got, a.All("Users", "UserId")...)
		page["NextToken"] = a.At("NextToken")
	}
	if !slices.Equal(got, want) || page["NextToken"] != "" {
		t.Errorf("%q, then %q", got, page["NextToken"])
	}
	h.refused(h.try("ListUsers", in{"NextToken": "AAAA"}), "ValidationException", "NextToken")
}

package iam_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// trustEC2 is the trust policy of a role for EC2.
const trustEC2 = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}`

// profile makes an instance profile with a role of the same name.
func (h *house) profile(name, path string) {
	h.t.Helper()
	ctx := context.Background()
	if _, err := h.admin.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: &name, Path: &path}); err != nil {
		h.t.Fatal(err)
	}
	h.role(name, trustEC2)
	if _, err := h.admin.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: &name, RoleName: &name}); err != nil {
		h.t.Fatal(err)
	}
}

// Recorded: test_instance_profile_lifecycle, test_add_remove_role_from_instance_profile.
func TestAnInstanceProfileIsMadeGivenARoleReadAndDeletedAsRecordedAtAWS(t *testing.T) {
	h, ctx, web := open(t), context.Background(), aws.String("web")
	made := must(h.admin.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: web, Path: aws.String("/x/")}))(t).InstanceProfile
	if *made.Arn != "arn:aws:iam::123456789012:instance-profile/x/web" || *made.Path != "/x/" || len(made.Roles) != 0 ||
		!strings.HasPrefix(*made.InstanceProfileId, "AIPA") || len(*made.InstanceProfileId) != 21 || made.Tags != nil {
		t.Errorf("created %+v", made)
	}
	h.role("Web", trustEC2)
	must(h.admin.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: web, RoleName: aws.String("Web")}))(t)
	got := must(h.admin.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: aws.String("WEB")}))(t).InstanceProfile
	if len(got.Roles) != 1 || *got.InstanceProfileId != *made.InstanceProfileId || got.Tags == nil {
		t.Fatalf("read %+v", got)
	}
	if role := got.Roles[0]; *role.Arn != "arn:aws:iam::123456789012:role/Web" || role.MaxSessionDuration != nil || role.AssumeRolePolicyDocument == nil {
		t.Errorf("its role is %+v", role)
	}
	_, err := h.admin.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: web})
	mustRefuse(t, err, refusal{409, "DeleteConflict", "Cannot delete entity, must remove roles from instance profile first."})
	_, err = h.admin.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String("Web")}) // 99designs/iamy#68
	mustRefuse(t, err, refusal{409, "DeleteConflict", "Cannot delete entity, must remove roles from instance profile first."})
	must(h.admin.RemoveRoleFromInstanceProfile(ctx, &iam.RemoveRoleFromInstanceProfileInput{InstanceProfileName: web, RoleName: aws.String("Web")}))(t)
	must(h.admin.DeleteRole(ctx, &iam.DeleteRoleInput{RoleName: aws.String("Web")}))(t)
	must(h.admin.DeleteInstanceProfile(ctx, &iam.DeleteInstanceProfileInput{InstanceProfileName: web}))(t)
	_, err = h.admin.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: web})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "Instance Profile web cannot be found."})
}

// Recorded: test_list_instance_profiles, test_list_instance_profiles_for_role.
func TestInstanceProfilesAreListedByNameByPathAndByRole(t *testing.T) {
	h, ctx := open(t), context.Background()
	h.profile("b", "/x/")
	h.profile("a", "/y/")
	must(h.admin.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: aws.String("c"), Tags: tags("k", "v")}))(t)
	must(h.admin.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: aws.String("c"), RoleName: aws.String("b")}))(t)
	first := must(h.admin.ListInstanceProfiles(ctx, &iam.ListInstanceProfilesInput{MaxItems: aws.Int32(2)}))(t)
	if len(first.InstanceProfiles) != 2 || *first.InstanceProfiles[0].InstanceProfileName != "a" || !first.IsTruncated {
		t.Fatalf("first page %+v", first)
	}
	rest := must(h.admin.ListInstanceProfiles(ctx, &iam.ListInstanceProfilesInput{Marker: first.Marker}))(t)
	if len(rest.InstanceProfiles) != 1 || *rest.InstanceProfiles[0].InstanceProfileName != "c" || rest.InstanceProfiles[0].Tags != nil {
		t.Errorf("second page %+v", rest)
	}
	under := must(h.admin.ListInstanceProfiles(ctx, &iam.ListInstanceProfilesInput{PathPrefix: aws.String("/x/")}))(t)
	if len(under.InstanceProfiles) != 1 || *under.InstanceProfiles[0].InstanceProfileName != "b" {
		t.Errorf("under /x/ %+v", under.InstanceProfiles)
	}
	one := must(h.admin.ListInstanceProfilesForRole(ctx, &iam.ListInstanceProfilesForRoleInput{RoleName: aws.String("b"), MaxItems: aws.Int32(1)}))(t)
	if len(one.InstanceProfiles) != 1 || *one.InstanceProfiles[0].InstanceProfileName != "b" || !one.IsTruncated {
		t.Fatalf("of role b %+v", one)
	}
	two := must(h.admin.ListInstanceProfilesForRole(ctx, &iam.ListInstanceProfilesForRoleInput{RoleName: aws.String("b"), Marker: one.Marker}))(t)
	if len(two.InstanceProfiles) != 1 || *two.InstanceProfiles[0].InstanceProfileName != "c" {
		t.Errorf("and of role b %+v", two)
	}
}

// Recorded: test_instance_profile_errors, test_role_instance_profile_operations_errors,
// test_add_second_role_to_instance_profile_error, test_instance_profile_tag_errors.
func TestRefusalsOfInstanceProfiles(t *testing.T) {
	h := open(t)
	h.profile("web", "/")
	h.role("Other", trustEC2)
	missing := refusal{404, "NoSuchEntity", "Instance Profile none cannot be found."}
	noRole := refusal{404, "NoSuchEntity", "The role with name none cannot be found."}
	full := refusal{409, "LimitExceeded", "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1"}
	h.refused([]refused{
		{"a name is taken in whatever case", "CreateInstanceProfile", "InstanceProfileName=WEB",
			refusal{409, "EntityAlreadyExists", "Instance Profile WEB already exists."}},
		{"none to delete", "DeleteInstanceProfile", "InstanceProfileName=none", missing},
		{"none to add to", "AddRoleToInstanceProfile", "InstanceProfileName=none&RoleName=Other", missing},
		{"no role to add", "AddRoleToInstanceProfile", "InstanceProfileName=web&RoleName=none", noRole},
		{"a second role", "AddRoleToInstanceProfile", "InstanceProfileName=web&RoleName=Other", full},
		{"none to remove from", "RemoveRoleFromInstanceProfile", "InstanceProfileName=none&RoleName=Other", missing},
		{"no role to remove", "RemoveRoleFromInstanceProfile", "InstanceProfileName=web&RoleName=none", noRole},
		{"a role that is not in it", "RemoveRoleFromInstanceProfile", "InstanceProfileName=web&RoleName=Other",
			refusal{404, "NoSuchEntity", "Role Other in Instance Profile web cannot be found."}},
		{"no role to list for", "ListInstanceProfilesForRole", "RoleName=none", noRole},
		{"none to tag", "TagInstanceProfile", "InstanceProfileName=none&Tags.member.1.Key=a&Tags.member.1.Value=b", missing},
		{"none to untag", "UntagInstanceProfile", "InstanceProfileName=none&TagKeys.member.1=a", missing},
		{"none to list the tags of", "ListInstanceProfileTags", "InstanceProfileName=none", missing},
		{"a key given twice", "TagInstanceProfile", "InstanceProfileName=web&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=a&Tags.member.2.Value=c",
			refusal{400, "InvalidInput", "Duplicate tag keys found."}},
		{"a key of AWS's", "CreateInstanceProfile", "InstanceProfileName=new&Tags.member.1.Key=aws:a&Tags.member.1.Value=b",
			refusal{400, "InvalidInput", "Tag keys and values that begin with aws: are reserved for system use."}},
	})
}

// refused is a request that is refused as the source in its rule says.
type refused struct {
	rule, action string
	parameters   string
	want         refusal
}

// refused demands that each request is refused.
func (h *house) refused(cases []refused) {
	h.t.Helper()
	for _, c := range cases {
		h.t.Run(c.rule, func(t *testing.T) {
			form, err := url.ParseQuery(c.parameters)
			if err != nil {
				t.Fatal(err)
			}
			form.Set("Action", c.action)
			status, body := h.post(form)
			code, message := "<Code>"+c.want.Code+"</Code>", "<Message>"+c.want.Message+"</Message>"
			if status != c.want.Status || !strings.Contains(body, code) || !strings.Contains(body, message) {
				t.Errorf("%d %s\nwant %+v", status, body, c.want)
			}
		})
	}
}

// Recorded: test_instance_profile_tag_lifecycle, test_instance_profile_create_with_tags.
// Keys differ by case:
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html#id_tags_rules
func TestAnInstanceProfileIsTagged(t *testing.T) {
	h, ctx, web := open(t), context.Background(), aws.String("web")
	made := must(h.admin.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: web, Tags: tags("a", "1")}))(t)
	if got := text(made.InstanceProfile.Tags); got != "a=1 " {
		t.Errorf("created with %s", got)
	}
	must(h.admin.TagInstanceProfile(ctx, &iam.TagInstanceProfileInput{InstanceProfileName: web, Tags: tags("a", "2", "A", "3")}))(t)
	if got := text(must(h.admin.GetInstanceProfile(ctx, &iam.GetInstanceProfileInput{InstanceProfileName: web}))(t).InstanceProfile.Tags); got != "A=3 a=2 " {
		t.Errorf("read with %s", got)
	}
	must(h.admin.UntagInstanceProfile(ctx, &iam.UntagInstanceProfileInput{InstanceProfileName: web, TagKeys: []string{"a", "none"}}))(t)
	if got := text(must(h.admin.ListInstanceProfileTags(ctx, &iam.ListInstanceProfileTagsInput{InstanceProfileName: web}))(t).Tags); got != "A=3 " {
		t.Errorf("left are %s", got)
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
func TestToAddARoleNeedsToPassItToEC2(t *testing.T) {
	h, ctx := open(t), context.Background()
	for _, name := range []string{"one", "two"} {
		must(h.admin.CreateInstanceProfile(ctx, &iam.CreateInstanceProfileInput{InstanceProfileName: &name}))(t)
		h.role(name, trustEC2)
	}
	add := func(name string) func(*iam.Client) error {
		return func(c *iam.Client) error {
			_, err := c.AddRoleToInstanceProfile(ctx, &iam.AddRoleToInstanceProfileInput{InstanceProfileName: &name, RoleName: &name})
			return err
		}
	}
	h.check("judy", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"iam:AddRoleToInstanceProfile","Resource":"arn:aws:iam::123456789012:instance-profile/*"},
		{"Effect":"Allow","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/one","Condition":{"StringEquals":{"iam:PassedToService":"ec2.amazonaws.com"}}}]}`,
		[]can{{"a role to pass", true, add("one")}, {"a role not to pass", false, add("two")}})
	own := h.user("karl", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:AddRoleToInstanceProfile","Resource":"*"}}`)
	mustRefuse(t, add("two")(own), refusal{403, "AccessDenied", "User: arn:aws:iam::123456789012:user/karl is not authorized to perform: " +
		"iam:PassRole on resource: arn:aws:iam::123456789012:role/two because no identity-based policy allows the iam:PassRole action"})
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleDetail.html
// and API_GetAccountSummary.html
func TestInstanceProfilesAreInTheAccountsOverviews(t *testing.T) {
	h, ctx := open(t), context.Background()
	h.profile("web", "/")
	details := must(h.admin.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{}))(t)
	if list := details.RoleDetailList[0].InstanceProfileList; len(list) != 1 || *list[0].InstanceProfileName != "web" || len(list[0].Roles) != 1 {
		t.Errorf("the role is in %+v", list)
	}
	if n := must(h.admin.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap["InstanceProfiles"]; n != 1 {
		t.Errorf("there are %d", n)
	}
}

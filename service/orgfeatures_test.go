package service_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	iamservice "github.com/rolecall-iam/rolecall/service/iam"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// openIAM is IAM alone, with its directory.
func openIAM(t *testing.T) (*house, *directory.Directory) {
	t.Helper()
	h, dir, keys := openParts(t)
	h.serve(service.NewDoor(h.parts(dir, keys, iamservice.New(keys).Operations()...)))
	return h, dir
}

const elsewhere = "999999999999"

func mustParse(t *testing.T, digits string) arn.AccountID {
	t.Helper()
	id, err := arn.ParseAccountID(digits)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// organize puts the account into an organization, and its other account.
func organize(t *testing.T, dir *directory.Directory, change func(*directory.Organization, *directory.Member)) {
	t.Helper()
	o := &directory.Organization{
		ID: "o-abcdefghij", Management: mustParse(t, account), Created: start, Features: "ALL", Root: directory.Node{ID: "r-abcd"},
		Services: []directory.Delegation{{Service: "iam.amazonaws.com", Since: start}},
	}
	m := &directory.Member{Node: directory.Node{ID: account}, Account: mustParse(t, account), Organization: o.ID, Parent: "r-abcd", Joined: start}
	change(o, m)
	err := dir.Update(context.Background(), func(tx *directory.Tx) error {
		before, _ := tx.Organization(o.ID)
		tx.PutOrganization(before, o)
		was, _ := tx.Member(m.Account)
		tx.PutMember(was, m)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Source: the errors of https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableOrganizationsRootSessions.html
// and of the pages beside it.
func TestFeaturesOfAnOrganizationAreForItsManagement(t *testing.T) {
	const enable, disable, list = "EnableOrganizationsRootSessions", "DisableOrganizationsRootSessions", "ListOrganizationsFeatures"
	delegated := []directory.Delegation{{Service: "iam.amazonaws.com", Since: start}}
	member := refusal{400, "AccountNotManagementOrDelegatedAdministratorException", "The request was rejected because the account making the request " +
		"is not the management account or delegated administrator account for centralized root access."}
	h, dir := openIAM(t)
	none := refusal{400, "OrganizationNotFoundException", "The request was rejected because no organization is associated with your account."}
	for _, action := range []string{enable, disable, list, "EnableOrganizationsRootCredentialsManagement", "DisableOrganizationsRootCredentialsManagement"} {
		check(t, h.send(admin, form("iam", action)), none)
	}
	for _, c := range []struct {
		rule   string
		change func(*directory.Organization, *directory.Member)
		refuse map[string]refusal // by operation; none for what is done
	}{
		{"the management account", func(*directory.Organization, *directory.Member) {}, map[string]refusal{}},
		{"a member", func(o *directory.Organization, _ *directory.Member) { o.Management = mustParse(t, elsewhere) },
			map[string]refusal{enable: member, disable: member, list: member}},
		{"a delegated administrator", func(o *directory.Organization, m *directory.Member) {
			o.Management, m.Delegated = mustParse(t, elsewhere), delegated
		}, map[string]refusal{enable: {400, "CallerIsNotManagementAccountException",
			"The request was rejected because the account making the request is not the management account for the organization."}}},
		{"without all features", func(o *directory.Organization, _ *directory.Member) { o.Features = "CONSOLIDATED_BILLING" },
			map[string]refusal{list: {400, "OrganizationNotInAllFeaturesModeException",
				"The request was rejected because your organization does not have All features enabled."}}},
		{"without trusted access", func(o *directory.Organization, _ *directory.Member) { o.Services = nil },
			map[string]refusal{list: {400, "ServiceAccessNotEnabledException",
				"The request was rejected because trusted access is not enabled for IAM in AWS Organizations."}}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			organize(t, dir, c.change)
			for action, want := range c.refuse {
				check(t, h.send(admin, form("iam", action)), want)
			}
			if _, refused := c.refuse[list]; !refused {
				check(t, h.send(admin, form("iam", list)), refusal{})
			}
		})
	}
}

// To enable what is enabled, or to disable what is not, changes nothing.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListOrganizationsFeatures.html for the answer
func TestFeaturesOfAnOrganizationAreTurnedOnAndOff(t *testing.T) {
	h, dir := openIAM(t)
	organize(t, dir, func(*directory.Organization, *directory.Member) {})
	for _, step := range []struct{ action, features string }{
		{"ListOrganizationsFeatures", ""},
		{"EnableOrganizationsRootSessions", "RootSessions"},
		{"EnableOrganizationsRootSessions", "RootSessions"},
		{"EnableOrganizationsRootCredentialsManagement", "RootCredentialsManagement RootSessions"},
		{"ListOrganizationsFeatures", "RootCredentialsManagement RootSessions"},
		{"DisableOrganizationsRootSessions", "RootCredentialsManagement"},
		{"DisableOrganizationsRootCredentialsManagement", ""},
		{"DisableOrganizationsRootCredentialsManagement", ""},
	} {
		a := h.call(admin, "iam", step.action)
		features := strings.NewReplacer("</member><member>", " ", "<member>", "", "</member>", "").Replace(a.value("EnabledFeatures"))
		if features != step.features || a.value("OrganizationId") != "o-abcdefghij" {
			t.Errorf("%s: %q\n%s", step.action, features, a.body)
		}
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOrganizationsAccessReport.html; what a job
// of an account without an organization says is documented nowhere.
func TestAReportOfAnOrganizationIsForItsManagementAccount(t *testing.T) {
	h, dir := openIAM(t)
	report := func(path string, pairs ...string) answer {
		id := h.call(admin, "iam", "GenerateOrganizationsAccessReport", append([]string{"EntityPath", path}, pairs...)...).value("JobId")
		return h.call(admin, "iam", "GetOrganizationsAccessReport", "JobId", id, "MaxItems", "1000")
	}
	if a := report("o-abcdefghij/r-abcd"); a.value("JobStatus") != "FAILED" || a.value("Code") != "OrganizationNotFound" {
		t.Errorf("without an organization: %s", a.body)
	}
	organize(t, dir, func(o *directory.Organization, _ *directory.Member) { o.Management = mustParse(t, elsewhere) })
	if a := report("o-abcdefghij/r-abcd"); a.value("JobStatus") != "FAILED" || a.value("Code") != "AccessDenied" {
		t.Errorf("of a member: %s", a.body)
	}
	organize(t, dir, func(*directory.Organization, *directory.Member) {})
	for _, path := range []string{"o-abcdefghij/r-none", "o-abcdefghik/r-abcd", "o-abcdefghij/r-abcd/ou-abcd-none", "o-abcdefghij/r-abcd/" + elsewhere} {
		if a := report(path); a.value("JobStatus") != "FAILED" || a.value("Code") != "NoSuchEntity" {
			t.Errorf("%s: %s", path, a.body)
		}
	}
	if a := report("o-abcdefghij/r-abcd", "OrganizationsPolicyId", "p-abcdefgh"); a.value("Code") != "NoSuchEntity" {
		t.Errorf("a policy that does not exist: %s", a.body)
	}
	a := report("o-abcdefghij/r-abcd/" + account)
	if a.value("JobStatus") != "COMPLETED" || a.value("NumberOfServicesAccessible") != "456" || a.value("NumberOfServicesNotAccessed") != "455" ||
		a.value("EntityPath") != "o-abcdefghij/r-abcd/"+account || a.value("LastAuthenticatedTime") == "" {
		t.Errorf("the management account's own: %.2000s", a.body)
	}
	check(t, h.send(admin, form("iam", "GetServiceLastAccessedDetails", "JobId", "11111111-2222-3333-4444-555555555555")),
		refusal{404, "NoSuchEntity", "The job with id 11111111-2222-3333-4444-555555555555 cannot be found."}) // words of our own
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html: SCPs of every level
// allow; what the management account does is told in a report of its own alone.
func TestAReportOfAnOrganizationFollowsItsPolicies(t *testing.T) {
	h, dir := openIAM(t)
	organize(t, dir, func(o *directory.Organization, _ *directory.Member) {
		o.Types = []string{"SERVICE_CONTROL_POLICY"}
		o.Root.Attached = []directory.OrgPolicyRef{{Type: "SERVICE_CONTROL_POLICY", ID: "p-FullAWSAccess"}}
	})
	err := dir.Update(context.Background(), func(tx *directory.Tx) error {
		tx.PutOrgPolicy(&directory.OrgPolicy{ID: "p-somethree", Organization: "o-abcdefghij", Type: "SERVICE_CONTROL_POLICY", Name: "three",
			Content: directory.NewPolicyText(allow("iam:*", "s3:*", "sts:*"))})
		tx.PutUnit(nil, &directory.Unit{
			Node:         directory.Node{ID: "ou-abcd-aaaaaaaa", Attached: []directory.OrgPolicyRef{{Type: "SERVICE_CONTROL_POLICY", ID: "p-somethree"}}},
			Organization: "o-abcdefghij", Name: "unit", Parent: "r-abcd", Created: start,
		})
		other := mustParse(t, elsewhere)
		tx.PutMember(nil, &directory.Member{Node: directory.Node{ID: elsewhere}, Account: other, Organization: "o-abcdefghij", Parent: "ou-abcd-aaaaaaaa", Joined: start})
		done := new(directory.Activity)
		done.Note("s3", "ListBuckets", directory.Moment{Time: start.Add(-time.Hour), Region: region})
		done.Note("ec2", "StopInstances", directory.Moment{Time: start, Region: region})
		tx.PutActivity(other, "AROA00000000000000001", done)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	id := h.call(admin, "iam", "GenerateOrganizationsAccessReport", "EntityPath", "o-abcdefghij/r-abcd/ou-abcd-aaaaaaaa/").value("JobId")
	for sortKey, first := range map[string]string{
		"": "iam", "SERVICE_NAMESPACE_DESCENDING": "sts", "LAST_AUTHENTICATED_TIME_ASCENDING": "iam", "LAST_AUTHENTICATED_TIME_DESCENDING": "s3",
	} {
		pairs := []string{"JobId", id, "MaxItems", "1"}
		if sortKey != "" {
			pairs = append(pairs, "SortKey", sortKey)
		}
		var namespaces []string
		for {
			a := h.call(admin, "iam", "GetOrganizationsAccessReport", pairs...)
			namespaces = append(namespaces, a.value("ServiceNamespace"))
			used := a.value("ServiceNamespace") == "s3"
			if a.value("NumberOfServicesAccessible") != "3" || a.value("NumberOfServicesNotAccessed") != "2" ||
				used != (a.value("EntityPath") == "o-abcdefghij/r-abcd/ou-abcd-aaaaaaaa/"+elsewhere) {
				t.Errorf("%s: %s", sortKey, a.body)
			}
			if a.value("IsTruncated") == "false" {
				break
			}
			pairs = append(pairs[:4:4], "Marker", a.value("Marker"))
			if sortKey != "" {
				pairs = append(pairs, "SortKey", sortKey)
			}
		}
		if len(namespaces) != 3 || namespaces[0] != first {
			t.Errorf("%s: %v", sortKey, namespaces)
		}
	}
	whole := h.call(admin, "iam", "GetOrganizationsAccessReport", "JobId",
		h.call(admin, "iam", "GenerateOrganizationsAccessReport", "EntityPath", "o-abcdefghij/r-abcd").value("JobId"))
	if whole.value("NumberOfServicesAccessible") != "456" || whole.value("NumberOfServicesNotAccessed") != "454" {
		t.Errorf("the root: %.1000s", whole.body)
	}
	one := h.call(admin, "iam", "GetOrganizationsAccessReport", "JobId",
		h.call(admin, "iam", "GenerateOrganizationsAccessReport", "EntityPath", "o-abcdefghij/r-abcd", "OrganizationsPolicyId", "p-somethree").value("JobId"))
	if one.value("NumberOfServicesAccessible") != "3" {
		t.Errorf("one policy: %.1000s", one.body)
	}
}

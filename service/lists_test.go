package service_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	iamservice "github.com/rolecall-iam/rolecall/service/iam"
)

// A page is asked for as AWS's page of each list says: IsTruncated tells whether
// there is more, a Marker is there then and only then, and leads on.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRoles.html (Marker, MaxItems, IsTruncated)
func TestEveryListOfIAMIsReadPageByPage(t *testing.T) {
	h, dir, keys := openParts(t)
	h.serve(service.NewDoor(h.parts(dir, keys, iamservice.New(keys).Operations()...)))
	names := fixtures(h, dir)
	names["JobId"] = h.call(admin, "iam", "GenerateServiceLastAccessedDetails", "Arn", names["Arn"]).value("JobId")
	names["ServiceNamespace"], names["Scope"] = "s3", "Local"
	for _, name := range []string{"a", "b", "c"} {
		h.call(admin, "iam", "CreateRole", "RoleName", name, "AssumeRolePolicyDocument", names["AssumeRolePolicyDocument"])
		h.call(admin, "iam", "CreateUser", "UserName", name)
		h.call(admin, "iam", "TagRole", "RoleName", "walk", "Tags.member.1.Key", name, "Tags.member.1.Value", "")
	}
	lists := 0
	for _, op := range iam.Service.Operations() {
		if member(op.Input, "Marker") == nil {
			continue
		}
		lists++
		t.Run(op.Name, func(t *testing.T) { pages(t, h, op, names) })
	}
	if lists < 40 {
		t.Errorf("there are only %d lists", lists)
	}
}

// pages reads a list to its end, one item a page.
func pages(t *testing.T, h *house, op *api.Operation, names map[string]string) {
	t.Helper()
	ask := func(marker string) answer {
		m := whole(op, names)
		values, err := url.ParseQuery(string(m.body))
		if err != nil {
			t.Fatal(err)
		}
		for name := range values {
			if strings.HasPrefix(name, "PathPrefix") || strings.HasPrefix(name, "Filter") || strings.HasPrefix(name, "AssignmentStatus") ||
				strings.HasPrefix(name, "OnlyAttached") || strings.HasPrefix(name, "EntityFilter") || strings.HasPrefix(name, "PolicyUsageFilter") {
				values.Del(name) // which leave nothing over
			}
		}
		if member(op.Input, "MaxItems") != nil {
			values.Set("MaxItems", "1")
		}
		if marker != "" {
			values.Set("Marker", marker)
		}
		m.body = []byte(values.Encode())
		return h.send(admin, m)
	}
	if a := ask("bogus"); a.status == 200 {
		t.Errorf("a marker that is none: %s", a.body)
	}
	seen := make(map[string]bool)
	for marker := ""; ; {
		a := ask(marker)
		if a.status != 200 {
			if a.code != "NoSuchEntity" && a.code != "InvalidInput" || marker != "" {
				t.Errorf("%s", a)
			}
			return
		}
		next, truncated := a.value("Marker"), a.value("IsTruncated")+a.value("isTruncated")
		if truncated != "true" && truncated != "false" || (next != "") != (truncated == "true") {
			t.Fatalf("truncated %q, marker %q: %.300s", truncated, next, a.body)
		}
		if next == "" {
			return
		}
		if seen[next] || len(seen) > 100 {
			t.Fatalf("the list does not end: %q again, after %d pages", next, len(seen))
		}
		if strings.ContainsAny(next, " /+=<>&") {
			t.Errorf("a marker that is not opaque: %q", next)
		}
		seen[next], marker = true, next
	}
}

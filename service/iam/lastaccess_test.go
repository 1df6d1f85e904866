package iam_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/rolecall-iam/rolecall"
)

// later is a clock that is a while ahead.
func later(d *time.Duration) func() time.Time {
	return func() time.Time { return time.Now().Add(*d) }
}

// report makes a report of last access and reads all its pages.
func (h *house) report(about string, level types.AccessAdvisorUsageGranularityType) (string, []types.ServiceLastAccessed) {
	h.t.Helper()
	ctx := context.Background()
	id := must(h.admin.GenerateServiceLastAccessedDetails(ctx, &iam.GenerateServiceLastAccessedDetailsInput{Arn: &about, Granularity: level}))(h.t).JobId
	var services []types.ServiceLastAccessed
	in := &iam.GetServiceLastAccessedDetailsInput{JobId: id, MaxItems: aws.Int32(100)}
	for {
		out := must(h.admin.GetServiceLastAccessedDetails(ctx, in))(h.t)
		if out.JobStatus != types.JobStatusTypeCompleted || out.JobCreationDate == nil || out.JobCompletionDate == nil {
			h.t.Errorf("the job is %s", out.JobStatus)
		}
		services = append(services, out.ServicesLastAccessed...)
		if !out.IsTruncated {
			return *id, services
		}
		in.Marker = out.Marker
	}
}

// listBuckets tries an operation of S3, whatever becomes of it.
func (h *house) listBuckets(k rolecall.Credentials) {
	h.t.Helper()
	req, err := http.NewRequest(http.MethodGet, h.url+"/", nil)
	if err != nil {
		h.t.Fatal(err)
	}
	sum := sha256.Sum256(nil)
	hash := hex.EncodeToString(sum[:])
	req.Header.Set("X-Amz-Content-Sha256", hash)
	key := aws.Credentials{AccessKeyID: k.AccessKeyID, SecretAccessKey: k.SecretAccessKey}
	if err := signer.NewSigner().SignHTTP(context.Background(), key, req, hash, "s3", "us-east-1", time.Now()); err != nil {
		h.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.t.Fatal(err)
	}
	res.Body.Close()
}

const allowAll = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}`

const usesIAM = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["iam:Get*","iam:List*","s3:GetObject"],"Resource":"*"}}`

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateServiceLastAccessedDetails.html and
// API_GetServiceLastAccessedDetails.html: attempts count, allowed or not; services are in the order of namespaces.
func TestLastAccessOfAUserIsWhatItTriedOfWhatItsPoliciesAllow(t *testing.T) {
	h, ctx := open(t), context.Background()
	own := h.user("ann", usesIAM)
	must(own.GetUser(ctx, &iam.GetUserInput{}))(t)
	if _, err := own.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("g")}); err == nil {
		t.Fatal("it was allowed")
	}
	_, services := h.report("arn:aws:iam::"+account+":user/ann", "")
	if len(services) != 2 || *services[0].ServiceNamespace != "iam" || *services[1].ServiceNamespace != "s3" {
		t.Fatalf("services are %+v", services)
	}
	used, unused := services[0], services[1]
	if *used.ServiceName != "AWS Identity and Access Management" || used.LastAuthenticated == nil || *used.TotalAuthenticatedEntities != 1 ||
		*used.LastAuthenticatedEntity != "arn:aws:iam::"+account+":user/ann" || *used.LastAuthenticatedRegion != "us-east-1" || used.TrackedActionsLastAccessed != nil {
		t.Errorf("used: %+v", used)
	}
	if unused.LastAuthenticated != nil || unused.LastAuthenticatedEntity != nil || *unused.TotalAuthenticatedEntities != 0 {
		t.Errorf("unused: %+v", unused)
	}
	_, services = h.report("arn:aws:iam::"+account+":user/ann", types.AccessAdvisorUsageGranularityTypeActionLevel)
	actions := make(map[string]types.TrackedActionLastAccessed)
	for _, a := range services[0].TrackedActionsLastAccessed {
		actions[*a.ActionName] = a
	}
	if a := actions["GetUser"]; a.LastAccessedTime == nil || *a.LastAccessedEntity != "arn:aws:iam::"+account+":user/ann" || *a.LastAccessedRegion != "us-east-1" {
		t.Errorf("GetUser: %+v", a)
	}
	if a, ok := actions["ListUsers"]; !ok || a.LastAccessedTime != nil {
		t.Errorf("ListUsers: %+v", a)
	}
	if a, ok := actions["CreateGroup"]; ok {
		t.Errorf("CreateGroup is not allowed, and tracked: %+v", a)
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetailsWithEntities.html
// ("sorted by date, with the most recent access listed first").
func TestLastAccessOfGroupsAndPoliciesIsThatOfWhoeverHasThem(t *testing.T) {
	var ahead time.Duration
	h, ctx := openWith(t, rolecall.Config{Now: later(&ahead)}), context.Background()
	arn := h.managed("/", "Look")
	must(h.admin.CreateGroup(ctx, &iam.CreateGroupInput{GroupName: aws.String("ops")}))(t)
	must(h.admin.AttachGroupPolicy(ctx, &iam.AttachGroupPolicyInput{GroupName: aws.String("ops"), PolicyArn: &arn}))(t)
	for _, name := range []string{"ann", "bob", "eve"} {
		must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: &name}))(t)
		must(h.admin.AddUserToGroup(ctx, &iam.AddUserToGroupInput{GroupName: aws.String("ops"), UserName: &name}))(t)
		must(h.admin.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &name, PolicyName: aws.String("x"), PolicyDocument: aws.String(allowAll)}))(t)
	}
	for _, name := range []string{"bob", "ann"} { // who of them calls S3, and so last
		key := must(h.admin.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &name}))(t).AccessKey
		h.listBuckets(rolecall.Credentials{AccessKeyID: *key.AccessKeyId, SecretAccessKey: *key.SecretAccessKey})
		ahead += time.Second
	}
	for rule, about := range map[string]string{"a group": "arn:aws:iam::" + account + ":group/ops", "a policy": arn} {
		id, services := h.report(about, "")
		if len(services) != 1 || *services[0].ServiceNamespace != "s3" || *services[0].TotalAuthenticatedEntities != 2 ||
			*services[0].LastAuthenticatedEntity != "arn:aws:iam::"+account+":user/ann" {
			t.Fatalf("%s: %+v", rule, services)
		}
		in := &iam.GetServiceLastAccessedDetailsWithEntitiesInput{JobId: &id, ServiceNamespace: aws.String("s3"), MaxItems: aws.Int32(2)}
		first := must(h.admin.GetServiceLastAccessedDetailsWithEntities(ctx, in))(t)
		in.Marker = first.Marker
		second := must(h.admin.GetServiceLastAccessedDetailsWithEntities(ctx, in))(t)
		var names []string
		for _, d := range slices.Concat(first.EntityDetailsList, second.EntityDetailsList) {
			names = append(names, *d.EntityInfo.Name)
			if d.EntityInfo.Type != "USER" || *d.EntityInfo.Path != "/" || !strings.HasPrefix(*d.EntityInfo.Id, "AIDA") ||
				(d.LastAuthenticated == nil) != (*d.EntityInfo.Name == "eve") {
				t.Errorf("%s: %+v %v", rule, d.EntityInfo, d.LastAuthenticated)
			}
		}
		if strings.Join(names, " ") != "ann bob eve" || !first.IsTruncated || second.IsTruncated {
			t.Errorf("%s: entities are %v", rule, names)
		}
		in.ServiceNamespace, in.Marker = aws.String("iam"), nil
		if none := must(h.admin.GetServiceLastAccessedDetailsWithEntities(ctx, in))(t); len(none.EntityDetailsList) != 0 {
			t.Errorf("%s: of a service that is not allowed: %+v", rule, none.EntityDetailsList)
		}
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_RoleLastUsed.html; ListRoles does not show it
// (API_ListRoles: "does not return the following attributes").
func TestARoleIsLastUsedWhenASessionOfItCalls(t *testing.T) {
	h, ctx := open(t), context.Background()
	night := h.session("Night")
	shown := func() *types.RoleLastUsed {
		return must(h.admin.GetRole(ctx, &iam.GetRoleInput{RoleName: aws.String("Night")}))(t).Role.RoleLastUsed
	}
	if u := shown(); u == nil || u.LastUsedDate != nil || u.Region != nil {
		t.Errorf("assumed, but not used: %+v", u)
	}
	must(night.ListUsers(ctx, &iam.ListUsersInput{}))(t)
	if u := shown(); u.LastUsedDate == nil || time.Since(*u.LastUsedDate) > time.Hour || *u.Region != "us-east-1" {
		t.Errorf("used: %+v", u)
	}
	details := must(h.admin.GetAccountAuthorizationDetails(ctx, &iam.GetAccountAuthorizationDetailsInput{Filter: []types.EntityType{"Role"}}))(t)
	if u := details.RoleDetailList[0].RoleLastUsed; u.LastUsedDate == nil || *u.Region != "us-east-1" {
		t.Errorf("in GetAccountAuthorizationDetails: %+v", u)
	}
	if listed := must(h.admin.ListRoles(ctx, &iam.ListRolesInput{}))(t).Roles[0].RoleLastUsed; listed != nil {
		t.Errorf("ListRoles shows %+v", listed)
	}
}

func TestReportsOfLastAccessAreRefusedInAWSsWays(t *testing.T) {
	h, ctx := open(t), context.Background()
	id, _ := h.report("arn:aws:iam::"+account+":user/admin", "")
	const never = "11111111-2222-3333-4444-555555555555"
	generate := func(arn string) error {
		_, err := h.admin.GenerateServiceLastAccessedDetails(ctx, &iam.GenerateServiceLastAccessedDetailsInput{Arn: &arn})
		return err
	}
	get := func(id string) error {
		_, err := h.admin.GetServiceLastAccessedDetails(ctx, &iam.GetServiceLastAccessedDetailsInput{JobId: &id})
		return err
	}
	entities := func(id, namespace string) error {
		_, err := h.admin.GetServiceLastAccessedDetailsWithEntities(ctx, &iam.GetServiceLastAccessedDetailsWithEntitiesInput{JobId: &id, ServiceNamespace: &namespace})
		return err
	}
	for _, c := range []struct {
		rule   string
		err    error
		status int
		code   string
	}{
		{"a user that does not exist", generate("arn:aws:iam::" + account + ":user/nobody"), 404, "NoSuchEntity"},
		{"a group under another path", generate("arn:aws:iam::" + account + ":group/x/none"), 404, "NoSuchEntity"},
		{"a role that does not exist", generate("arn:aws:iam::" + account + ":role/nobody"), 404, "NoSuchEntity"},
		{"a policy that does not exist", generate("arn:aws:iam::" + account + ":policy/nobody"), 404, "NoSuchEntity"},
		{"another account's user is denied", generate("arn:aws:iam::999999999999:user/admin"), 403, "AccessDenied"},
		{"the root user is no entity", generate("arn:aws:iam::" + account + ":root"), 400, "InvalidInput"},
		{"no ARN of IAM", generate("arn:aws:s3:::books/hamlet"), 400, "InvalidInput"},
		{"no ARN", generate("this is no ARN at all"), 400, "InvalidInput"},
		{"a job that does not exist", get(never), 404, "NoSuchEntity"},
		{"a job that does not exist, with entities", entities(never, "s3"), 404, "NoSuchEntity"},
		{"a service that does not exist", entities(id, "nowhere"), 400, "InvalidInput"},
	} {
		if got := refusalOf(c.err); got.Status != c.status || got.Code != c.code {
			t.Errorf("%s: %v", c.rule, c.err)
		}
	}
}

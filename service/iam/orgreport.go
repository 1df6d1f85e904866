package iam

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) orgReportOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.GenerateOrganizationsAccessReport, one(needOrgReport), s.GenerateOrganizationsAccessReport),
		service.Bind(iam.GetOrganizationsAccessReport, service.Always, s.GetOrganizationsAccessReport),
	}
}

// needOrgReport needs the report of the entity.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
func needOrgReport(c *service.Call, in *iam.GenerateOrganizationsAccessReportInput) service.Need {
	n := service.Need{Resource: iamARN(c, "access-report", "/", in.EntityPath)}
	if in.OrganizationsPolicyId != nil {
		setKey(&n, "iam:OrganizationsPolicyId", *in.OrganizationsPolicyId)
	}
	return n
}

// orgReport is a report of what the accounts of an organization accessed, as it
// is stored: either why there is none, or a line for each service.
type orgReport struct {
	Failure  *iam.ErrorDetails `json:"failure,omitempty"`
	Services []orgAccess       `json:"services,omitempty"`
}

// orgAccess is the last time that any account called a service, and how many
// did.
type orgAccess struct {
	Namespace string           `json:"namespace"`
	Path      string           `json:"path,omitempty"`
	At        directory.Moment `json:"at,omitzero"`
	Accounts  int              `json:"accounts"`
}

// GenerateOrganizationsAccessReport makes a report of the services that an
// organization's policies allow an entity of it, and of when its accounts last
// called them. Only the management account gets one; for others the job fails.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateOrganizationsAccessReport.html
func (s *Service) GenerateOrganizationsAccessReport(ctx context.Context, in *iam.GenerateOrganizationsAccessReportInput) (*iam.GenerateOrganizationsAccessReportOutput, error) {
	c := service.CallOf(ctx)
	id, err := newUUID(c.Rand)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(newOrgReport(c, in))
	if err != nil {
		return nil, fmt.Errorf("write a report: %w", err)
	}
	long, err := newLongText(c, string(text))
	if err != nil {
		return nil, err
	}
	if err := forgetOldJobs(ctx, c); err != nil {
		return nil, err
	}
	return &iam.GenerateOrganizationsAccessReportOutput{JobId: id}, long.write(ctx, c, func(tx *directory.Tx) error {
		tx.PutAccessJob(c.Account, &directory.AccessJob{ID: id, Organization: true, Created: c.Now.UTC(), Report: long.kept})
		return nil
	})
}

// newOrgReport gathers what is known now.
func newOrgReport(c *service.Call, in *iam.GenerateOrganizationsAccessReportInput) *orgReport {
	e, failure := findOrgEntity(c, in.EntityPath)
	if failure != nil {
		return &orgReport{Failure: failure}
	}
	granted, failure := e.granted(c, in.OrganizationsPolicyId)
	if failure != nil {
		return &orgReport{Failure: failure}
	}
	r := new(orgReport)
	at := make(map[string]int)
	for _, namespace := range granted {
		at[namespace] = len(r.Services)
		r.Services = append(r.Services, orgAccess{Namespace: namespace})
	}
	for _, account := range e.accounts(c) {
		for namespace, did := range c.AccountActivity(account.id).Services {
			i, ok := at[namespace]
			if !ok || c.Now.Sub(did.Last.Time) > trackingPeriod {
				continue
			}
			line := &r.Services[i]
			line.Accounts++
			if did.Last.Time.After(line.At.Time) {
				line.At, line.Path = did.Last, account.path
			}
		}
	}
	return r
}

// GetOrganizationsAccessReport shows such a report.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetOrganizationsAccessReport.html
func (s *Service) GetOrganizationsAccessReport(ctx context.Context, in *iam.GetOrganizationsAccessReportInput) (*iam.GetOrganizationsAccessReportOutput, error) {
	c := service.CallOf(ctx)
	report := new(orgReport)
	job, err := readReport(c, in.JobId, true, report)
	if err != nil {
		return nil, err
	}
	out := &iam.GetOrganizationsAccessReportOutput{JobStatus: jobDone, JobCreationDate: job.Created, JobCompletionDate: job.Created}
	if report.Failure != nil {
		out.JobStatus, out.ErrorDetails = "FAILED", report.Failure
		return out, nil
	}
	key, order := orgOrder(in.SortKey)
	list := slices.Clone(report.Services)
	slices.SortFunc(list, order)
	p, err := pageOf(in.Marker, in.MaxItems, key, afterKey(list, key))
	if err != nil {
		return nil, err
	}
	w := pageAs(p, orgAccess.wire)
	out.AccessDetails, out.IsTruncated = w.Items, w.IsTruncated
	if w.Marker != nil {
		out.Marker = *w.Marker
	}
	unused := 0
	for _, line := range report.Services {
		if line.Accounts == 0 {
			unused++
		}
	}
	out.NumberOfServicesAccessible, out.NumberOfServicesNotAccessed = new(int32(len(report.Services))), new(int32(unused))
	return out, nil
}

// orgOrder is the order of a sort key.
func orgOrder(sortKey string) (func(orgAccess) string, func(a, b orgAccess) int) {
	byName := func(a, b orgAccess) int { return strings.Compare(a.Namespace, b.Namespace) }
	byTime := func(a, b orgAccess) int { return cmp.Or(a.At.Time.Compare(b.At.Time), byName(a, b)) }
	name := func(a orgAccess) string { return a.Namespace }
	switch sortKey {
	case "SERVICE_NAMESPACE_DESCENDING":
		return name, func(a, b orgAccess) int { return byName(b, a) }
	case "LAST_AUTHENTICATED_TIME_ASCENDING":
		return name, byTime
	case "LAST_AUTHENTICATED_TIME_DESCENDING":
		return name, func(a, b orgAccess) int { return byTime(b, a) }
	}
	return name, byName
}

// afterKey walks a list in its own order from behind the item with the key.
func afterKey[T any](list []T, key func(T) string) walk[T] {
	return func(after string, yield func(T) bool) {
		reached := after == ""
		for _, item := range list {
			if reached && !yield(item) {
				return
			}
			reached = reached || key(item) == after
		}
	}
}

func (a orgAccess) wire() iam.AccessDetail {
	w := iam.AccessDetail{
		ServiceName: serviceName(a.Namespace), ServiceNamespace: a.Namespace, TotalAuthenticatedEntities: new(int32(a.Accounts)),
	}
	if a.Accounts > 0 {
		w.EntityPath, w.LastAuthenticatedTime, w.Region = a.Path, a.At.Time, new(a.At.Region)
	}
	return w
}

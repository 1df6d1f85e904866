package iam

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/api/reference"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The reports of who last accessed what. A report is made when it is asked for,
// so no job is ever seen under way.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_last-accessed.html

func (s *Service) lastAccessOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.GenerateServiceLastAccessedDetails, one(func(c *service.Call, in *iam.GenerateServiceLastAccessedDetailsInput) service.Need {
			return onSubject(c, in.Arn)
		}), s.GenerateServiceLastAccessedDetails),
		service.Bind(iam.GetServiceLastAccessedDetails, service.Always, s.GetServiceLastAccessedDetails),
		service.Bind(iam.GetServiceLastAccessedDetailsWithEntities, service.Always, s.GetServiceLastAccessedDetailsWithEntities),
		service.Bind(iam.ListPoliciesGrantingServiceAccess, one(func(c *service.Call, in *iam.ListPoliciesGrantingServiceAccessInput) service.Need {
			return onSubject(c, in.Arn)
		}), s.ListPoliciesGrantingServiceAccess),
	}
}

// jobDone is the status of every report.
const jobDone = "COMPLETED"

// GenerateServiceLastAccessedDetails makes a report of the services that a
// user's, group's, role's or policy's permissions allow, and of when they were
// last tried by whoever has those permissions.
func (s *Service) GenerateServiceLastAccessedDetails(ctx context.Context, in *iam.GenerateServiceLastAccessedDetailsInput) (*iam.GenerateServiceLastAccessedDetailsOutput, error) {
	c := service.CallOf(ctx)
	about, err := findSubject(c, &c.View.Reader, in.Arn)
	if err != nil {
		return nil, err
	}
	id, err := newUUID(c.Rand)
	if err != nil {
		return nil, err
	}
	report := newAccessReport(c, about, orElse(in.Granularity, serviceLevel))
	if len(report.Entities) > mostReported {
		return nil, invalidInput("More than %d users and roles have these permissions.", mostReported) // words of our own
	}
	text, err := json.Marshal(report)
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
	return &iam.GenerateServiceLastAccessedDetailsOutput{JobId: id}, long.write(ctx, c, func(tx *directory.Tx) error {
		tx.PutAccessJob(c.Account, &directory.AccessJob{ID: id, Created: c.Now.UTC(), Report: long.kept})
		return nil
	})
}

// forgetOldJobs removes the reports that nobody fetches any more, a few at a
// time.
func forgetOldJobs(ctx context.Context, c *service.Call) error {
	const atOnce = 10
	var old []*directory.AccessJob
	c.View.AccessJobs(c.Account, func(j *directory.AccessJob) bool {
		if c.Now.Sub(j.Created) > jobLife {
			old = append(old, j)
		}
		return len(old) < atOnce
	})
	if len(old) == 0 {
		return nil
	}
	return c.Update(ctx, func(tx *directory.Tx) error {
		for _, j := range old {
			tx.DeleteAccessJob(c.Account, j)
		}
		return nil
	})
}

// readReport reads the report of a job into what it was written from.
func readReport(c *service.Call, id string, organization bool, report any) (*directory.AccessJob, error) {
	job, ok := c.View.AccessJob(c.Account, id)
	if !ok || job.Organization != organization || c.Now.Sub(job.Created) > jobLife {
		return nil, noSuchJob(id)
	}
	if err := json.Unmarshal([]byte(c.View.Text(c.Account, job.Report)), report); err != nil {
		return nil, errors.Join(c.View.Err(), fmt.Errorf("read report %s: %w", id, err))
	}
	return job, nil
}

// GetServiceLastAccessedDetails shows a report by service, in the order of the
// services' namespaces.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetails.html
func (s *Service) GetServiceLastAccessedDetails(ctx context.Context, in *iam.GetServiceLastAccessedDetailsInput) (*iam.GetServiceLastAccessedDetailsOutput, error) {
	c := service.CallOf(ctx)
	report := new(accessReport)
	job, err := readReport(c, in.JobId, false, report)
	if err != nil {
		return nil, err
	}
	namespace := func(s serviceReport) string { return s.Namespace }
	p, err := pageOf(in.Marker, in.MaxItems, namespace, inOrder(report.Services, namespace))
	if err != nil {
		return nil, err
	}
	calls := report.index()
	w := pageAs(p, func(s serviceReport) iam.ServiceLastAccessed { return report.wireService(s, calls) })
	return &iam.GetServiceLastAccessedDetailsOutput{
		JobStatus: jobDone, JobType: report.Granularity, JobCreationDate: job.Created, JobCompletionDate: job.Created,
		ServicesLastAccessed: w.Items, IsTruncated: w.IsTruncated, Marker: w.Marker,
	}, nil
}

func (r *accessReport) wireService(s serviceReport, calls map[[2]string]newest) iam.ServiceLastAccessed {
	last := calls[[2]string{s.Namespace}]
	w := iam.ServiceLastAccessed{
		ServiceName: serviceName(s.Namespace), ServiceNamespace: s.Namespace, TotalAuthenticatedEntities: new(int32(last.entities)),
	}
	if last.entities > 0 {
		w.LastAuthenticated, w.LastAuthenticatedEntity = last.At.Time, r.Entities[last.Entity].ARN
		w.LastAuthenticatedRegion = new(last.At.Region)
	}
	for _, name := range s.Actions {
		action := iam.TrackedActionLastAccessed{ActionName: new(name)}
		if last := calls[[2]string{s.Namespace, name}]; last.entities > 0 {
			action.LastAccessedTime, action.LastAccessedEntity = last.At.Time, r.Entities[last.Entity].ARN
			action.LastAccessedRegion = new(last.At.Region)
		}
		w.TrackedActionsLastAccessed = append(w.TrackedActionsLastAccessed, action)
	}
	return w
}

// GetServiceLastAccessedDetailsWithEntities shows who could have accessed one
// service by the permissions that a report is about, the last who did first.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetServiceLastAccessedDetailsWithEntities.html
func (s *Service) GetServiceLastAccessedDetailsWithEntities(ctx context.Context, in *iam.GetServiceLastAccessedDetailsWithEntitiesInput) (*iam.GetServiceLastAccessedDetailsWithEntitiesOutput, error) {
	c := service.CallOf(ctx)
	report := new(accessReport)
	job, err := readReport(c, in.JobId, false, report)
	if err != nil {
		return nil, err
	}
	entry, ok := reference.Service(in.ServiceNamespace)
	if !ok {
		return nil, noSuchNamespace(in.ServiceNamespace)
	}
	p, err := pageOf(in.Marker, in.MaxItems, entityKey, inOrder(report.entities(entry.Prefix), entityKey))
	if err != nil {
		return nil, err
	}
	return &iam.GetServiceLastAccessedDetailsWithEntitiesOutput{
		JobStatus: jobDone, JobCreationDate: job.Created, JobCompletionDate: job.Created,
		EntityDetailsList: p.Items, IsTruncated: p.IsTruncated, Marker: p.Marker,
	}, nil
}

// entities are those that could have used a service: none where the
// permissions do not allow it.
func (r *accessReport) entities(namespace string) []iam.EntityDetails {
	allowed := false
	for _, s := range r.Services {
		allowed = allowed || s.Namespace == namespace
	}
	if !allowed {
		return nil
	}
	list := make([]iam.EntityDetails, len(r.Entities))
	for i, e := range r.Entities {
		list[i].EntityInfo = &iam.EntityInfo{Arn: e.ARN, Id: e.ID, Name: e.Name, Path: e.Path, Type: e.Type}
	}
	for _, a := range r.Calls {
		if a.Service == namespace && a.Action == "" {
			list[a.Entity].LastAuthenticated = a.At.Time
		}
	}
	return list
}

// entityKey orders entities by their last access, the newest first.
func entityKey(d iam.EntityDetails) string {
	age := int64(math.MaxInt64)
	if !d.LastAuthenticated.IsZero() {
		age -= d.LastAuthenticated.Unix()
	}
	return fmt.Sprintf("%019d/%s", age, d.EntityInfo.Id)
}

// noSuchJob has words of our own.
func noSuchJob(id string) error { return noSuchEntity("The job with id %s cannot be found.", id) }

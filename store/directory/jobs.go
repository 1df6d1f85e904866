package directory

import (
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// AccessJob is a report of who last accessed what, as it was when it was made.
type AccessJob struct {
	ID           string    `json:"id"`                     // a UUID
	Organization bool      `json:"organization,omitempty"` // what an organization's accounts accessed
	Created      time.Time `json:"created"`
	Report       Pieces    `json:"report"` // JSON of whoever made it
}

// CredentialReport is an account's latest credential report. Report refers to
// nothing while it is being made.
type CredentialReport struct {
	Started  time.Time `json:"started"`
	Finished time.Time `json:"finished,omitzero"`
	Report   Pieces    `json:"report,omitzero"` // CSV
}

func accessJobs(account arn.AccountID) string { return in(account, "access-job/") }

// AccessJob finds a report by the id of its job.
func (r *Reader) AccessJob(account arn.AccountID, id string) (*AccessJob, bool) {
	return document[AccessJob](r, accessJobs(account)+id)
}

// AccessJobs walks the reports of an account in the order of their ids.
func (r *Reader) AccessJobs(account arn.AccountID, yield func(*AccessJob) bool) {
	r.keys(accessJobs(account), "", func(id string, _ []byte) bool {
		j, ok := document[AccessJob](r, accessJobs(account)+id)
		return ok && yield(j)
	})
}

// PutAccessJob writes a new report. Its pieces are the caller's to write.
func (tx *Tx) PutAccessJob(account arn.AccountID, j *AccessJob) {
	tx.put(accessJobs(account)+j.ID, j)
}

// DeleteAccessJob removes a report with its text.
func (tx *Tx) DeleteAccessJob(account arn.AccountID, j *AccessJob) {
	tx.delete(accessJobs(account) + j.ID)
	tx.DeletePieces(account, j.Report)
}

func credentialReportKey(account arn.AccountID) string { return in(account, "credential-report") }

// CredentialReport reads an account's latest credential report.
func (r *Reader) CredentialReport(account arn.AccountID) (*CredentialReport, bool) {
	return document[CredentialReport](r, credentialReportKey(account))
}

// PutCredentialReport writes an account's latest credential report. The pieces
// of the one before are the caller's to delete.
func (tx *Tx) PutCredentialReport(account arn.AccountID, c *CredentialReport) {
	tx.put(credentialReportKey(account), c)
}

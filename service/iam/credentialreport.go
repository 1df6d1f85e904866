package iam

import (
	"context"
	"encoding/csv"
	"net/http"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) credentialReportOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.GenerateCredentialReport, service.Always, s.GenerateCredentialReport),
		service.Bind(iam.GetCredentialReport, service.Always, s.GetCredentialReport),
	}
}

const (
	// reportLife is how long a credential report is good.
	//
	// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
	reportLife = 4 * time.Hour
	// reportPatience is how long one that was begun may take before another
	// takes its place: whoever began it may have been killed.
	reportPatience = time.Minute
	// reportUsers is how many users a report tells of: it is in memory whole.
	// AWS's quota of users is far below.
	reportUsers = 50_000
)

// GenerateCredentialReport has a report made of all users' credentials, unless
// there is one that is good. The call that begins a report makes it before it
// answers; those meanwhile are told that it is under way.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GenerateCredentialReport.html; STARTED with its
// text and then COMPLETE without one are quoted in prowler-cloud/prowler#272.
func (s *Service) GenerateCredentialReport(ctx context.Context, _ *iam.GenerateCredentialReportInput) (*iam.GenerateCredentialReportOutput, error) {
	c := service.CallOf(ctx)
	if c.View.Total(c.Account, directory.CountedUsers) > reportUsers {
		return nil, tooManyToReport(reportUsers)
	}
	state := ""
	var former directory.Pieces
	begun := &directory.CredentialReport{Started: c.Now.UTC()}
	err := c.Update(ctx, func(tx *directory.Tx) error {
		last, ok := tx.CredentialReport(c.Account)
		if state = reportState(c, last); state != reportStarted {
			return nil
		}
		if ok {
			former = last.Report
		}
		tx.PutCredentialReport(c.Account, begun)
		return nil
	})
	if err != nil {
		return nil, err
	}
	out := &iam.GenerateCredentialReportOutput{State: state}
	switch state {
	case reportStarted:
		out.Description = new("No report exists. Starting a new report generation task")
		err = makeCredentialReport(ctx, c, begun, former)
	case reportInProgress:
		out.Description = new("Report generation task in progress") // words of our own
	}
	return out, err
}

// tooManyToReport has words of our own.
func tooManyToReport(most int) error {
	return refuse(http.StatusConflict, "LimitExceeded", "A credential report tells of at most %d users.", most)
}

// The states of a credential report. One that is not good any more is begun
// again.
const (
	reportStarted    = "STARTED"
	reportInProgress = "INPROGRESS"
	reportComplete   = "COMPLETE"
)

// reportState is the state of an account's latest report; nil for none.
func reportState(c *service.Call, last *directory.CredentialReport) string {
	switch {
	case last == nil:
		return reportStarted
	case last.Finished.IsZero() && c.Now.Sub(last.Started) <= reportPatience:
		return reportInProgress
	case last.Finished.IsZero(), c.Now.Sub(last.Finished) > reportLife:
		return reportStarted
	}
	return reportComplete
}

// makeCredentialReport writes the report that was begun, and takes the one
// before away. Where another was begun meanwhile, that one is it.
func makeCredentialReport(ctx context.Context, c *service.Call, begun *directory.CredentialReport, former directory.Pieces) error {
	text, err := credentialReport(c)
	if err != nil {
		return err
	}
	long, err := newLongText(c, text)
	if err != nil {
		return err
	}
	return long.write(ctx, c, func(tx *directory.Tx) error {
		last, ok := tx.CredentialReport(c.Account)
		if !ok || !last.Started.Equal(begun.Started) || !last.Finished.IsZero() {
			tx.DeletePieces(c.Account, long.kept)
			return nil
		}
		tx.DeletePieces(c.Account, former)
		tx.PutCredentialReport(c.Account, &directory.CredentialReport{Started: begun.Started, Finished: c.Now.UTC(), Report: long.kept})
		return nil
	})
}

// GetCredentialReport answers the latest report while it is good.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetCredentialReport.html; that AWS says nothing
// beside ReportNotPresent is quoted in turbot/steampipe-plugin-aws#509.
func (s *Service) GetCredentialReport(ctx context.Context, _ *iam.GetCredentialReportInput) (*iam.GetCredentialReportOutput, error) {
	c := service.CallOf(ctx)
	last, ok := c.View.CredentialReport(c.Account)
	switch {
	case !ok:
		return nil, refuse(http.StatusGone, "ReportNotPresent", "")
	case reportState(c, last) == reportInProgress:
		return nil, refuse(http.StatusNotFound, "ReportInProgress", "")
	case last.Finished.IsZero():
		return nil, refuse(http.StatusGone, "ReportNotPresent", "")
	case c.Now.Sub(last.Finished) > reportLife:
		return nil, refuse(http.StatusGone, "ReportExpired", "")
	}
	return &iam.GetCredentialReportOutput{
		Content: []byte(c.View.Text(c.Account, last.Report)), GeneratedTime: second(last.Finished), ReportFormat: "text/csv",
	}, nil
}

// reportColumns are the columns of a credential report in AWS's order.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html
var reportColumns = [...]string{
	"user", "arn", "user_creation_time",
	"password_enabled", "password_last_used", "password_last_changed", "password_next_rotation", "mfa_active",
	"access_key_1_active", "access_key_1_last_rotated", "access_key_1_last_used_date", "access_key_1_last_used_region", "access_key_1_last_used_service",
	"access_key_2_active", "access_key_2_last_rotated", "access_key_2_last_used_date", "access_key_2_last_used_region", "access_key_2_last_used_service",
	"cert_1_active", "cert_1_last_rotated", "cert_2_active", "cert_2_last_rotated",
}

// What stands in a report in place of a time.
const (
	notApplicable = "N/A"
	notSupported  = "not_supported"
	noInformation = "no_information"
)

// credentialReport is the report of an account: the root user, then the users
// by name.
func credentialReport(c *service.Call) (string, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	_ = w.Write(reportColumns[:]) // Error tells it below
	a, err := ownAccount(c, &c.View.Reader)
	if err != nil {
		return "", err
	}
	_ = w.Write(rootRow(c, a))
	policy, _ := c.View.PasswordPolicy(c.Account)
	c.View.Users(c.Account, "", func(u *directory.User) bool {
		return w.Write(userRow(c, u, policy)) == nil
	})
	w.Flush()
	return b.String(), w.Error()
}

func rootRow(c *service.Call, a *directory.Account) []string {
	row := []string{
		"<root_account>", directory.RootARN(c.Partition, a.ID), reportTime(a.Created),
		notSupported, noInformation, notSupported, notSupported, "false",
	}
	row = append(row, keyColumns(c, a.Keys)...)
	return append(row, certificateColumns(c.View.Credentials(a.ID, a.ID.String()))...)
}

func userRow(c *service.Call, u *directory.User, policy *directory.PasswordPolicy) []string {
	own := c.View.Credentials(u.Account, u.ID)
	row := append([]string{u.Name, u.ARN(c.Partition), reportTime(u.Created)}, passwordColumns(own.Password, policy)...)
	row = append(row, reportFlag(hasDevice(&c.View.Reader, u)))
	row = append(row, keyColumns(c, u.Keys)...)
	return append(row, certificateColumns(own)...)
}

// passwordColumns tell of a user's password. Nobody signs in with one here, so
// none was ever used.
func passwordColumns(p *directory.Password, policy *directory.PasswordPolicy) []string {
	if p == nil {
		return []string{"false", notApplicable, notApplicable, notApplicable}
	}
	next := notApplicable
	if policy != nil && policy.MaxAge > 0 {
		next = reportTime(p.Changed.AddDate(0, 0, policy.MaxAge))
	}
	return []string{"true", noInformation, reportTime(p.Changed), next}
}

// keyColumns tell of two access keys, in the order in which they were made.
func keyColumns(c *service.Call, ids []string) []string {
	var row []string
	for i := range 2 {
		columns := []string{"false", notApplicable, notApplicable, notApplicable, notApplicable}
		if i < len(ids) {
			if k, ok := c.View.AccessKey(ids[i]); ok {
				columns[0], columns[1] = reportFlag(k.Active), reportTime(k.Created)
				if last, ok := c.LastUsed(k.ID); ok {
					columns[2], columns[3], columns[4] = reportTime(last.Time), last.Region, last.Service
				}
			}
		}
		row = append(row, columns...)
	}
	return row
}

// certificateColumns tell of two signing certificates.
func certificateColumns(own *directory.Credentials) []string {
	var row []string
	for i := range 2 {
		if i < len(own.Certificates) {
			row = append(row, reportFlag(own.Certificates[i].Active), reportTime(own.Certificates[i].Uploaded))
		} else {
			row = append(row, "false", notApplicable)
		}
	}
	return row
}

func reportFlag(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// reportTime is a time as the report writes it: with its distance from UTC, not
// with a Z.
func reportTime(t time.Time) string { return second(t).Format("2006-01-02T15:04:05+00:00") }

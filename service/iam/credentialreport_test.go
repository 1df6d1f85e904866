package iam_test

import (
	"context"
	"encoding/csv"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_getting-report.html for the columns and
// what stands in them; prowler-cloud/prowler#272 for the states and the description.
func TestTheCredentialReportHasARowForTheRootUserAndForEveryUser(t *testing.T) {
	h, ctx := open(t), context.Background()
	own := h.user("ann", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:GetUser","Resource":"*"}}`)
	must(own.GetUser(ctx, &iam.GetUserInput{}))(t)
	must(h.admin.UpdateAccountPasswordPolicy(ctx, &iam.UpdateAccountPasswordPolicyInput{MaxPasswordAge: aws.Int32(30)}))(t)
	must(h.admin.CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: aws.String("ann"), Password: aws.String("Correct-Horse-1")}))(t)
	_, err := h.admin.GetCredentialReport(ctx, &iam.GetCredentialReportInput{})
	mustRefuse(t, err, refusal{410, "ReportNotPresent", ""})
	if _, body := h.post(url.Values{"Action": {"GetCredentialReport"}}); strings.Contains(body, "<Message") {
		t.Errorf("it says more: %s", body)
	}
	first := must(h.admin.GenerateCredentialReport(ctx, &iam.GenerateCredentialReportInput{}))(t)
	if first.State != types.ReportStateTypeStarted || *first.Description != "No report exists. Starting a new report generation task" {
		t.Errorf("first: %s %s", first.State, *first.Description)
	}
	second := must(h.admin.GenerateCredentialReport(ctx, &iam.GenerateCredentialReportInput{}))(t)
	if second.State != types.ReportStateTypeComplete || second.Description != nil {
		t.Errorf("second: %s %v", second.State, second.Description)
	}
	report := must(h.admin.GetCredentialReport(ctx, &iam.GetCredentialReportInput{}))(t)
	if report.ReportFormat != "text/csv" || report.GeneratedTime == nil {
		t.Errorf("%s of %v", report.ReportFormat, report.GeneratedTime)
	}
	rows, err := csv.NewReader(strings.NewReader(string(report.Content))).ReadAll()
	if err != nil || len(rows) != 4 {
		t.Fatalf("%d rows, %v:\n%s", len(rows), err, report.Content)
	}
	const header = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,mfa_active," +
		"access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service," +
		"access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service," +
		"cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated"
	if got := strings.Join(rows[0], ","); got != header {
		t.Errorf("columns are\n%s", got)
	}
	for i, want := range []string{
		"<root_account>,arn:aws:iam::" + account + ":root,T,not_supported,no_information,not_supported,not_supported,false," +
			"true,T,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A",
		"admin,arn:aws:iam::" + account + ":user/admin,T,false,N/A,N/A,N/A,false,true,T,T,us-east-1,iam,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A",
		"ann,arn:aws:iam::" + account + ":user/ann,T,true,no_information,T,T,false,true,T,T,us-east-1,iam,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A",
	} {
		row := rows[i+1]
		for j, field := range row {
			if strings.HasSuffix(field, "+00:00") && len(field) == len("2006-01-02T15:04:05+00:00") {
				row[j] = "T"
			}
		}
		if got := strings.Join(row, ","); got != want {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
}

package iam_test

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html
// and, for the names, https://docs.aws.amazon.com/codecommit/latest/userguide/setting-up-gc.html
func TestAServiceSpecificCredentialIsMadeListedResetChangedAndDeleted(t *testing.T) {
	h, ctx, alice := open(t), context.Background(), aws.String("alice")
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: alice}))(t)
	in := &iam.CreateServiceSpecificCredentialInput{UserName: alice, ServiceName: aws.String("codecommit.amazonaws.com")}
	one := must(h.admin.CreateServiceSpecificCredential(ctx, in))(t).ServiceSpecificCredential
	two := must(h.admin.CreateServiceSpecificCredential(ctx, in))(t).ServiceSpecificCredential
	if *one.ServiceUserName != "alice-at-123456789012" || *two.ServiceUserName != "alice+1-at-123456789012" || len(*one.ServicePassword) != 60 ||
		one.Status != types.StatusTypeActive || !strings.HasPrefix(*one.ServiceSpecificCredentialId, "ACCA") || len(*one.ServiceSpecificCredentialId) != 20 || one.ExpirationDate != nil {
		t.Errorf("made %+v and %+v", one, two)
	}
	reset := must(h.admin.ResetServiceSpecificCredential(ctx, &iam.ResetServiceSpecificCredentialInput{UserName: alice, ServiceSpecificCredentialId: one.ServiceSpecificCredentialId}))(t).ServiceSpecificCredential
	if *reset.ServicePassword == *one.ServicePassword || *reset.ServiceUserName != *one.ServiceUserName {
		t.Errorf("reset %+v", reset)
	}
	must(h.admin.UpdateServiceSpecificCredential(ctx, &iam.UpdateServiceSpecificCredentialInput{
		UserName: alice, ServiceSpecificCredentialId: one.ServiceSpecificCredentialId, Status: types.StatusTypeInactive,
	}))(t)
	must(h.admin.DeleteServiceSpecificCredential(ctx, &iam.DeleteServiceSpecificCredentialInput{UserName: alice, ServiceSpecificCredentialId: two.ServiceSpecificCredentialId}))(t)
	list := must(h.admin.ListServiceSpecificCredentials(ctx, &iam.ListServiceSpecificCredentialsInput{UserName: alice}))(t).ServiceSpecificCredentials
	if len(list) != 1 || list[0].Status != types.StatusTypeInactive || *list[0].ServiceUserName != *one.ServiceUserName {
		t.Errorf("listed %+v", list)
	}
	_, err := h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: alice})
	mustRefuse(t, err, refusal{409, "DeleteConflict", "Cannot delete entity, must remove referenced objects first."})
}

// Source: https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys.html
func TestABedrockCredentialIsAnAPIKeyThatMayExpire(t *testing.T) {
	h, ctx, alice := open(t), context.Background(), aws.String("alice")
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: alice}))(t)
	made := must(h.admin.CreateServiceSpecificCredential(ctx, &iam.CreateServiceSpecificCredentialInput{
		UserName: alice, ServiceName: aws.String("bedrock.amazonaws.com"), CredentialAgeDays: aws.Int32(30),
	}))(t).ServiceSpecificCredential
	if made.ServicePassword != nil || made.ServiceUserName != nil || made.ExpirationDate.Sub(*made.CreateDate) != 30*24*time.Hour {
		t.Fatalf("made %+v", made)
	}
	inside, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(*made.ServiceCredentialSecret, "ABSK"))
	if err != nil || !strings.HasPrefix(string(inside), *made.ServiceCredentialAlias+":") {
		t.Errorf("the key %s is not of %s", inside, *made.ServiceCredentialAlias)
	}
	list := must(h.admin.ListServiceSpecificCredentials(ctx, &iam.ListServiceSpecificCredentialsInput{AllUsers: aws.Bool(true), ServiceName: aws.String("bedrock.amazonaws.com")}))(t)
	if len(list.ServiceSpecificCredentials) != 1 || *list.ServiceSpecificCredentials[0].UserName != "alice" || *list.ServiceSpecificCredentials[0].ServiceCredentialAlias != *made.ServiceCredentialAlias {
		t.Errorf("of all users: %+v", list.ServiceSpecificCredentials)
	}
	list = must(h.admin.ListServiceSpecificCredentials(ctx, &iam.ListServiceSpecificCredentialsInput{AllUsers: aws.Bool(true), ServiceName: aws.String("cassandra.amazonaws.com")}))(t)
	if len(list.ServiceSpecificCredentials) != 0 {
		t.Errorf("of another service: %+v", list.ServiceSpecificCredentials)
	}
}

// The words as localstack/localstack checked them at AWS; the quota's name is
// ours.
func TestRefusalsOfServiceSpecificCredentials(t *testing.T) {
	h, ctx := open(t), context.Background()
	for range 2 {
		must(h.admin.CreateServiceSpecificCredential(ctx, &iam.CreateServiceSpecificCredentialInput{UserName: aws.String("admin"), ServiceName: aws.String("codecommit.amazonaws.com")}))(t)
	}
	missing := refusal{404, "NoSuchEntity", "No such credential ACCAIOSFODNN7EXAMPLE exists"}
	const id = "UserName=admin&ServiceSpecificCredentialId=ACCAIOSFODNN7EXAMPLE"
	h.refused([]refused{
		{"no such service", "CreateServiceSpecificCredential", "UserName=admin&ServiceName=x.amazonaws.com",
			refusal{404, "NoSuchEntity", "No such service x.amazonaws.com is supported for Service Specific Credentials"}},
		{"nobody", "CreateServiceSpecificCredential", "UserName=nobody&ServiceName=codecommit.amazonaws.com",
			refusal{404, "NoSuchEntity", "The user with name nobody cannot be found."}},
		{"a third of a service", "CreateServiceSpecificCredential", "UserName=admin&ServiceName=codecommit.amazonaws.com",
			refusal{409, "LimitExceeded", "Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2"}},
		{"one that would expire", "CreateServiceSpecificCredential", "UserName=admin&ServiceName=cassandra.amazonaws.com&CredentialAgeDays=3",
			refusal{400, "ValidationError", "CredentialAgeDays is not supported for cassandra.amazonaws.com."}},
		{"none to reset", "ResetServiceSpecificCredential", id, missing},
		{"none to change", "UpdateServiceSpecificCredential", id + "&Status=Active", missing},
		{"none to delete", "DeleteServiceSpecificCredential", id, missing},
	})
}

// Source: iam:ServiceSpecificCredentialServiceName and …AgeDays of
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
func TestServiceSpecificCredentialsAreDecidedOnByServiceAndAge(t *testing.T) {
	h, ctx := open(t), context.Background()
	create := func(service string, days *int32) func(*iam.Client) error {
		return func(c *iam.Client) error {
			_, err := c.CreateServiceSpecificCredential(ctx, &iam.CreateServiceSpecificCredentialInput{
				UserName: aws.String("admin"), ServiceName: &service, CredentialAgeDays: days,
			})
			return err
		}
	}
	made := must(h.admin.CreateServiceSpecificCredential(ctx, &iam.CreateServiceSpecificCredentialInput{UserName: aws.String("admin"), ServiceName: aws.String("cassandra.amazonaws.com")}))(t)
	commits := must(h.admin.CreateServiceSpecificCredential(ctx, &iam.CreateServiceSpecificCredentialInput{UserName: aws.String("admin"), ServiceName: aws.String("codecommit.amazonaws.com")}))(t)
	h.check("judy", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":"iam:*ServiceSpecificCredential","Resource":"*","Condition":{"StringEquals":{"iam:ServiceSpecificCredentialServiceName":"codecommit.amazonaws.com"}}},
		{"Effect":"Allow","Action":"iam:CreateServiceSpecificCredential","Resource":"*","Condition":{"NumericLessThanEquals":{"iam:ServiceSpecificCredentialAgeDays":"30"}}}]}`,
		[]can{
			{"the service", true, create("codecommit.amazonaws.com", nil)},
			{"another service", false, create("cassandra.amazonaws.com", nil)},
			{"for a month", true, create("bedrock.amazonaws.com", aws.Int32(30))},
			{"for longer", false, create("bedrock.amazonaws.com", aws.Int32(31))},
			{"for ever", false, create("bedrock.amazonaws.com", nil)},
			{"one that there is, of the service", true, func(c *iam.Client) error {
				_, err := c.ResetServiceSpecificCredential(ctx, &iam.ResetServiceSpecificCredentialInput{
					UserName: aws.String("admin"), ServiceSpecificCredentialId: commits.ServiceSpecificCredential.ServiceSpecificCredentialId,
				})
				return err
			}},
			{"one that there is, of another", false, func(c *iam.Client) error {
				_, err := c.DeleteServiceSpecificCredential(ctx, &iam.DeleteServiceSpecificCredentialInput{
					UserName: aws.String("admin"), ServiceSpecificCredentialId: made.ServiceSpecificCredential.ServiceSpecificCredentialId,
				})
				return err
			}},
		})
}

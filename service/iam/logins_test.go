package iam_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

const strong = "Tr0ub4dor&3"

// login gives a user a password.
func (h *house) login(name, password string) error {
	_, err := h.admin.CreateLoginProfile(context.Background(), &iam.CreateLoginProfileInput{UserName: &name, Password: &password})
	return err
}

// Recorded: test_login_profile_lifecycle.
func TestALoginProfileIsMadeReadChangedAndDeletedAsRecordedAtAWS(t *testing.T) {
	h, ctx, alice := open(t), context.Background(), aws.String("alice")
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: alice}))(t)
	made := must(h.admin.CreateLoginProfile(ctx, &iam.CreateLoginProfileInput{UserName: alice, Password: aws.String(strong)}))(t).LoginProfile
	if *made.UserName != "alice" || made.PasswordResetRequired || made.CreateDate.Nanosecond() != 0 {
		t.Errorf("made %+v", made)
	}
	must(h.admin.UpdateLoginProfile(ctx, &iam.UpdateLoginProfileInput{UserName: alice, PasswordResetRequired: aws.Bool(true)}))(t)
	got := must(h.admin.GetLoginProfile(ctx, &iam.GetLoginProfileInput{UserName: alice}))(t).LoginProfile
	if !got.PasswordResetRequired || !got.CreateDate.Equal(*made.CreateDate) {
		t.Errorf("read %+v", got)
	}
	_, err := h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: alice}) // cloud-custodian/cloud-custodian#1663
	mustRefuse(t, err, refusal{409, "DeleteConflict", "Cannot delete entity, must delete login profile first."})
	must(h.admin.DeleteLoginProfile(ctx, &iam.DeleteLoginProfileInput{UserName: alice}))(t)
	_, err = h.admin.GetLoginProfile(ctx, &iam.GetLoginProfileInput{UserName: alice})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "Login Profile for User alice cannot be found."})
	must(h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: alice}))(t)
}

// Recorded: test_login_profile_errors.
func TestRefusalsOfLoginProfiles(t *testing.T) {
	h, ctx := open(t), context.Background()
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("alice")}))(t)
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("bob")}))(t)
	if err := h.login("alice", strong); err != nil {
		t.Fatal(err)
	}
	nobody := refusal{404, "NoSuchEntity", "The user with name nobody cannot be found."}
	none := refusal{404, "NoSuchEntity", "Login Profile for User bob cannot be found."}
	h.refused([]refused{
		{"no such user to make one for", "CreateLoginProfile", "UserName=nobody&Password=" + "Tr0ub4dor%263", nobody},
		{"there is one", "CreateLoginProfile", "UserName=alice&Password=Tr0ub4dor%263",
			refusal{409, "EntityAlreadyExists", "Login Profile for user alice already exists."}},
		{"no password (API_CreateLoginProfile)", "CreateLoginProfile", "UserName=bob",
			refusal{400, "ValidationError", "The request must contain the parameter Password."}},
		{"none to read", "GetLoginProfile", "UserName=bob", none},
		{"none to change", "UpdateLoginProfile", "UserName=bob&PasswordResetRequired=true", none},
		{"none to delete", "DeleteLoginProfile", "UserName=bob", none},
		{"nobody to delete one of", "DeleteLoginProfile", "UserName=nobody", nobody},
		{"none to change with the old one", "ChangePassword", "OldPassword=x&NewPassword=y",
			refusal{404, "NoSuchEntity", "Login Profile for User admin cannot be found."}},
	})
	_, err := h.root.ChangePassword(ctx, &iam.ChangePasswordInput{OldPassword: aws.String("x"), NewPassword: aws.String("y")})
	mustRefuse(t, err, refusal{400, "InvalidUserType", "Only IAM users can change their own password."})
}

const mayChange = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iam:ChangePassword","Resource":"arn:aws:iam::*:user/${aws:username}"}}`

func change(from, to string) func(*iam.Client) error {
	return func(c *iam.Client) error {
		_, err := c.ChangePassword(context.Background(), &iam.ChangePasswordInput{OldPassword: &from, NewPassword: &to})
		return err
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ChangePassword.html
func TestAUserChangesItsPasswordWithTheOldOne(t *testing.T) {
	h, ctx := open(t), context.Background()
	own := h.user("alice", mayChange)
	if err := h.login("alice", strong); err != nil {
		t.Fatal(err)
	}
	must(h.admin.UpdateLoginProfile(ctx, &iam.UpdateLoginProfileInput{UserName: aws.String("alice"), PasswordResetRequired: aws.Bool(true)}))(t)
	wrong := refusal{403, "AccessDenied", "The old password is incorrect."}
	mustRefuse(t, change("Tr0ub4dor&4", "An0ther&One")(own), wrong)
	if err := change(strong, "An0ther&One")(own); err != nil {
		t.Fatal(err)
	}
	if must(h.admin.GetLoginProfile(ctx, &iam.GetLoginProfileInput{UserName: aws.String("alice")}))(t).LoginProfile.PasswordResetRequired {
		t.Error("it is still to be changed")
	}
	mustRefuse(t, change(strong, "Th1rd&One.")(own), wrong)
	must(h.admin.UpdateLoginProfile(ctx, &iam.UpdateLoginProfileInput{UserName: aws.String("alice"), Password: aws.String("From&4dmin")}))(t)
	if err := change("From&4dmin", strong)(own); err != nil {
		t.Error(err)
	}
}

// Recorded: test_account_password_policy.
func TestThePasswordPolicyIsReplacedReadAndDeletedAsRecordedAtAWS(t *testing.T) {
	h, ctx := open(t), context.Background()
	_, err := h.admin.GetAccountPasswordPolicy(ctx, &iam.GetAccountPasswordPolicyInput{})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The Password Policy with domain name 123456789012 cannot be found."})
	_, err = h.admin.DeleteAccountPasswordPolicy(ctx, &iam.DeleteAccountPasswordPolicyInput{})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The account policy with name PasswordPolicy cannot be found."})
	must(h.admin.UpdateAccountPasswordPolicy(ctx, &iam.UpdateAccountPasswordPolicyInput{
		AllowUsersToChangePassword: true, HardExpiry: aws.Bool(true), MaxPasswordAge: aws.Int32(60), MinimumPasswordLength: aws.Int32(10),
		PasswordReusePrevention: aws.Int32(3), RequireLowercaseCharacters: true, RequireNumbers: true, RequireSymbols: true, RequireUppercaseCharacters: true,
	}))(t)
	p := must(h.admin.GetAccountPasswordPolicy(ctx, &iam.GetAccountPasswordPolicyInput{}))(t).PasswordPolicy
	if !p.AllowUsersToChangePassword || !p.ExpirePasswords || !*p.HardExpiry || *p.MaxPasswordAge != 60 || *p.MinimumPasswordLength != 10 ||
		*p.PasswordReusePrevention != 3 || !p.RequireLowercaseCharacters || !p.RequireNumbers || !p.RequireSymbols || !p.RequireUppercaseCharacters {
		t.Errorf("read %+v", p)
	}
	// There are no partial updates: what is not given goes back to its default.
	must(h.admin.UpdateAccountPasswordPolicy(ctx, &iam.UpdateAccountPasswordPolicyInput{}))(t)
	p = must(h.admin.GetAccountPasswordPolicy(ctx, &iam.GetAccountPasswordPolicyInput{}))(t).PasswordPolicy
	if p.AllowUsersToChangePassword || p.ExpirePasswords || p.HardExpiry != nil || p.MaxPasswordAge != nil || *p.MinimumPasswordLength != 6 ||
		p.PasswordReusePrevention != nil || p.RequireLowercaseCharacters || p.RequireNumbers || p.RequireSymbols || p.RequireUppercaseCharacters {
		t.Errorf("read %+v", p)
	}
	must(h.admin.DeleteAccountPasswordPolicy(ctx, &iam.DeleteAccountPasswordPolicyInput{}))(t)
	_, err = h.admin.GetAccountPasswordPolicy(ctx, &iam.GetAccountPasswordPolicyInput{})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "The Password Policy with domain name 123456789012 cannot be found."})
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html;
// the words are quoted in redhat-cop/agnosticd#6594.
func TestPasswordsAreHeldToThePolicy(t *testing.T) {
	h, ctx := open(t), context.Background()
	must(h.admin.CreateUser(ctx, &iam.CreateUserInput{UserName: aws.String("alice")}))(t)
	check := func(rule, password, message string) {
		t.Helper()
		err := h.login("alice", password)
		if message != "" {
			if got := refusalOf(err); got != (refusal{400, "PasswordPolicyViolation", message}) {
				t.Errorf("%s: %+v", rule, got)
			}
			return
		}
		if err != nil {
			t.Errorf("%s: %v", rule, err)
			return
		}
		must(h.admin.DeleteLoginProfile(ctx, &iam.DeleteLoginProfileInput{UserName: aws.String("alice")}))(t)
	}
	check("eight characters without a policy", "Sh0rt&s", "Password should have a minimum length of 8")
	check("three kinds without a policy", "lower0nly", "Password should meet 1 more of the following requirements: "+
		"Password should have at least one uppercase letter, Password should have at least one symbol")
	check("three kinds of four do", "Lowerand0", "")
	must(h.admin.UpdateAccountPasswordPolicy(ctx, &iam.UpdateAccountPasswordPolicyInput{}))(t)
	check("a policy without demands", "simple", "")
	must(h.admin.UpdateAccountPasswordPolicy(ctx, &iam.UpdateAccountPasswordPolicyInput{
		MinimumPasswordLength: aws.Int32(14), RequireSymbols: true, RequireNumbers: true, RequireUppercaseCharacters: true, RequireLowercaseCharacters: true,
	}))(t)
	check("everything at once", "é", "Password should have a minimum length of 14, Password should have at least one uppercase letter, "+
		"Password should have at least one lowercase letter, Password should have at least one symbol, Password should have at least one number")
	check("characters, not bytes, count", "éééééééééAa1&", "Password should have a minimum length of 14")
	check("all demands met", "CorrectHorse&4battery", "")
}

// Source: PasswordReusePrevention of
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
func TestSoManyFormerPasswordsAsThePolicySaysDoNotComeAgain(t *testing.T) {
	h, ctx := open(t), context.Background()
	own := h.user("alice", mayChange)
	if err := h.login("alice", "First&1st"); err != nil {
		t.Fatal(err)
	}
	must(h.admin.UpdateAccountPasswordPolicy(ctx, &iam.UpdateAccountPasswordPolicyInput{PasswordReusePrevention: aws.Int32(2)}))(t)
	used := refusal{400, "PasswordPolicyViolation", "Policy constraint violation with password reuse prevention during password change."}
	mustRefuse(t, change("First&1st", "First&1st")(own), used)
	if err := errors.Join(change("First&1st", "Second&2nd")(own), change("Second&2nd", "Third&3rd")(own)); err != nil {
		t.Fatal(err)
	}
	mustRefuse(t, change("Third&3rd", "Second&2nd")(own), used)
	if err := change("Third&3rd", "First&1st")(own); err != nil {
		t.Error(err)
	}
}

// Source: AllowUsersToChangePassword of
// https://docs.aws.amazon.com/IAM/latest/APIReference/API_PasswordPolicy.html:
// it permits iam:ChangePassword and iam:GetAccountPasswordPolicy.
func TestThePasswordPolicyMayPermitAllUsersToChangeTheirs(t *testing.T) {
	h, ctx := open(t), context.Background()
	plain := h.user("alice", "")
	denied := h.user("bob", `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iam:ChangePassword","Resource":"*"}}`)
	for _, name := range []string{"alice", "bob"} {
		if err := h.login(name, strong); err != nil {
			t.Fatal(err)
		}
	}
	isDenied := func(rule string, err error) {
		t.Helper()
		if got := refusalOf(err); got.Code != "AccessDenied" || !strings.Contains(got.Message, "is not authorized to perform: iam:") {
			t.Errorf("%s: %v", rule, err)
		}
	}
	isDenied("without a policy", change(strong, "An0ther&One")(plain))
	must(h.admin.UpdateAccountPasswordPolicy(ctx, &iam.UpdateAccountPasswordPolicyInput{}))(t)
	isDenied("a policy that does not permit it", change(strong, "An0ther&One")(plain))
	must(h.admin.UpdateAccountPasswordPolicy(ctx, &iam.UpdateAccountPasswordPolicyInput{AllowUsersToChangePassword: true}))(t)
	if err := change(strong, "An0ther&One")(plain); err != nil {
		t.Error(err)
	}
	must(plain.GetAccountPasswordPolicy(ctx, &iam.GetAccountPasswordPolicyInput{}))(t)
	isDenied("an explicit deny wins", change(strong, "An0ther&One")(denied))
	_, err := plain.UpdateAccountPasswordPolicy(ctx, &iam.UpdateAccountPasswordPolicyInput{})
	isDenied("it permits no other action", err)
}

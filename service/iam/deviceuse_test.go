package iam_test

import (
	"context"
	"fmt"
	"html"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

func unescaped(body string) string { return html.UnescapeString(body) }

var badCodes = refusal{403, "InvalidAuthenticationCode", "Authentication code for device is not valid."}

// Recorded: test_enable_virtual_mfa_device, test_enable_mfa_device_already_attached;
// for deleting hashicorp/terraform-provider-aws#32462, for the user
// rebuy-de/aws-nuke#281.
func TestAnMFADeviceIsEnabledDeactivatedAndDeleted(t *testing.T) {
	h, c := openStill(t)
	ctx := context.Background()
	h.user("alice", "")
	h.user("bob", "")
	d := newDevice(t, h, c, "phone")
	of := func(user string) string {
		t.Helper()
		list := must(h.admin.ListMFADevices(ctx, &iam.ListMFADevicesInput{UserName: &user}))(t)
		if list.MFADevices == nil {
			t.Error("an empty list is left out")
		}
		out := ""
		for _, m := range list.MFADevices {
			out += *m.SerialNumber + " of " + *m.UserName
		}
		return out
	}
	if got := of("alice"); got != "" {
		t.Errorf("alice has %s before", got)
	}
	d.mustEnable(t, h, "alice")
	if got := of("alice"); got != *d.serial+" of alice" {
		t.Errorf("alice has %q", got)
	}
	shown := must(h.admin.GetMFADevice(ctx, &iam.GetMFADeviceInput{SerialNumber: d.serial, UserName: aws.String("alice")}))(t)
	if *shown.SerialNumber != *d.serial || *shown.UserName != "alice" || shown.EnableDate.Unix() != c.time().Unix() || shown.Certifications != nil {
		t.Errorf("shown as %+v", shown)
	}
	_, err := h.admin.GetMFADevice(ctx, &iam.GetMFADeviceInput{SerialNumber: d.serial, UserName: aws.String("bob")})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "MFA Device with serial number " + *d.serial + " does not exist."})

	mustRefuse(t, d.enable(t, h.admin, "bob", 1), refusal{409, "EntityAlreadyExists", "MFA Device is already in use."})
	_, err = h.admin.DeleteVirtualMFADevice(ctx, &iam.DeleteVirtualMFADeviceInput{SerialNumber: d.serial})
	mustRefuse(t, err, refusal{409, "DeleteConflict", "MFA VirtualDevice in use. Must deactivate first"})
	h.bare("alice")
	_, err = h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("alice")})
	mustRefuse(t, err, refusal{409, "DeleteConflict", "Cannot delete entity, must delete MFA device first."})

	_, err = h.admin.DeactivateMFADevice(ctx, &iam.DeactivateMFADeviceInput{UserName: aws.String("bob"), SerialNumber: d.serial})
	mustRefuse(t, err, refusal{404, "NoSuchEntity", "MFA Device with serial number " + *d.serial + " does not exist."})
	must(h.admin.DeactivateMFADevice(ctx, &iam.DeactivateMFADeviceInput{UserName: aws.String("alice"), SerialNumber: d.serial}))(t)
	if got := of("alice"); got != "" {
		t.Errorf("alice has %s afterwards", got)
	}
	must(h.admin.DeleteUser(ctx, &iam.DeleteUserInput{UserName: aws.String("alice")}))(t)
	must(h.admin.DeleteVirtualMFADevice(ctx, &iam.DeleteVirtualMFADeviceInput{SerialNumber: d.serial}))(t)
}

// bare takes the access keys of a user away.
func (h *house) bare(user string) {
	h.t.Helper()
	ctx := context.Background()
	for _, k := range must(h.admin.ListAccessKeys(ctx, &iam.ListAccessKeysInput{UserName: &user}))(h.t).AccessKeyMetadata {
		must(h.admin.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: &user, AccessKeyId: k.AccessKeyId}))(h.t)
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_EnableMFADevice.html
// (two codes, the second "a subsequent authentication code"; codes that are
// late still enable the device).
func TestEnablingTakesTwoCodesInARow(t *testing.T) {
	h, c := openStill(t)
	ctx := context.Background()
	h.user("alice", "")
	d := newDevice(t, h, c, "phone")
	try := func(first, second *string) error {
		t.Helper()
		_, err := h.admin.EnableMFADevice(ctx, &iam.EnableMFADeviceInput{
			UserName: aws.String("alice"), SerialNumber: d.serial, AuthenticationCode1: first, AuthenticationCode2: second,
		})
		return err
	}
	for rule, codes := range map[string][2]*string{
		"one code twice":    {d.code(t, 0), d.code(t, 0)},
		"in reverse":        {d.code(t, 0), d.code(t, -1)},
		"with a gap":        {d.code(t, -2), d.code(t, 0)},
		"of another device": {newDevice(t, h, c, "other").code(t, -1), d.code(t, 0)},
		"of yesterday":      {d.code(t, -2880), d.code(t, -2879)},
	} {
		err := try(codes[0], codes[1])
		if got := refusalOf(err); got != badCodes {
			t.Errorf("%s: %v", rule, err)
		}
	}
	if err := try(d.code(t, -11), d.code(t, -10)); err != nil {
		t.Errorf("codes of five minutes ago: %v", err)
	}
	must(h.admin.DeactivateMFADevice(ctx, &iam.DeactivateMFADeviceInput{UserName: aws.String("alice"), SerialNumber: d.serial}))(t)
	mustRefuse(t, try(d.code(t, -11), d.code(t, -10)), badCodes)
	if err := try(d.code(t, -1), d.code(t, 0)); err != nil {
		t.Errorf("later codes after used ones: %v", err)
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html:
// "You can register up to eight MFA devices".
func TestAUserHasAtMostEightMFADevices(t *testing.T) {
	h, c := openStill(t)
	ctx := context.Background()
	h.user("alice", "")
	for i := range 8 {
		newDevice(t, h, c, fmt.Sprint("device", i)).mustEnable(t, h, "alice")
	}
	ninth := newDevice(t, h, c, "device8")
	mustRefuse(t, ninth.enable(t, h.admin, "alice", 0), refusal{409, "LimitExceeded", "Cannot exceed quota for MFADevicesPerUser: 8"})
	first := must(h.admin.ListMFADevices(ctx, &iam.ListMFADevicesInput{UserName: aws.String("alice"), MaxItems: aws.Int32(5)}))(t)
	rest := must(h.admin.ListMFADevices(ctx, &iam.ListMFADevicesInput{UserName: aws.String("alice"), Marker: first.Marker}))(t)
	if len(first.MFADevices) != 5 || !first.IsTruncated || len(rest.MFADevices) != 3 || rest.IsTruncated {
		t.Errorf("pages of %d and %d", len(first.MFADevices), len(rest.MFADevices))
	}
	summary := must(h.admin.GetAccountSummary(ctx, &iam.GetAccountSummaryInput{}))(t).SummaryMap
	if summary["MFADevices"] != 9 || summary["MFADevicesInUse"] != 8 || summary["AccountMFAEnabled"] != 0 {
		t.Errorf("the summary counts %d, %d in use", summary["MFADevices"], summary["MFADevicesInUse"])
	}
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_sync.html
func TestADeviceIsPutRightWithTwoCodesInARow(t *testing.T) {
	h, c := openStill(t)
	ctx := context.Background()
	h.user("alice", "")
	d := newDevice(t, h, c, "phone")
	d.mustEnable(t, h, "alice")
	resync := func(first, second *string) error {
		_, err := h.admin.ResyncMFADevice(ctx, &iam.ResyncMFADeviceInput{
			UserName: aws.String("alice"), SerialNumber: d.serial, AuthenticationCode1: first, AuthenticationCode2: second,
		})
		return err
	}
	mustRefuse(t, resync(d.code(t, -1), d.code(t, 0)), badCodes) // used for enabling
	mustRefuse(t, resync(d.code(t, 9), d.code(t, 9)), badCodes)
	if err := resync(d.code(t, 9), d.code(t, 10)); err != nil {
		t.Error(err)
	}
}

// Source: the policies of https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_examples_aws_my-sec-creds-self-manage-mfa-only.html
func TestAUserMayBeAllowedItsOwnMFADeviceAlone(t *testing.T) {
	h, c := openStill(t)
	ctx := context.Background()
	others := newDevice(t, h, c, "admin")
	mine := newDevice(t, h, c, "judy")
	h.check("judy", `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Action":["iam:CreateVirtualMFADevice","iam:DeleteVirtualMFADevice"],"Resource":"arn:aws:iam::*:mfa/${aws:username}"},
		{"Effect":"Allow","Action":["iam:DeactivateMFADevice","iam:EnableMFADevice","iam:GetMFADevice","iam:ListMFADevices","iam:ResyncMFADevice"],"Resource":"arn:aws:iam::*:user/${aws:username}"},
		{"Effect":"Allow","Action":"iam:ListMFADeviceTags","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/Team":"red"}}}]}`,
		[]can{
			{"enable her own", true, func(c *iam.Client) error { return mine.enable(t, c, "judy", 0) }},
			{"enable one for another", false, func(c *iam.Client) error { return others.enable(t, c, "admin", 0) }},
			{"list her own, unnamed", true, func(c *iam.Client) error {
				_, err := c.ListMFADevices(ctx, &iam.ListMFADevicesInput{})
				return err
			}},
			{"show her own, unnamed", true, func(c *iam.Client) error {
				_, err := c.GetMFADevice(ctx, &iam.GetMFADeviceInput{SerialNumber: mine.serial})
				return err
			}},
			{"list another's", false, func(c *iam.Client) error {
				_, err := c.ListMFADevices(ctx, &iam.ListMFADevicesInput{UserName: aws.String("admin")})
				return err
			}},
			{"list all", false, func(c *iam.Client) error {
				_, err := c.ListVirtualMFADevices(ctx, &iam.ListVirtualMFADevicesInput{})
				return err
			}},
			{"deactivate her own", true, func(c *iam.Client) error {
				_, err := c.DeactivateMFADevice(ctx, &iam.DeactivateMFADeviceInput{UserName: aws.String("judy"), SerialNumber: mine.serial})
				return err
			}},
			{"delete another's", false, func(c *iam.Client) error {
				_, err := c.DeleteVirtualMFADevice(ctx, &iam.DeleteVirtualMFADeviceInput{SerialNumber: others.serial})
				return err
			}},
			{"delete her own", true, func(c *iam.Client) error {
				_, err := c.DeleteVirtualMFADevice(ctx, &iam.DeleteVirtualMFADeviceInput{SerialNumber: mine.serial})
				return err
			}},
			{"make her own", true, func(c *iam.Client) error {
				_, err := c.CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: aws.String("judy")})
				return err
			}},
			{"make one with tags, without iam:TagMFADevice", false, func(c *iam.Client) error {
				_, err := c.CreateVirtualMFADevice(ctx, &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: aws.String("judy"), Tags: tags("a", "b")})
				return err
			}},
			{"a device without the tag", false, func(c *iam.Client) error {
				_, err := c.ListMFADeviceTags(ctx, &iam.ListMFADeviceTagsInput{SerialNumber: others.serial})
				return err
			}},
			{"a device with the tag", true, func(c *iam.Client) error {
				must(h.admin.TagMFADevice(ctx, &iam.TagMFADeviceInput{SerialNumber: others.serial, Tags: tags("Team", "red")}))(t)
				_, err := c.ListMFADeviceTags(ctx, &iam.ListMFADeviceTagsInput{SerialNumber: others.serial})
				return err
			}},
		})
}

// AWS lists the root user's devices; here it has none, rather than an error.
func TestTheRootUserHasNoMFADevice(t *testing.T) {
	h := open(t)
	if list := must(h.root.ListMFADevices(context.Background(), &iam.ListMFADevicesInput{}))(t); len(list.MFADevices) != 0 || list.IsTruncated {
		t.Errorf("root has %+v", list.MFADevices)
	}
}

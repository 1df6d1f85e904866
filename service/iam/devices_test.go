package iam_test

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/authn/mfa"
)

// clock stands still at the time when the test began, by which the SDK's
// clients sign.
type clock time.Time

func (c clock) time() time.Time { return time.Time(c) }

// openStill is open with a clock that stands still.
func openStill(t *testing.T) (*house, clock) {
	c := clock(time.Now())
	return openWith(t, rolecall.Config{Now: c.time}), c
}

// device is a virtual MFA device in its owner's hand.
type device struct {
	clock
	serial *string
	seed   string
}

func newDevice(t *testing.T, h *house, c clock, name string) device {
	t.Helper()
	made := must(h.admin.CreateVirtualMFADevice(context.Background(), &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: &name}))(t).VirtualMFADevice
	return device{c, made.SerialNumber, string(made.Base32StringSeed)}
}

// code is what the device shows so many steps from now.
func (d device) code(t *testing.T, away int64) *string {
	t.Helper()
	return aws.String(must(mfa.Code(d.seed, mfa.StepAt(d.time())+away))(t))
}

// enable gives the device to a user with the codes before and at so many steps
// from now.
func (d device) enable(t *testing.T, c *iam.Client, user string, away int64) error {
	t.Helper()
	_, err := c.EnableMFADevice(context.Background(), &iam.EnableMFADeviceInput{
		UserName: &user, SerialNumber: d.serial, AuthenticationCode1: d.code(t, away-1), AuthenticationCode2: d.code(t, away),
	})
	return err
}

func (d device) mustEnable(t *testing.T, h *house, user string) {
	t.Helper()
	if err := d.enable(t, h.admin, user, 0); err != nil {
		t.Fatal(err)
	}
}

const mfaARN = "arn:aws:iam::" + account + ":mfa/"

// Recorded: test_virtual_mfa_device_lifecycle. The picture is
// API_VirtualMFADevice's.
func TestANewVirtualMFADeviceShowsSeedAndPictureOnce(t *testing.T) {
	h, ctx := open(t), context.Background()
	for path, serial := range map[string]string{"": "phone", "/": "tablet", "/test-path/": "test-path/phone", "/test//double/": "test//double/phone"} {
		in := &iam.CreateVirtualMFADeviceInput{VirtualMFADeviceName: aws.String(serial[strings.LastIndex(serial, "/")+1:]), Tags: tags("b", "2", "a", "1")}
		if path != "" {
			in.Path = &path
		}
		d := must(h.admin.CreateVirtualMFADevice(ctx, in))(t).VirtualMFADevice
		if *d.SerialNumber != mfaARN+serial || !regexp.MustCompile(`^[A-Z2-7]{64}$`).Match(d.Base32StringSeed) || d.User != nil || d.EnableDate != nil {
			t.Errorf("path %q: %s with a seed of %d", path, *d.SerialNumber, len(d.Base32StringSeed))
		}
		if _, err := png.Decode(bytes.NewReader(d.QRCodePNG)); err != nil || text(d.Tags) != "b=2 a=1 " {
			t.Errorf("path %q: picture %v, tags %s", path, err, text(d.Tags))
		}
	}
	for _, d := range must(h.admin.ListVirtualMFADevices(ctx, &iam.ListVirtualMFADevicesInput{}))(t).VirtualMFADevices {
		if d.Base32StringSeed != nil || d.QRCodePNG != nil || d.Tags != nil || d.User != nil {
			t.Errorf("listed with what lists do not show: %+v", d)
		}
	}
}

// Recorded: test_list_virtual_mfa_devices, test_enable_virtual_mfa_device.
func TestVirtualMFADevicesAreListedByAssignmentAndInPages(t *testing.T) {
	h, c := openStill(t)
	ctx := context.Background()
	h.user("alice", "")
	newDevice(t, h, c, "a")
	newDevice(t, h, c, "b").mustEnable(t, h, "alice")
	newDevice(t, h, c, "c")
	list := func(status types.AssignmentStatusType) string {
		t.Helper()
		names := ""
		for _, d := range must(h.admin.ListVirtualMFADevices(ctx, &iam.ListVirtualMFADevicesInput{AssignmentStatus: status}))(t).VirtualMFADevices {
			names += strings.TrimPrefix(*d.SerialNumber, mfaARN)
		}
		return names
	}
	if list("Any") != "abc" || list("") != "abc" || list("Assigned") != "b" || list("Unassigned") != "ac" {
		t.Errorf("any %s, by default %s, assigned %s, unassigned %s", list("Any"), list(""), list("Assigned"), list("Unassigned"))
	}
	assigned := must(h.admin.ListVirtualMFADevices(ctx, &iam.ListVirtualMFADevicesInput{AssignmentStatus: "Assigned"}))(t).VirtualMFADevices[0]
	if *assigned.User.Arn != "arn:aws:iam::123456789012:user/alice" || assigned.EnableDate == nil || assigned.User.Tags != nil {
		t.Errorf("assigned to %+v", assigned.User)
	}
	first := must(h.admin.ListVirtualMFADevices(ctx, &iam.ListVirtualMFADevicesInput{MaxItems: aws.Int32(2)}))(t)
	rest := must(h.admin.ListVirtualMFADevices(ctx, &iam.ListVirtualMFADevicesInput{MaxItems: aws.Int32(2), Marker: first.Marker}))(t)
	if len(first.VirtualMFADevices) != 2 || !first.IsTruncated || len(rest.VirtualMFADevices) != 1 || rest.IsTruncated {
		t.Errorf("pages of %d and %d", len(first.VirtualMFADevices), len(rest.VirtualMFADevices))
	}
	_, err := h.admin.ListVirtualMFADevices(ctx, &iam.ListVirtualMFADevicesInput{Marker: aws.String("invalid-marker-value")})
	mustRefuse(t, err, refusal{400, "ValidationError", "Invalid Marker."})
}

// Recorded where not said otherwise: test_virtual_mfa_device_errors,
// test_enable_mfa_device_errors.
func TestRefusalsOfMFADevices(t *testing.T) {
	h := open(t)
	h.user("alice", "")
	missing := refusal{404, "NoSuchEntity", "MFA Device with serial number " + mfaARN + "none does not exist."}
	nobody := refusal{404, "NoSuchEntity", "The user with name nobody cannot be found."}
	badPath := refusal{400, "ValidationError", "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters."}
	serial, codes := "&SerialNumber="+mfaARN+"none", "&AuthenticationCode1=123456&AuthenticationCode2=654321"
	h.post(url.Values{"Action": {"CreateVirtualMFADevice"}, "VirtualMFADeviceName": {"phone"}})
	cases := []struct {
		rule, action, parameters string
		want                     refusal
	}{
		{"the serial number is taken", "CreateVirtualMFADevice", "VirtualMFADeviceName=phone", refusal{409, "EntityAlreadyExists", "MFA device already exists."}},
		{"a path without its first slash", "CreateVirtualMFADevice", "VirtualMFADeviceName=x&Path=a/", badPath},
		{"a path without its last slash", "CreateVirtualMFADevice", "VirtualMFADeviceName=x&Path=/a", badPath},
		{"a path of more than 512 characters", "CreateVirtualMFADevice", "VirtualMFADeviceName=x&Path=/" + strings.Repeat("a", 512) + "/",
			refusal{400, "ValidationError", "1 validation error detected: Value at 'path' failed to satisfy constraint: Member must have length less than or equal to 512"}},
		{"a name of more than 226 characters (reference_iam-quotas)", "CreateVirtualMFADevice", "VirtualMFADeviceName=" + strings.Repeat("a", 227),
			refusal{400, "ValidationError", "1 validation error detected: Value at 'virtualMFADeviceName' failed to satisfy constraint: Member must have length less than or equal to 226"}},
		{"a tag key given twice (recorded for policies)", "CreateVirtualMFADevice", "VirtualMFADeviceName=x&Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=a&Tags.member.2.Value=b",
			refusal{400, "InvalidInput", "Duplicate tag keys found."}},
		{"no such device to delete", "DeleteVirtualMFADevice", serial[1:], missing},
		{"no such device to deactivate", "DeactivateMFADevice", "UserName=alice" + serial, missing},
		{"no such user to deactivate for", "DeactivateMFADevice", "UserName=nobody" + serial, nobody},
		{"no such user to enable for", "EnableMFADevice", "UserName=nobody" + serial + codes, nobody},
		{"no such device to enable (words recorded for deactivating)", "EnableMFADevice", "UserName=alice" + serial + codes, missing},
		{"no such device to put right (the same)", "ResyncMFADevice", "UserName=alice" + serial + codes, missing},
		{"no such device to show (the same)", "GetMFADevice", "UserName=alice" + serial, missing},
		{"no such device to tag (the same)", "TagMFADevice", serial[1:] + "&Tags.member.1.Key=a&Tags.member.1.Value=b", missing},
		{"no such device to untag (the same)", "UntagMFADevice", serial[1:] + "&TagKeys.member.1=a", missing},
		{"no such device to list the tags of (the same)", "ListMFADeviceTags", serial[1:], missing},
		{"another partition's serial number", "DeleteVirtualMFADevice", "SerialNumber=arn:aws-cn:iam::123456789012:mfa/phone",
			refusal{404, "NoSuchEntity", "MFA Device with serial number arn:aws-cn:iam::123456789012:mfa/phone does not exist."}},
		{"another account's serial number", "DeleteVirtualMFADevice", "SerialNumber=arn:aws:iam::210987654321:mfa/phone",
			refusal{404, "NoSuchEntity", "MFA Device with serial number arn:aws:iam::210987654321:mfa/phone does not exist."}},
		{"a hardware device's serial number", "DeactivateMFADevice", "UserName=alice&SerialNumber=GAHT12345678",
			refusal{404, "NoSuchEntity", "MFA Device with serial number GAHT12345678 does not exist."}},
		{"no such user to list the devices of", "ListMFADevices", "UserName=nobody", nobody},
	}
	h.refuses(t, cases)
}

// refuses sends one request a row and demands the row's refusal.
func (h *house) refuses(t *testing.T, cases []struct {
	rule, action, parameters string
	want                     refusal
}) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			form, err := url.ParseQuery(c.parameters)
			if err != nil {
				t.Fatal(err)
			}
			form.Set("Action", c.action)
			status, body := h.post(form)
			code, message := "<Code>"+c.want.Code+"</Code>", "<Message>"+c.want.Message+"</Message>"
			if status != c.want.Status || !strings.Contains(body, code) || !strings.Contains(unescaped(body), message) {
				t.Errorf("%d %s\nwant %+v", status, body, c.want)
			}
		})
	}
}

// Recorded for OpenID Connect providers: test_open_id_connect_provider_tags_limit.
func TestTagsOfAnMFADevice(t *testing.T) {
	h, c := openStill(t)
	ctx := context.Background()
	d := newDevice(t, h, c, "phone")
	list := func() string {
		t.Helper()
		return text(must(h.admin.ListMFADeviceTags(ctx, &iam.ListMFADeviceTagsInput{SerialNumber: d.serial}))(t).Tags)
	}
	must(h.admin.TagMFADevice(ctx, &iam.TagMFADeviceInput{SerialNumber: d.serial, Tags: tags("b", "1", "a", "1", "A", "1")}))(t)
	must(h.admin.TagMFADevice(ctx, &iam.TagMFADeviceInput{SerialNumber: d.serial, Tags: tags("a", "2")}))(t)
	if got := list(); got != "A=1 a=2 b=1 " {
		t.Errorf("tags %s", got)
	}
	must(h.admin.UntagMFADevice(ctx, &iam.UntagMFADeviceInput{SerialNumber: d.serial, TagKeys: []string{"a", "none"}}))(t)
	if got := list(); got != "A=1 b=1 " {
		t.Errorf("tags %s", got)
	}
	var many []string
	for i := range 49 {
		many = append(many, fmt.Sprint("key", i), "")
	}
	_, err := h.admin.TagMFADevice(ctx, &iam.TagMFADeviceInput{SerialNumber: d.serial, Tags: tags(many...)})
	mustRefuse(t, err, refusal{409, "LimitExceeded", "The number of tags has reached the maximum limit."})
	page := must(h.admin.ListMFADeviceTags(ctx, &iam.ListMFADeviceTagsInput{SerialNumber: d.serial, MaxItems: aws.Int32(1)}))(t)
	rest := must(h.admin.ListMFADeviceTags(ctx, &iam.ListMFADeviceTagsInput{SerialNumber: d.serial, Marker: page.Marker}))(t)
	if text(page.Tags) != "A=1 " || !page.IsTruncated || text(rest.Tags) != "b=1 " {
		t.Errorf("pages %s and %s", text(page.Tags), text(rest.Tags))
	}
}

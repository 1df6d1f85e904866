package sts_test

import (
	"encoding/base64"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/authn/mfa"
)

// The refusals of rule S9. Sources of the texts: aws/aws-cli#2279 (also for a
// code that is used again) and aws/aws-cli#6325.
var (
	wrongCode  = refusal{403, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code."}
	incomplete = refusal{403, "AccessDenied", "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code."}
	notYours   = refusal{403, "AccessDenied", "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user."}
)

// ifMFA is a condition of policies: MFA, and less than a minute ago.
const ifMFA = `"Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"},"NumericLessThan":{"aws:MultiFactorAuthAge":"60"}}`

const everythingWithMFA = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*",` + ifMFA + `}}`

// trustWithMFA trusts the account's users who show a code.
const trustWithMFA = `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole",` + ifMFA + `}}`

// user makes a user with one inline policy, and its access key.
func (h *house) user(name, document string) key {
	h.t.Helper()
	h.call(admin, "iam", "CreateUser", "UserName", name)
	h.call(admin, "iam", "PutUserPolicy", "UserName", name, "PolicyName", "test", "PolicyDocument", document)
	a := h.call(admin, "iam", "CreateAccessKey", "UserName", name)
	return key{id: a.value("AccessKeyId"), secret: a.value("SecretAccessKey")}
}

// device is a virtual MFA device in its owner's hand.
type device struct {
	h            *house
	serial, seed string
}

// spare makes a device that nobody has enabled.
func (h *house) spare(name string) device {
	h.t.Helper()
	made := h.call(admin, "iam", "CreateVirtualMFADevice", "VirtualMFADeviceName", name)
	seed, err := base64.StdEncoding.DecodeString(made.value("Base32StringSeed"))
	if err != nil {
		h.t.Fatal(err)
	}
	return device{h, made.value("SerialNumber"), string(seed)}
}

// device makes a device and enables it for the user of its name, with the codes
// of steps that are so far past that they stand in no test's way.
func (h *house) device(user string) device {
	h.t.Helper()
	d := h.spare(user)
	h.call(admin, "iam", "EnableMFADevice", "UserName", user, "SerialNumber", d.serial,
		"AuthenticationCode1", d.code(-9), "AuthenticationCode2", d.code(-8))
	return d
}

// code is what the device shows so many steps from now.
func (d device) code(away int64) string {
	d.h.t.Helper()
	code, err := mfa.Code(d.seed, mfa.StepAt(d.h.time())+away)
	if err != nil {
		d.h.t.Fatal(err)
	}
	return code
}

// proof are the parameters that show a code.
func (d device) proof(away int64) []string {
	return []string{"SerialNumber", d.serial, "TokenCode", d.code(away)}
}

func (h *house) token(k key, pairs ...string) answer {
	h.t.Helper()
	return h.send(k, "sts", "GetSessionToken", pairs...)
}

func (h *house) pass(d time.Duration) { h.until(h.time().Add(d)) }

// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html:
// no IAM "unless MFA authentication information is included in the request";
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-multifactorauthage
func TestASessionTokenWithMFAHasMFAInWhatItsHolderIsDecidedBy(t *testing.T) {
	h := open(t)
	alice := h.user("alice", everythingWithMFA)
	phone := h.device("alice")
	denied := refusal{403, "AccessDenied", "User: arn:aws:iam::123456789012:user/alice is not authorized to perform: iam:ListUsers on resource: " +
		"arn:aws:iam::123456789012:user/ because no identity-based policy allows the iam:ListUsers action"}
	check(t, h.send(alice, "iam", "ListUsers"), denied)
	plain := h.token(alice).session()
	check(t, h.send(plain, "iam", "ListUsers"), refusal{403, "InvalidClientTokenId", "The security token included in the request is invalid."})
	proven := h.token(alice, phone.proof(0)...).session()
	check(t, h.send(proven, "iam", "ListUsers"), refusal{})
	h.pass(59 * time.Second)
	check(t, h.send(proven, "iam", "ListUsers"), refusal{})
	h.pass(time.Second)
	check(t, h.send(proven, "iam", "ListUsers"), denied)
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html:
// the temporary credentials that AssumeRole returns have no MFA information.
func TestARoleThatDemandsMFAIsAssumedWithACodeOrFromASessionWithMFA(t *testing.T) {
	h := open(t)
	alice := h.user("alice", everything)
	phone := h.device("alice")
	role := h.roleWith("Guarded", trustWithMFA)
	may := func(rule string, want int, a answer) {
		t.Helper()
		if a.status != want {
			t.Errorf("%s: %d %s", rule, a.status, a.message)
		}
	}
	may("without MFA", 403, h.assume(alice, role))
	may("from a session without MFA", 403, h.assume(h.token(alice).session(), role))
	made := h.assume(alice, role, phone.proof(-1)...)
	may("with a code", 200, made)
	may("what the role may do", 200, h.send(made.session(), "iam", "ListUsers"))
	h.call(admin, "iam", "DetachRolePolicy", "RoleName", "Guarded", "PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess")
	h.call(admin, "iam", "PutRolePolicy", "RoleName", "Guarded", "PolicyName", "test", "PolicyDocument", everythingWithMFA)
	may("what the role may do with MFA: its session has none", 403, h.send(made.session(), "iam", "ListUsers"))

	proven := h.token(alice, phone.proof(0)...).session()
	may("from a session with MFA", 200, h.assume(proven, role))
	h.pass(time.Minute)
	may("from a session with MFA of a minute ago", 403, h.assume(proven, role))
	may("from such a session with a code", 200, h.assume(proven, role, phone.proof(0)...))
	h.pass(time.Minute)
	check(t, h.assume(alice, role, phone.proof(0)...), refusal{})
}

func TestMFAIsOfTheCallersOwnDeviceAndComplete(t *testing.T) {
	h := open(t)
	alice, bob := h.user("alice", everything), h.user("bob", everything)
	phone, bobs, spare := h.device("alice"), h.device("bob"), h.spare("spare")
	role := h.role("Open")
	cases := []struct {
		rule         string
		who          key
		serial, code string
		want         refusal
	}{
		{"a code without a device", alice, "", phone.code(0), incomplete},
		{"a device without a code", alice, phone.serial, "", incomplete},
		{"another's device", alice, bobs.serial, bobs.code(0), notYours},
		{"a device that nobody has enabled", alice, spare.serial, spare.code(0), notYours},
		{"a device that is not there", alice, "arn:aws:iam::123456789012:mfa/none", phone.code(0), notYours},
		{"the user's ARN in place of the device's (broamski/aws-mfa#46)", alice, "arn:aws:iam::123456789012:user/alice", phone.code(0), notYours},
		{"what is no ARN", alice, "GAHT12345678", phone.code(0), notYours},
		{"the device in another partition", alice, "arn:aws-cn:iam::123456789012:mfa/alice", phone.code(0), notYours},
		{"the device in another account", alice, "arn:aws:iam::210987654321:mfa/alice", phone.code(0), notYours},
		{"the root user, who has none", root, phone.serial, phone.code(0), notYours},
		{"a user of another account", guest, phone.serial, phone.code(0), notYours},
		{"a code of another device", bob, bobs.serial, phone.code(0), wrongCode},
		{"a code of two steps ago", alice, phone.serial, phone.code(-2), wrongCode},
		{"a code that was used for enabling", alice, phone.serial, phone.code(-8), wrongCode},
	}
	for _, c := range cases {
		t.Run(c.rule, func(t *testing.T) {
			var pairs []string
			if c.serial != "" {
				pairs = append(pairs, "SerialNumber", c.serial)
			}
			if c.code != "" {
				pairs = append(pairs, "TokenCode", c.code)
			}
			check(t, h.token(c.who, pairs...), c.want)
			check(t, h.assume(c.who, role, pairs...), c.want)
		})
	}
	check(t, h.assume(h.session(alice, role), role, phone.proof(0)...), notYours) // a role's session has no devices
	check(t, h.token(alice, phone.proof(0)...), refusal{})
	h.call(admin, "iam", "DeactivateMFADevice", "UserName", "alice", "SerialNumber", phone.serial)
	check(t, h.token(alice, phone.proof(1)...), notYours)
}

// Source: hashicorp/terraform-provider-aws#3885; RFC 6238, section 5.2.
func TestACodeWorksOnceWhateverItIsShownFor(t *testing.T) {
	h := open(t)
	alice := h.user("alice", everything)
	phone := h.device("alice")
	role, closed := h.role("Open"), h.roleWith("Closed", trust(other))
	check(t, h.assume(alice, "not-an-arn-but-long-enough", phone.proof(-1)...), refusal{400, "ValidationError", "not-an-arn-but-long-enough is invalid"})
	check(t, h.token(alice, phone.proof(-1)...), refusal{}) // what is malformed used nothing up
	check(t, h.token(alice, phone.proof(-1)...), wrongCode)
	check(t, h.assume(alice, role, phone.proof(0)...), refusal{})
	check(t, h.token(alice, phone.proof(0)...), wrongCode)
	if a := h.assume(alice, closed, phone.proof(1)...); a.status != 403 || a.message == wrongCode.message {
		t.Errorf("a role that trusts others: %d %s", a.status, a.message)
	}
	check(t, h.assume(alice, role, phone.proof(1)...), wrongCode) // it was shown, though denied
	h.pass(time.Minute)
	check(t, h.assume(alice, role, phone.proof(0)...), refusal{})
}

func TestOfManyWhoComeWithOneCodeAtOnceOneGetsThrough(t *testing.T) {
	h := open(t)
	alice := h.user("alice", everything)
	proof := h.device("alice").proof(0)
	var through atomic.Int32
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if h.token(alice, proof...).status == 200 {
				through.Add(1)
			}
		})
	}
	all.Wait()
	if n := through.Load(); n != 1 {
		t.Errorf("%d got through", n)
	}
}

func TestAUsedCodeStaysUsedWhenTheServiceStartsAnew(t *testing.T) {
	h, dir := open(t), t.TempDir()
	serve := func() {
		t.Helper()
		if err := h.server.Close(); err != nil {
			t.Fatal(err)
		}
		s, err := rolecall.New(rolecall.Config{Dir: dir, Now: h.time, Admin: rolecall.Credentials{AccessKeyID: admin.id, SecretAccessKey: admin.secret}})
		if err != nil {
			t.Fatal(err)
		}
		h.server = s
		t.Cleanup(func() { _ = s.Close() })
	}
	serve()
	alice := h.user("alice", everything)
	phone := h.device("alice")
	check(t, h.token(alice, phone.proof(0)...), refusal{})
	serve()
	check(t, h.token(alice, phone.proof(0)...), wrongCode)
	check(t, h.token(alice, phone.proof(1)...), refusal{})
}

// Source: RFC 4226, section 7.3, demands a bound; the numbers are ours.
func TestADeviceIsLeftAloneAfterFiveWrongCodesInARow(t *testing.T) {
	h := open(t)
	alice := h.user("alice", everything)
	phone := h.device("alice")
	wrong := func(times int) {
		t.Helper()
		for range times {
			check(t, h.token(alice, phone.proof(-5)...), wrongCode)
		}
	}
	wrong(4)
	check(t, h.token(alice, phone.proof(0)...), refusal{})
	wrong(5)
	check(t, h.token(alice, phone.proof(1)...), wrongCode)
	h.pass(5*time.Minute - time.Second)
	check(t, h.token(alice, phone.proof(0)...), wrongCode)
	h.pass(time.Second)
	wrong(1)
	check(t, h.token(alice, phone.proof(0)...), wrongCode)
	h.pass(5 * time.Minute)
	check(t, h.token(alice, phone.proof(0)...), refusal{})
	wrong(1)
	check(t, h.token(alice, phone.proof(1)...), refusal{}) // the count began anew
}

// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_sync.html
func TestADeviceWhoseClockIsWrongIsGoodOnceItIsPutRight(t *testing.T) {
	h := open(t)
	alice := h.user("alice", everything)
	phone := h.device("alice")
	check(t, h.token(alice, phone.proof(20)...), wrongCode)
	h.call(admin, "iam", "ResyncMFADevice", "UserName", "alice", "SerialNumber", phone.serial,
		"AuthenticationCode1", phone.code(18), "AuthenticationCode2", phone.code(19))
	check(t, h.token(alice, phone.proof(20)...), refusal{})
}

package sts_test

import "testing"

const auditTask = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"

// What AssumeRoot refuses before and without an organization: "You cannot use
// root user credentials to make this call", "the member account principal ARN or
// account ID", "one of the following AWS managed policies", 0 to 900 seconds.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoot.html. An account that administers
// no other is refused as for what is another account's (rule A6): AWS's text is
// not on record.
func TestWhatAssumeRootRefuses(t *testing.T) {
	h := open(t)
	const them = "arn:aws:iam::" + other + ":root"
	denied := refusal{403, "AccessDenied", "User: arn:aws:iam::" + account + ":user/admin is not authorized to perform: sts:AssumeRoot on resource: " + them}
	invalid := func(text string) refusal { return refusal{400, "ValidationError", text + " is invalid"} }
	for _, c := range []struct {
		rule string
		key
		target, task, seconds string
		want                  refusal
	}{
		{"by its digits", admin, other, auditTask, "", denied},
		{"by its root user's ARN", admin, them, auditTask, "", denied},
		{"one's own account", admin, account, auditTask, "", refusal{403, "AccessDenied", "User: arn:aws:iam::" + account +
			":user/admin is not authorized to perform: sts:AssumeRoot on resource: arn:aws:iam::" + account + ":root"}},
		{"the root user", root, other, auditTask, "", refusal{403, "AccessDenied", "Root sessions may not be begun by root accounts."}},
		{"a user", admin, "arn:aws:iam::" + other + ":user/ann", auditTask, "", invalid("arn:aws:iam::" + other + ":user/ann")},
		{"a role", admin, "arn:aws:iam::" + other + ":role/root", auditTask, "", invalid("arn:aws:iam::" + other + ":role/root")},
		{"another service's root", admin, "arn:aws:sts::" + other + ":root", auditTask, "", invalid("arn:aws:sts::" + other + ":root")},
		{"another partition's root", admin, "arn:aws-cn:iam::" + other + ":root", auditTask, "", invalid("arn:aws-cn:iam::" + other + ":root")},
		{"thirteen digits", admin, other + "1", auditTask, "", invalid(other + "1")},
		{"letters", admin, "twelve-chars", auditTask, "", invalid("twelve-chars")},
		{"a policy that is for no task", admin, other, "arn:aws:iam::aws:policy/AdministratorAccess", "", invalid("arn:aws:iam::aws:policy/AdministratorAccess")},
		{"a task that AWS does not have", admin, other, "arn:aws:iam::aws:policy/root-task/Everything", "", invalid("arn:aws:iam::aws:policy/root-task/Everything")},
		{"one's own policy", admin, other, "arn:aws:iam::" + account + ":policy/root-task/IAMAuditRootUserCredentials", "",
			invalid("arn:aws:iam::" + account + ":policy/root-task/IAMAuditRootUserCredentials")},
		{"every task: passwords", admin, other, "arn:aws:iam::aws:policy/root-task/IAMCreateRootUserPassword", "", denied},
		{"every task: credentials", admin, other, "arn:aws:iam::aws:policy/root-task/IAMDeleteRootUserCredentials", "", denied},
		{"every task: buckets", admin, other, "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy", "", denied},
		{"every task: queues", admin, other, "arn:aws:iam::aws:policy/root-task/SQSUnlockQueuePolicy", "", denied},
		{"15 minutes", admin, other, auditTask, "900", denied},
		{"no time", admin, other, auditTask, "0", denied},
		{"longer", admin, other, auditTask, "901", refusal{400, "ValidationError",
			"1 validation error detected: Value '901' at 'durationSeconds' failed to satisfy constraint: Member must have value less than or equal to 900"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			pairs := []string{"TargetPrincipal", c.target, "TaskPolicyArn.arn", c.task}
			if c.seconds != "" {
				pairs = append(pairs, "DurationSeconds", c.seconds)
			}
			check(t, h.send(c.key, "sts", "AssumeRoot", pairs...), c.want)
		})
	}
	if a := h.send(admin, "sts", "AssumeRoot", "TargetPrincipal", other); a.code != "ValidationError" {
		t.Errorf("without a task: %d %s: %s", a.status, a.code, a.message)
	}
}

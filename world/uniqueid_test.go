package world

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
)

// idFiles are an account of which no file tells a unique id but that of known.
func idFiles() texts {
	const allow = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`
	trust := func(principal string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":"sts:AssumeRole"}]}`
	}
	return texts{
		"f/" + digits + "/roles/dev/trust.json":      trust(digits),
		"f/" + digits + "/roles/dev/all.json":        allow,
		"f/" + digits + "/roles/known/trust.json":    trust(digits),
		"f/" + digits + "/roles/known/all.json":      allow,
		"f/" + digits + "/roles/known/settings.yaml": "id: AROAKNOWNKNOWNKNOWNKN",
		"f/" + digits + "/roles/shown/trust.json":    `{"Role": {"RoleName": "shown", "RoleId": "AROASHOWNSHOWNSHOWNSH", "AssumeRolePolicyDocument": ` + trust(digits) + `}}`,
		"f/" + digits + "/roles/shown/all.json":      allow,
		"f/" + digits + "/users/ann/all.json":        allow,
		"f/" + digits + "/roles/target/trust.json":   trust("AROAKNOWNKNOWNKNOWNKN"),
		"f/" + digits + "/roles/other/trust.json":    trust("AROAGONEGONEGONEGONEG"),
		"f/" + digits + "/roles/plain/trust.json":    trust("arn:aws:iam::" + digits + ":role/dev"),
		"f/" + digits + "/buckets/homes.json":        `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::homes/*","Condition":{"StringNotLike":{"aws:userid":["AROAKNOWNKNOWNKNOWNKN:*","` + digits + `"]}}}]}`,
		"f/" + digits + "/buckets/closed.json":       `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::closed/*","Condition":{"StringNotLike":{"aws:userid":["AIDAOTHEROTHEROTHERO","` + digits + `"]}}}]}`,
		"f/" + digits + "/buckets/sessions.json":     `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::sessions/*","Condition":{"StringNotLike":{"aws:userid":"*:ann"}}}]}`,
	}
}

const digits = "111111111111"

// A unique id that no file tells is not known, and never guessed: neither does
// it match what a policy names, nor is it taken to be another.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
func TestAUniqueIDThatNoFileTellsIsUnknown(t *testing.T) {
	a := open(t, idFiles(), Options{})
	const role = "arn:aws:iam::" + digits + ":role/"
	const waits = "the unique id (AROA…) of the role dev, which a policy compares, is not told"
	for _, c := range []struct{ rule, principal, action, resource, want string }{
		{"a denial of all but one id", role + "dev", "s3:GetObject", "arn:aws:s3:::homes/a", waits},
		{"told in settings.yaml", role + "known", "s3:GetObject", "arn:aws:s3:::homes/a", "allowed"},
		{"told by aws iam get-role", role + "shown", "s3:GetObject", "arn:aws:s3:::homes/a", "denied"},
		{"of a user, whom no id of a role is", "arn:aws:iam::" + digits + ":user/ann", "s3:GetObject", "arn:aws:s3:::homes/a", "denied"},
		{"of a role, which no id of a user is", role + "dev", "s3:GetObject", "arn:aws:s3:::closed/a", "denied"},
		{"whose session's name is enough", "arn:aws:sts::" + digits + ":assumed-role/dev/ann", "s3:GetObject", "arn:aws:s3:::sessions/a", "allowed"},
		{"of another session", "arn:aws:sts::" + digits + ":assumed-role/dev/bob", "s3:GetObject", "arn:aws:s3:::sessions/a", "denied"},
		{"that a trust policy names", role + "dev", "sts:AssumeRole", role + "other", waits},
		{"where the file that knows the id tells the ARN", role + "dev", "sts:AssumeRole", role + "target", "denied"},
		{"of which nothing is asked", role + "dev", "sts:AssumeRole", role + "plain", "allowed"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := outcome(t, a, c.principal, c.action, c.resource); !strings.Contains(got, c.want) {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
	can, err := a.WhoCan(t.Context(), rolecall.Ask{Action: "s3:GetObject", Resource: "arn:aws:s3:::homes/a"})
	waiting, ok := errors.AsType[*UnknownError](err)
	if got := fmt.Sprint(can); !ok || got != "["+role+"known]" || fmt.Sprint(waiting.Who) != "["+role+"dev]" {
		t.Errorf("who can: %s, %v", got, err)
	}
}

// A made up id is nobody's: no answer shows one.
func TestAMadeUpIDIsNotShown(t *testing.T) {
	files := idFiles()
	a := open(t, files, Options{})
	if len(a.world.madeUp) < 4 {
		t.Fatalf("only %v are made up", a.world.madeUp)
	}
	id := regexp.MustCompile(`A(RO|ID)A[A-Z0-9]{12,}|\x{e000}`)
	var shown []byte
	for _, principal := range []string{":role/dev", ":user/ann", ":role/other"} {
		for _, action := range []string{"s3:GetObject arn:aws:s3:::homes/a", "s3:GetObject arn:aws:s3:::closed/a", "sqs:SendMessage *",
			"sts:AssumeRole arn:aws:iam::" + digits + ":role/other", "sts:AssumeRole arn:aws:iam::" + digits + ":role/plain"} {
			action, resource, _ := strings.Cut(action, " ")
			answers, err := a.Why(t.Context(), rolecall.Ask{Principal: "arn:aws:iam::" + one + principal, Action: action, Resource: resource, Fixes: true})
			text, _ := json.Marshal(answers)
			shown = fmt.Append(append(shown, text...), err)
		}
		can, err := a.Can(t.Context(), rolecall.CanAsk{Ask: rolecall.Ask{Principal: "arn:aws:iam::" + one + principal}, Roles: true})
		text, _ := json.Marshal(can)
		shown = fmt.Append(append(shown, text...), err)
	}
	for _, found := range id.FindAllString(string(shown), -1) {
		if a.world.madeUp[found] || !strings.Contains(fmt.Sprint(files), found) {
			t.Errorf("%s is shown", found)
		}
	}
}

// What somebody could do with the right unique id is told as a condition.
func TestWhatDependsOnAnUnknownIDIsACondition(t *testing.T) {
	a := open(t, idFiles(), Options{})
	can, err := a.Can(t.Context(), rolecall.CanAsk{Ask: rolecall.Ask{Principal: "arn:aws:iam::" + digits + ":role/dev"}, Roles: true})
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(can.Roles)
	for _, want := range []string{":role/plain []", ":role/other [only if its unique id, which is not known yet, is one that the policy names]"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s is not in %s", want, got)
		}
	}
	if strings.Contains(got, ":role/target") {
		t.Errorf("the role of which the id is another's: %s", got)
	}
}

// A plan and a state tell the unique id of what is there already.
func TestAStateTellsUniqueIDs(t *testing.T) {
	const policy = `"policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"*\",\"Condition\":{\"StringLike\":{\"aws:userid\":\"AROASTATESTATESTATEST:*\"}}}]}"`
	const trusts = `"assume_role_policy":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Principal\":{\"AWS\":\"` + digits + `\"},\"Action\":\"sts:AssumeRole\"}]}"`
	state := func(id string) string {
		return `{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{"resources":[
 {"address":"aws_iam_role.r","mode":"managed","type":"aws_iam_role","name":"r","values":{"arn":"arn:aws:iam::` + digits + `:role/r","name":"r","path":"/",` + trusts + id + `}},
 {"address":"aws_iam_role_policy.p","mode":"managed","type":"aws_iam_role_policy","name":"p","values":{"name":"p","role":"r",` + policy + `}}]}}}`
	}
	for id, want := range map[string]string{
		`,"unique_id":"AROASTATESTATESTATEST"`: "allowed", `,"unique_id":"AROAOTHEROTHEROTHERO"`: "denied", "": "state.json: the unique id (AROA…) of the role r",
	} {
		a := open(t, texts{"state.json": state(id)}, Options{})
		if got := outcome(t, a, "arn:aws:iam::"+digits+":role/r", "s3:GetObject", "arn:aws:s3:::b/k"); !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %s", id, got, want)
		}
	}
}

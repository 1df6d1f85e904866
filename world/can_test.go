package world

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
)

// TestWhatAPlanDoesNotKnowIsACondition: what a principal may do by statements
// that wait for something is told with what they wait for, and a simulation that
// they decide is refused.
func TestWhatAPlanDoesNotKnowIsACondition(t *testing.T) {
	a := open(t, texts{"plan.json": testdata(t, "terraform/plan.json")}, Options{})
	deploy := one + "role/team/deploy"
	can, err := a.Can(context.Background(), rolecall.CanAsk{Ask: rolecall.Ask{Principal: deploy}, Roles: true})
	if err != nil {
		t.Fatal(err)
	}
	conditions := map[string]string{}
	for _, s := range can.Services {
		for _, g := range s.Grants {
			conditions[strings.Join(g.Patterns, " ")] = strings.Join(g.Conditions, " ")
		}
	}
	for action, want := range map[string]string{
		"sqs:SendMessage": "only if this allows it: plan.json: data.aws_iam_policy_document.read.statement.resources is known after apply",
		"s3:GetObject":    "", "s3:PutObject": "",
	} {
		if got, ok := conditions[action]; !ok || got != want {
			t.Errorf("%s: %q, want %q of %v", action, got, want, conditions)
		}
	}
	for _, r := range can.Roles {
		if strings.Contains(r.Role, nobody) || r.Role == one+"role/worker" && len(r.Conditions) == 0 {
			t.Errorf("%+v", r)
		}
	}
	for action, want := range map[string]string{"sqs:SendMessage": "is not known yet: plan.json: data.aws_iam_policy_document.read", "ec2:RunInstances": ""} {
		results, err := a.Simulate(context.Background(), rolecall.Simulation{Source: deploy, Actions: []string{action}, Resources: []string{"arn:aws:sqs:eu-central-1:111111111111:jobs"}, Region: "eu-central-1"})
		if want == "" {
			if err != nil || results[0].EvalDecision != "implicitDeny" {
				t.Errorf("%s: %v %v", action, results, err)
			}
			continue
		}
		if _, ok := errors.AsType[*rolecall.SimulationError](err); !ok || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", action, err)
		}
	}
}

// TestOneResourceIsAskedWithItsPolicy: the policy that the files have of a bucket
// has a say where the bucket is asked about.
func TestOneResourceIsAskedWithItsPolicy(t *testing.T) {
	a := open(t, texts{"plan.json": testdata(t, "terraform/plan.json")}, Options{})
	for resource, want := range map[string]bool{"arn:aws:s3:::data-111111111111/x": true, "arn:aws:s3:::data-111111111111/secret/x": false} {
		can, err := a.Can(context.Background(), rolecall.CanAsk{Ask: rolecall.Ask{Principal: one + "role/team/deploy", Resource: resource, Action: "s3:GetObject"}})
		if err != nil || len(can.Services) > 0 != want {
			t.Errorf("%s: %+v %v", resource, can.Services, err)
		}
	}
}

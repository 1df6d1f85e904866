package ssoadmin

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// mostSets is how many permission sets an instance has at most.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/limits.html
const mostSets = 2000

func (s *Service) setOperations() []service.Operation {
	return []service.Operation{
		bind(ssoadmin.CreatePermissionSet, func(in *ssoadmin.CreatePermissionSetInput) target {
			return target{instance: in.InstanceArn, makes: "permissionSet", tags: in.Tags}
		}, s.CreatePermissionSet),
		bind(ssoadmin.DescribePermissionSet, func(in *ssoadmin.DescribePermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.DescribePermissionSet),
		bind(ssoadmin.UpdatePermissionSet, func(in *ssoadmin.UpdatePermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.UpdatePermissionSet),
		bind(ssoadmin.DeletePermissionSet, func(in *ssoadmin.DeletePermissionSetInput) target {
			return target{instance: in.InstanceArn, set: in.PermissionSetArn}
		}, s.DeletePermissionSet),
		bind(ssoadmin.ListPermissionSets, func(in *ssoadmin.ListPermissionSetsInput) target {
			return target{instance: in.InstanceArn}
		}, s.ListPermissionSets),
	}
}

// CreatePermissionSet makes a permission set without policies.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreatePermissionSet.html
func (s *Service) CreatePermissionSet(ctx context.Context, c scope, in *ssoadmin.CreatePermissionSetInput) (*ssoadmin.CreatePermissionSetOutput, error) {
	if !c.reachesAccounts(&c.View.Reader) {
		return nil, invalid("An account instance of IAM Identity Center does not support permission sets.")
	}
	set, err := newSet(c, in)
	if err != nil {
		return nil, err
	}
	return &ssoadmin.CreatePermissionSetOutput{PermissionSet: c.shownSet(set)}, c.Update(ctx, func(tx *directory.Tx) error {
		if _, err := c.in(tx); err != nil {
			return err
		}
		if _, taken := tx.PermissionSetNamed(c.instance.ID, set.Name); taken {
			return nameTaken(set.Name)
		}
		count := 0
		tx.PermissionSets(c.instance.ID, "", func(*directory.PermissionSet) bool { count++; return true })
		if count >= mostSets {
			return exceeded("The instance has %d permission sets already.", count)
		}
		tx.PutPermissionSet(set)
		return nil
	})
}

func newSet(c scope, in *ssoadmin.CreatePermissionSetInput) (*directory.PermissionSet, error) {
	duration := in.SessionDuration
	if duration == "" {
		duration = "PT1H"
	}
	if _, err := sessionLength(duration); err != nil {
		return nil, err
	}
	tags, err := mergeTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	id, err := hexID(c.Rand, "ps-", 16)
	if err != nil {
		return nil, err
	}
	return &directory.PermissionSet{
		ID: id, Instance: c.instance.ID, Name: in.Name, Description: in.Description, SessionDuration: duration,
		RelayState: in.RelayState, Created: second(c.Now), Tags: tags, Version: 1,
	}, nil
}

// iso8601 is the part of the model's pattern that stays below a month, whose
// length is not known.
var iso8601 = regexp.MustCompile(`^P(?:(\d{1,4})D)?(?:T(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?)?$`)

// The bounds of a session's length.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/howtosessionduration.html
const (
	shortestSession = time.Hour
	longestSession  = 12 * time.Hour
)

// sessionLength reads an ISO 8601 duration of one to twelve hours.
func sessionLength(text string) (time.Duration, error) {
	var total time.Duration
	if parts := iso8601.FindStringSubmatch(text); parts != nil {
		for i, unit := range []time.Duration{24 * time.Hour, time.Hour, time.Minute, time.Second} {
			n, _ := strconv.Atoi(parts[i+1]) // digits, or nothing
			total += time.Duration(n) * unit
		}
	}
	if total < shortestSession || total > longestSession {
		return 0, invalid("The session duration %s is not between PT1H and PT12H.", text)
	}
	return total, nil
}

func (s scope) shownSet(p *directory.PermissionSet) *ssoadmin.PermissionSet {
	return &ssoadmin.PermissionSet{
		CreatedDate: p.Created, Description: p.Description, Name: p.Name, RelayState: p.RelayState,
		SessionDuration: p.SessionDuration, PermissionSetArn: setARN(s.Partition, p.Instance, p.ID),
	}
}

// DescribePermissionSet tells what a permission set is.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribePermissionSet.html
func (s *Service) DescribePermissionSet(_ context.Context, c scope, in *ssoadmin.DescribePermissionSetInput) (*ssoadmin.DescribePermissionSetOutput, error) {
	p, err := c.set(&c.View.Reader, in.PermissionSetArn)
	if err != nil {
		return nil, err
	}
	return &ssoadmin.DescribePermissionSetOutput{PermissionSet: c.shownSet(p)}, nil
}

// change changes a permission set. Accounts are told when it is provisioned.
func (s scope) change(ctx context.Context, name string, how func(tx *directory.Tx, p *directory.PermissionSet) error) error {
	return s.Update(ctx, func(tx *directory.Tx) error {
		before, err := s.set(&tx.Reader, name)
		if err != nil {
			return err
		}
		p := before.Clone()
		if err := how(tx, p); err != nil {
			return err
		}
		p.Version++
		tx.PutPermissionSet(p)
		return nil
	})
}

// UpdatePermissionSet changes what is given. A relay state that is not given is
// taken away, as AWS's clients know.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdatePermissionSet.html
func (s *Service) UpdatePermissionSet(ctx context.Context, c scope, in *ssoadmin.UpdatePermissionSetInput) (*ssoadmin.UpdatePermissionSetOutput, error) {
	if in.SessionDuration != "" {
		if _, err := sessionLength(in.SessionDuration); err != nil {
			return nil, err
		}
	}
	return &ssoadmin.UpdatePermissionSetOutput{}, c.change(ctx, in.PermissionSetArn, func(_ *directory.Tx, p *directory.PermissionSet) error {
		p.RelayState = in.RelayState
		if in.Description != "" {
			p.Description = in.Description
		}
		if in.SessionDuration != "" {
			p.SessionDuration = in.SessionDuration
		}
		return nil
	})
}

// DeletePermissionSet removes a permission set that is provisioned nowhere.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeletePermissionSet.html
func (s *Service) DeletePermissionSet(ctx context.Context, c scope, in *ssoadmin.DeletePermissionSetInput) (*ssoadmin.DeletePermissionSetOutput, error) {
	return &ssoadmin.DeletePermissionSetOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		p, err := c.set(&tx.Reader, in.PermissionSetArn)
		if err != nil {
			return err
		}
		used := false
		tx.ProvisionedOf(p.Instance, p.ID, "", func(*directory.Provisioned) bool { used = true; return false })
		if used {
			return stillUsed(p.ID)
		}
		tx.DeletePermissionSet(p)
		return nil
	})
}

// ListPermissionSets tells the ARNs of all permission sets.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSets.html
func (s *Service) ListPermissionSets(_ context.Context, c scope, in *ssoadmin.ListPermissionSetsInput) (*ssoadmin.ListPermissionSetsOutput, error) {
	page, err := newPage[string](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	c.View.PermissionSets(c.instance.ID, page.After, func(p *directory.PermissionSet) bool {
		return page.Add(p.ID, setARN(c.Partition, p.Instance, p.ID))
	})
	return &ssoadmin.ListPermissionSetsOutput{PermissionSets: page.Items, NextToken: page.NextToken()}, nil
}

// lastPart is what stands behind the last slash.
func lastPart(name string) string { return name[strings.LastIndexByte(name, '/')+1:] }

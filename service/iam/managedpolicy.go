package iam

import (
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/policy/managed"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// managedPolicy is a managed policy: one of the account's own or one of AWS's.
//
//sumtype:decl
type managedPolicy interface {
	ref() directory.PolicyRef
	path() string
	// wire is what every answer shows of it, without the counts of its uses.
	wire(partition string) iam.Policy
	description() *string
	tags() []directory.Tag
	// versions are from the newest to the oldest.
	versions() []iam.PolicyVersion
	document(r *directory.Reader, version string) (string, bool)
}

// ownPolicy is a customer managed policy.
type ownPolicy struct{ *directory.Policy }

func (p ownPolicy) ref() directory.PolicyRef { return directory.PolicyRef(p.ID) }
func (p ownPolicy) path() string             { return p.Path }
func (p ownPolicy) description() *string     { return p.Description }
func (p ownPolicy) tags() []directory.Tag    { return p.Tags }

func (p ownPolicy) wire(partition string) iam.Policy {
	return iam.Policy{
		Arn: p.ARN(partition), PolicyId: p.ID, PolicyName: p.Name, Path: p.Path,
		CreateDate: p.Created, UpdateDate: p.Updated,
		DefaultVersionId: new(p.Default), IsAttachable: new(true),
	}
}

func (p ownPolicy) versions() []iam.PolicyVersion {
	list := make([]iam.PolicyVersion, 0, len(p.Versions))
	for _, v := range slices.Backward(p.Versions) {
		list = append(list, wireVersion(p.Policy, v))
	}
	return list
}

func (p ownPolicy) document(r *directory.Reader, version string) (string, bool) {
	text, ok := r.PolicyText(p.Policy, version)
	return text.String(), ok
}

func wireVersion(p *directory.Policy, v directory.PolicyVersion) iam.PolicyVersion {
	return iam.PolicyVersion{VersionId: new(v.ID), CreateDate: v.Created, IsDefaultVersion: new(v.ID == p.Default)}
}

// awsPolicy is one of AWS's managed policies.
type awsPolicy struct{ managed.Policy }

func (p awsPolicy) ref() directory.PolicyRef { return directory.PolicyRef("aws:" + p.Path + p.Name) }
func (p awsPolicy) path() string             { return p.Path }
func (p awsPolicy) description() *string     { return nil } // nobody published them all
func (p awsPolicy) tags() []directory.Tag    { return nil }

func (p awsPolicy) wire(partition string) iam.Policy {
	return iam.Policy{
		Arn: p.ARN(partition), PolicyId: p.ID, PolicyName: p.Name, Path: p.Path,
		CreateDate: p.Created, UpdateDate: p.Updated,
		DefaultVersionId: new(p.Default().ID), IsAttachable: new(p.Attachable),
	}
}

func (p awsPolicy) versions() []iam.PolicyVersion {
	var list []iam.PolicyVersion
	for v := range p.Versions() {
		list = append(list, iam.PolicyVersion{VersionId: new(v.ID), CreateDate: v.Created, IsDefaultVersion: new(v.Default)})
	}
	return list
}

func (p awsPolicy) document(_ *directory.Reader, version string) (string, bool) {
	v, ok := p.Version(version)
	if !ok {
		return "", false
	}
	return v.Document(), true
}

// parsePolicyARN takes the ARN of a managed policy apart. It must be of the
// call's partition: a region of China knows no arn:aws: policy.
func parsePolicyARN(c *service.Call, text string) (arn.ARN, error) {
	name, err := arn.Parse(text)
	if err != nil || name.Partition != c.Partition || name.Service != "iam" || name.Region != "" ||
		!strings.HasPrefix(name.Resource, "policy/") || name.ResourceName() == "" {
		return arn.ARN{}, badPolicyARN(text)
	}
	if _, err := arn.ParseAccountID(name.Account); err != nil && name.Account != "aws" {
		return arn.ARN{}, badPolicyARN(text)
	}
	return name, nil
}

// lookUpPolicy finds the managed policy that an ARN names. It refuses a text
// that is no such ARN, and with missing one that names no policy that the
// account can use; the policies of other accounts are of that kind.
func lookUpPolicy(c *service.Call, r *directory.Reader, text string, missing func(string) error) (managedPolicy, error) {
	name, err := parsePolicyARN(c, text)
	if err != nil {
		return nil, err
	}
	if name.Account == "aws" {
		if p, ok := managed.Lookup(text); ok {
			return awsPolicy{p}, nil
		}
		return nil, missing(text)
	}
	p, ok := r.Policy(c.Account, name.ResourceName())
	if !ok || p.ARN(c.Partition) != text {
		return nil, missing(text)
	}
	return ownPolicy{p}, nil
}

// byRef is the managed policy that an entity refers to.
func byRef(c *service.Call, r *directory.Reader, ref directory.PolicyRef) (managedPolicy, bool) {
	if name, ok := ref.AWSManaged(c.Partition); ok {
		p, ok := managed.Lookup(name)
		return awsPolicy{p}, ok
	}
	p, ok := r.PolicyByID(c.Account, string(ref))
	return ownPolicy{p}, ok
}

// uses tells how often the managed policies of an account are used.
type uses struct{ attached, bounding func(directory.PolicyRef) int }

// usesOf counts for one policy, when asked.
func usesOf(c *service.Call, r *directory.Reader) uses {
	return uses{
		func(ref directory.PolicyRef) int { return r.CountUses(c.Account, ref, directory.Attachment) },
		func(ref directory.PolicyRef) int { return r.CountUses(c.Account, ref, directory.Boundary) },
	}
}

// allUses counts for all policies at once.
func allUses(c *service.Call, r *directory.Reader) uses {
	attached := r.PolicyCounts(c.Account, directory.Attachment)
	bounding := r.PolicyCounts(c.Account, directory.Boundary)
	return uses{
		func(ref directory.PolicyRef) int { return attached[ref] },
		func(ref directory.PolicyRef) int { return bounding[ref] },
	}
}

// wireManaged is a policy as lists show it: without Description and Tags.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html
func wireManaged(c *service.Call, p managedPolicy, u uses) iam.Policy {
	w := p.wire(c.Partition)
	w.AttachmentCount = new(int32(u.attached(p.ref())))
	w.PermissionsBoundaryUsageCount = new(int32(u.bounding(p.ref())))
	return w
}

// fullPolicy is a policy as GetPolicy shows it. Tags are there even where
// there are none (recorded: test_policy_lifecycle).
func fullPolicy(c *service.Call, r *directory.Reader, p managedPolicy) iam.Policy {
	w := wireManaged(c, p, usesOf(c, r))
	w.Description = p.description()
	w.Tags = sortedTags(p.tags())
	return w
}

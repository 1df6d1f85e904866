package iam

import (
	"context"
	"slices"
	"strconv"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The versions of managed policies.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-versioning.html

func (s *Service) versionOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.CreatePolicyVersion, one(func(c *service.Call, in *iam.CreatePolicyVersionInput) service.Need {
			return onPolicy(c, in.PolicyArn)
		}), s.CreatePolicyVersion),
		service.Bind(iam.GetPolicyVersion, one(func(c *service.Call, in *iam.GetPolicyVersionInput) service.Need {
			return onPolicy(c, in.PolicyArn)
		}), s.GetPolicyVersion),
		service.Bind(iam.ListPolicyVersions, one(func(c *service.Call, in *iam.ListPolicyVersionsInput) service.Need {
			return onPolicy(c, in.PolicyArn)
		}), s.ListPolicyVersions),
		service.Bind(iam.DeletePolicyVersion, one(func(c *service.Call, in *iam.DeletePolicyVersionInput) service.Need {
			return onPolicy(c, in.PolicyArn)
		}), s.DeletePolicyVersion),
		service.Bind(iam.SetDefaultPolicyVersion, one(func(c *service.Call, in *iam.SetDefaultPolicyVersionInput) service.Need {
			return onPolicy(c, in.PolicyArn)
		}), s.SetDefaultPolicyVersion),
	}
}

// CreatePolicyVersion makes a version under the next number there never was. It
// answers no document (recorded: test_policy_version_lifecycle), and moves
// UpdateDate, which is when the newest version was made.
//
// Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Policy.html
func (s *Service) CreatePolicyVersion(ctx context.Context, in *iam.CreatePolicyVersionInput) (*iam.CreatePolicyVersionOutput, error) {
	c := service.CallOf(ctx)
	if err := validManaged(c, in.PolicyDocument); err != nil {
		return nil, err
	}
	var made iam.PolicyVersion
	err := c.Update(ctx, func(tx *directory.Tx) error {
		before, err := ownToChange(c, tx, "CreatePolicyVersion", in.PolicyArn, noSuchPolicy)
		if err != nil {
			return err
		}
		if len(before.Versions) >= versionsPerPolicy.limit(c) {
			return tooManyVersions(c)
		}
		p := before.Clone()
		p.Last++
		v := directory.PolicyVersion{ID: "v" + strconv.Itoa(p.Last), Created: second(c.Now)}
		p.Versions = append(p.Versions, v)
		p.Updated = v.Created
		if in.SetAsDefault != nil && *in.SetAsDefault {
			p.Default = v.ID
		}
		tx.PutPolicy(p)
		tx.PutPolicyText(p, v.ID, directory.NewPolicyText(in.PolicyDocument))
		made = wireVersion(p, v)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return &iam.CreatePolicyVersionOutput{PolicyVersion: &made}, nil
}

// GetPolicyVersion shows a version with its document.
func (s *Service) GetPolicyVersion(ctx context.Context, in *iam.GetPolicyVersionInput) (*iam.GetPolicyVersionOutput, error) {
	c := service.CallOf(ctx)
	missing := func(arn string) error { return noSuchVersion(arn, in.VersionId) }
	p, err := lookUpPolicy(c, &c.View.Reader, in.PolicyArn, missing)
	if err != nil {
		return nil, err
	}
	for _, v := range p.versions() {
		if *v.VersionId != in.VersionId {
			continue
		}
		document, ok := p.document(&c.View.Reader, in.VersionId)
		if !ok {
			break
		}
		v.Document = escape(document)
		return &iam.GetPolicyVersionOutput{PolicyVersion: &v}, nil
	}
	return nil, missing(in.PolicyArn)
}

// ListPolicyVersions lists from the newest to the oldest, without documents
// (recorded: test_policy_version_set_default).
func (s *Service) ListPolicyVersions(ctx context.Context, in *iam.ListPolicyVersionsInput) (*iam.ListPolicyVersionsOutput, error) {
	c := service.CallOf(ctx)
	p, err := lookUpPolicy(c, &c.View.Reader, in.PolicyArn, noSuchPolicy)
	if err != nil {
		return nil, err
	}
	key := func(v iam.PolicyVersion) string { return *v.VersionId }
	list := func(after string, yield func(iam.PolicyVersion) bool) {
		for _, v := range p.versions() {
			if (after == "" || versionNumber(key(v)) < versionNumber(after)) && !yield(v) {
				return
			}
		}
	}
	found, err := pageOf(in.Marker, in.MaxItems, key, list)
	if err != nil {
		return nil, err
	}
	return &iam.ListPolicyVersionsOutput{Versions: found.Items, IsTruncated: found.IsTruncated, Marker: found.Marker}, nil
}

// versionNumber is the 5 of v5.
func versionNumber(id string) int {
	n, _ := strconv.Atoi(id[1:])
	return n
}

// DeletePolicyVersion removes a version that is not the default one.
func (s *Service) DeletePolicyVersion(ctx context.Context, in *iam.DeletePolicyVersionInput) (*iam.DeletePolicyVersionOutput, error) {
	err := changeVersions(ctx, "DeletePolicyVersion", in.PolicyArn, in.VersionId, func(tx *directory.Tx, p *directory.Policy) error {
		if p.Default == in.VersionId {
			return defaultVersion()
		}
		p.Versions = slices.DeleteFunc(p.Versions, func(v directory.PolicyVersion) bool { return v.ID == in.VersionId })
		tx.DeletePolicyText(p, in.VersionId)
		return nil
	})
	return &iam.DeletePolicyVersionOutput{}, err
}

// SetDefaultPolicyVersion puts another version in force.
func (s *Service) SetDefaultPolicyVersion(ctx context.Context, in *iam.SetDefaultPolicyVersionInput) (*iam.SetDefaultPolicyVersionOutput, error) {
	err := changeVersions(ctx, "SetDefaultPolicyVersion", in.PolicyArn, in.VersionId, func(_ *directory.Tx, p *directory.Policy) error {
		p.Default = in.VersionId
		return nil
	})
	return &iam.SetDefaultPolicyVersionOutput{}, err
}

// changeVersions writes a policy after a change that concerns one of its
// versions.
func changeVersions(ctx context.Context, action, text, version string, change func(*directory.Tx, *directory.Policy) error) error {
	c := service.CallOf(ctx)
	missing := func(arn string) error { return noSuchVersion(arn, version) }
	return c.Update(ctx, func(tx *directory.Tx) error {
		before, err := ownToChange(c, tx, action, text, missing)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(before.Versions, func(v directory.PolicyVersion) bool { return v.ID == version }) {
			return missing(text)
		}
		p := before.Clone()
		if err := change(tx, p); err != nil {
			return err
		}
		tx.PutPolicy(p)
		return nil
	})
}

package iam

import (
	"context"
	"strings"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// The instance profiles, which carry a role to an EC2 instance.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html

func (s *Service) profileOperations() []service.Operation {
	return []service.Operation{
		service.Bind(iam.CreateInstanceProfile, needCreateProfile, s.CreateInstanceProfile),
		service.Bind(iam.GetInstanceProfile, one(func(c *service.Call, in *iam.GetInstanceProfileInput) service.Need {
			return onProfile(c, in.InstanceProfileName)
		}), s.GetInstanceProfile),
		service.Bind(iam.DeleteInstanceProfile, one(func(c *service.Call, in *iam.DeleteInstanceProfileInput) service.Need {
			return onProfile(c, in.InstanceProfileName)
		}), s.DeleteInstanceProfile),
		service.Bind(iam.ListInstanceProfiles, one(func(c *service.Call, in *iam.ListInstanceProfilesInput) service.Need {
			return onPath(c, "instance-profile", in.PathPrefix)
		}), s.ListInstanceProfiles),
		service.Bind(iam.ListInstanceProfilesForRole, one(func(c *service.Call, in *iam.ListInstanceProfilesForRoleInput) service.Need {
			return onRole(c, in.RoleName)
		}), s.ListInstanceProfilesForRole),
		service.Bind(iam.AddRoleToInstanceProfile, needAddRole, s.AddRoleToInstanceProfile),
		service.Bind(iam.RemoveRoleFromInstanceProfile, one(func(c *service.Call, in *iam.RemoveRoleFromInstanceProfileInput) service.Need {
			return onProfile(c, in.InstanceProfileName)
		}), s.RemoveRoleFromInstanceProfile),
		service.Bind(iam.TagInstanceProfile, one(func(c *service.Call, in *iam.TagInstanceProfileInput) service.Need {
			return withRequestTags(onProfile(c, in.InstanceProfileName), in.Tags)
		}), s.TagInstanceProfile),
		service.Bind(iam.UntagInstanceProfile, one(func(c *service.Call, in *iam.UntagInstanceProfileInput) service.Need {
			return withTagKeys(onProfile(c, in.InstanceProfileName), in.TagKeys)
		}), s.UntagInstanceProfile),
		service.Bind(iam.ListInstanceProfileTags, one(func(c *service.Call, in *iam.ListInstanceProfileTagsInput) service.Need {
			return onProfile(c, in.InstanceProfileName)
		}), s.ListInstanceProfileTags),
	}
}

// onProfile needs the instance profile that is named.
func onProfile(c *service.Call, name string) service.Need {
	p, ok := c.View.InstanceProfile(c.Account, name)
	if !ok {
		return onTagged(iamARN(c, "instance-profile", "/", name), "instance profile "+name, nil)
	}
	return onTagged(p.ARN(c.Partition), "instance profile "+name, p.Tags)
}

func needCreateProfile(c *service.Call, in *iam.CreateInstanceProfileInput) []service.Need {
	return tagging(onNew(c, "instance-profile", in.Path, in.InstanceProfileName), "iam:TagInstanceProfile", in.Tags)
}

// needAddRole needs to pass the role to EC2 as well as to change the profile.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
func needAddRole(c *service.Call, in *iam.AddRoleToInstanceProfileInput) []service.Need {
	pass := onRole(c, in.RoleName)
	pass.Action, pass.Shown = "iam:PassRole", ""
	setKey(&pass, "iam:PassedToService", "ec2.amazonaws.com")
	return []service.Need{onProfile(c, in.InstanceProfileName), pass}
}

// CreateInstanceProfile makes an instance profile without a role.
func (s *Service) CreateInstanceProfile(ctx context.Context, in *iam.CreateInstanceProfileInput) (*iam.CreateInstanceProfileOutput, error) {
	c := service.CallOf(ctx)
	if err := checkPolicyTags(in.Tags); err != nil {
		return nil, err
	}
	id, err := arn.NewID(arn.InstanceProfilePrefix, c.Account, c.Rand)
	if err != nil {
		return nil, err
	}
	p := &directory.InstanceProfile{Entity: directory.Entity{
		ID: id, Account: c.Account, Name: in.InstanceProfileName, Path: pathOr(in.Path),
		Created: second(c.Now), Tags: storedTags(in.Tags),
	}}
	w := wireProfile(c, nil, p)
	w.Tags = wireTags(p.Tags)
	return &iam.CreateInstanceProfileOutput{InstanceProfile: &w}, c.Update(ctx, func(tx *directory.Tx) error {
		if _, taken := tx.InstanceProfile(c.Account, p.Name); taken {
			return profileExists(p.Name)
		}
		if !tx.Room(c.Account, directory.CountedProfiles, p.ID, profilesPerAccount.limit(c)) {
			return overQuota(c, profilesPerAccount)
		}
		if len(p.Tags) > tagsPerProfile.limit(c) {
			return overQuota(c, tagsPerProfile)
		}
		tx.CreateInstanceProfile(p)
		return nil
	})
}

// wireProfile is an instance profile as lists show it: without its tags. Its
// role shows neither description nor longest session.
func wireProfile(c *service.Call, r *directory.Reader, p *directory.InstanceProfile) iam.InstanceProfile {
	w := iam.InstanceProfile{
		Arn: p.ARN(c.Partition), CreateDate: p.Created, Path: p.Path,
		InstanceProfileId: p.ID, InstanceProfileName: p.Name, Roles: []iam.Role{},
	}
	if p.Role == "" {
		return w
	}
	if role, ok := r.RoleByID(c.Account, p.Role); ok {
		brief := briefRole(c, r, role)
		brief.Description, brief.MaxSessionDuration = nil, 0
		w.Roles = append(w.Roles, brief)
	}
	return w
}

// findProfile finds an instance profile by name.
func findProfile(c *service.Call, r *directory.Reader, name string) (*directory.InstanceProfile, error) {
	p, ok := r.InstanceProfile(c.Account, name)
	if !ok {
		return nil, noSuchProfile(name)
	}
	return p, nil
}

// GetInstanceProfile shows an instance profile with its role. Tags are there
// even where there are none (recorded: test_instance_profile_lifecycle).
func (s *Service) GetInstanceProfile(ctx context.Context, in *iam.GetInstanceProfileInput) (*iam.GetInstanceProfileOutput, error) {
	c := service.CallOf(ctx)
	p, err := findProfile(c, &c.View.Reader, in.InstanceProfileName)
	if err != nil {
		return nil, err
	}
	w := wireProfile(c, &c.View.Reader, p)
	w.Tags = sortedTags(p.Tags)
	return &iam.GetInstanceProfileOutput{InstanceProfile: &w}, nil
}

// DeleteInstanceProfile removes an instance profile that has no role.
func (s *Service) DeleteInstanceProfile(ctx context.Context, in *iam.DeleteInstanceProfileInput) (*iam.DeleteInstanceProfileOutput, error) {
	c := service.CallOf(ctx)
	return &iam.DeleteInstanceProfileOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		p, err := findProfile(c, &tx.Reader, in.InstanceProfileName)
		if err != nil {
			return err
		}
		if p.Role != "" {
			return mustRemoveRoles()
		}
		tx.DeleteInstanceProfile(p)
		return nil
	})
}

// ListInstanceProfiles lists the instance profiles below a path.
func (s *Service) ListInstanceProfiles(ctx context.Context, in *iam.ListInstanceProfilesInput) (*iam.ListInstanceProfilesOutput, error) {
	c := service.CallOf(ctx)
	profiles := matching(func(after string, yield func(*directory.InstanceProfile) bool) {
		c.View.InstanceProfiles(c.Account, after, yield)
	}, func(p *directory.InstanceProfile) bool { return strings.HasPrefix(p.Path, in.PathPrefix) })
	p, err := pageOf(in.Marker, in.MaxItems, profileName, profiles)
	if err != nil {
		return nil, err
	}
	w := pageAs(p, func(p *directory.InstanceProfile) iam.InstanceProfile { return wireProfile(c, &c.View.Reader, p) })
	return &iam.ListInstanceProfilesOutput{InstanceProfiles: w.Items, IsTruncated: w.IsTruncated, Marker: w.Marker}, nil
}

// ListInstanceProfilesForRole lists the instance profiles that a role is in.
func (s *Service) ListInstanceProfilesForRole(ctx context.Context, in *iam.ListInstanceProfilesForRoleInput) (*iam.ListInstanceProfilesForRoleOutput, error) {
	c := service.CallOf(ctx)
	role, ok := c.View.Role(c.Account, in.RoleName)
	if !ok {
		return nil, noSuchRole(in.RoleName)
	}
	p, err := pageOf(in.Marker, in.MaxItems, profileName, inOrder(profilesOf(&c.View.Reader, role), profileName))
	if err != nil {
		return nil, err
	}
	w := pageAs(p, func(p *directory.InstanceProfile) iam.InstanceProfile { return wireProfile(c, &c.View.Reader, p) })
	return &iam.ListInstanceProfilesForRoleOutput{InstanceProfiles: w.Items, IsTruncated: w.IsTruncated, Marker: w.Marker}, nil
}

func profilesOf(r *directory.Reader, role *directory.Role) []*directory.InstanceProfile {
	var list []*directory.InstanceProfile
	r.InstanceProfilesOf(role, func(p *directory.InstanceProfile) bool {
		list = append(list, p)
		return true
	})
	return list
}

// wireProfiles are the instance profiles that a role is in.
func wireProfiles(c *service.Call, role *directory.Role) []iam.InstanceProfile {
	list := []iam.InstanceProfile{}
	for _, p := range profilesOf(&c.View.Reader, role) {
		list = append(list, wireProfile(c, &c.View.Reader, p))
	}
	return list
}

func profileName(p *directory.InstanceProfile) string { return p.Name }

// AddRoleToInstanceProfile gives an instance profile its one role.
func (s *Service) AddRoleToInstanceProfile(ctx context.Context, in *iam.AddRoleToInstanceProfileInput) (*iam.AddRoleToInstanceProfileOutput, error) {
	return &iam.AddRoleToInstanceProfileOutput{}, changeProfile(ctx, in.InstanceProfileName, func(c *service.Call, tx *directory.Tx, p *directory.InstanceProfile) error {
		role, ok := tx.Role(c.Account, in.RoleName)
		switch {
		case !ok:
			return noSuchRole(in.RoleName)
		case p.Role != "":
			return overQuota(c, rolesPerProfile)
		}
		p.Role = role.ID
		return mustBeChangeable(role)
	})
}

// RemoveRoleFromInstanceProfile takes the role out of an instance profile.
func (s *Service) RemoveRoleFromInstanceProfile(ctx context.Context, in *iam.RemoveRoleFromInstanceProfileInput) (*iam.RemoveRoleFromInstanceProfileOutput, error) {
	return &iam.RemoveRoleFromInstanceProfileOutput{}, changeProfile(ctx, in.InstanceProfileName, func(c *service.Call, tx *directory.Tx, p *directory.InstanceProfile) error {
		role, ok := tx.Role(c.Account, in.RoleName)
		switch {
		case !ok:
			return noSuchRole(in.RoleName)
		case p.Role != role.ID:
			return notInProfile(in.RoleName, in.InstanceProfileName)
		}
		p.Role = ""
		return nil
	})
}

// changeProfile rewrites an instance profile in a transaction.
func changeProfile(ctx context.Context, name string, change func(*service.Call, *directory.Tx, *directory.InstanceProfile) error) error {
	c := service.CallOf(ctx)
	return c.Update(ctx, func(tx *directory.Tx) error {
		before, err := findProfile(c, &tx.Reader, name)
		if err != nil {
			return err
		}
		p := before.Clone()
		if err := change(c, tx, p); err != nil {
			return err
		}
		tx.PutInstanceProfile(before, p)
		return nil
	})
}

// TagInstanceProfile sets tags of an instance profile.
func (s *Service) TagInstanceProfile(ctx context.Context, in *iam.TagInstanceProfileInput) (*iam.TagInstanceProfileOutput, error) {
	return &iam.TagInstanceProfileOutput{}, changeProfile(ctx, in.InstanceProfileName, func(c *service.Call, _ *directory.Tx, p *directory.InstanceProfile) (err error) {
		p.Tags, err = mergeExactTags(c, p.Tags, in.Tags, tagsPerProfile)
		return err
	})
}

// UntagInstanceProfile takes tags from an instance profile.
func (s *Service) UntagInstanceProfile(ctx context.Context, in *iam.UntagInstanceProfileInput) (*iam.UntagInstanceProfileOutput, error) {
	return &iam.UntagInstanceProfileOutput{}, changeProfile(ctx, in.InstanceProfileName, func(_ *service.Call, _ *directory.Tx, p *directory.InstanceProfile) error {
		p.Tags = withoutExactTags(p.Tags, in.TagKeys)
		return nil
	})
}

// ListInstanceProfileTags lists the tags of an instance profile by key.
func (s *Service) ListInstanceProfileTags(ctx context.Context, in *iam.ListInstanceProfileTagsInput) (*iam.ListInstanceProfileTagsOutput, error) {
	c := service.CallOf(ctx)
	p, err := findProfile(c, &c.View.Reader, in.InstanceProfileName)
	if err != nil {
		return nil, err
	}
	found, err := pageTags(in.Marker, in.MaxItems, p.Tags)
	if err != nil {
		return nil, err
	}
	return &iam.ListInstanceProfileTagsOutput{Tags: found.Items, IsTruncated: found.IsTruncated, Marker: found.Marker}, nil
}

package identitystore

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/rolecall-iam/rolecall/api/identitystore"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// CreateGroup makes a group.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateGroup.html
func (s *Service) CreateGroup(ctx context.Context, c scope, in *identitystore.CreateGroupInput) (*identitystore.CreateGroupOutput, error) {
	id, err := service.NewPeopleID(c.Rand, c.store.ID)
	if err != nil {
		return nil, err
	}
	g := &directory.PersonGroup{ID: id, Store: c.store.ID, DisplayName: in.DisplayName, Description: in.Description, Stamp: c.stamp()}
	return &identitystore.CreateGroupOutput{IdentityStoreId: c.store.ID, GroupId: id}, c.Update(ctx, func(tx *directory.Tx) error {
		return putGroup(tx, c, nil, g)
	})
}

func putGroup(tx *directory.Tx, c scope, before, g *directory.PersonGroup) error {
	if _, ok := tx.IdentityStore(c.store.ID); !ok {
		return notFound(storeType, c.store.ID)
	}
	if err := service.CheckPersonGroup(&tx.Reader, g); err != nil {
		return wrong(err)
	}
	tx.PutPersonGroup(before, g)
	return nil
}

// DescribeGroup tells a group.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeGroup.html
func (s *Service) DescribeGroup(_ context.Context, c scope, in *identitystore.DescribeGroupInput) (*identitystore.DescribeGroupOutput, error) {
	g, ok := c.View.PersonGroup(c.store.ID, in.GroupId)
	if !ok {
		return nil, notFound(groupType, in.GroupId)
	}
	out := identitystore.DescribeGroupOutput(shownGroup(g))
	return &out, nil
}

// UpdateGroup sets a group's name and description, or takes the description
// away.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_UpdateGroup.html
func (s *Service) UpdateGroup(ctx context.Context, c scope, in *identitystore.UpdateGroupInput) (*identitystore.UpdateGroupOutput, error) {
	return &identitystore.UpdateGroupOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.PersonGroup(c.store.ID, in.GroupId)
		if !ok {
			return notFound(groupType, in.GroupId)
		}
		g := before.Clone()
		g.Stamp = c.restamp(g.Stamp)
		for _, op := range in.Operations {
			if err := setOfGroup(g, op); err != nil {
				return err
			}
		}
		return putGroup(tx, c, before, g)
	})
}

func setOfGroup(g *directory.PersonGroup, op identitystore.AttributeOperation) error {
	text := ""
	if len(op.AttributeValue) > 0 && json.Unmarshal(op.AttributeValue, &text) != nil {
		return invalid(op.AttributePath + " must be a string.")
	}
	switch strings.ToLower(op.AttributePath) {
	case "displayname":
		g.DisplayName = text
	case "description":
		g.Description = text
	default:
		return invalid(op.AttributePath + " is no attribute that can be updated.")
	}
	return nil
}

// DeleteGroup removes a group. Whoever is in it leaves it.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteGroup.html
func (s *Service) DeleteGroup(ctx context.Context, c scope, in *identitystore.DeleteGroupInput) (*identitystore.DeleteGroupOutput, error) {
	return &identitystore.DeleteGroupOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		g, ok := tx.PersonGroup(c.store.ID, in.GroupId)
		if !ok {
			return notFound(groupType, in.GroupId)
		}
		tx.DeletePersonGroup(g)
		return nil
	})
}

// ListGroups tells the groups, or the one of a name.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListGroups.html
func (s *Service) ListGroups(_ context.Context, c scope, in *identitystore.ListGroupsInput) (*identitystore.ListGroupsOutput, error) {
	p, err := newPage[identitystore.Group](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	name, filtered, err := filterOn("DisplayName", in.Filters)
	if err != nil {
		return nil, err
	}
	add := func(g *directory.PersonGroup) bool { return p.Add(g.ID, shownGroup(g)) }
	if !filtered {
		c.View.PersonGroups(c.store.ID, p.After, add)
	} else if g, ok := c.View.PersonGroupNamed(c.store.ID, name); ok && g.ID > p.After {
		add(g)
	}
	return &identitystore.ListGroupsOutput{Groups: p.Items, NextToken: p.Next}, nil
}

// GetGroupId finds a group by display name or external id.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetGroupId.html
func (s *Service) GetGroupId(_ context.Context, c scope, in *identitystore.GetGroupIdInput) (*identitystore.GetGroupIdOutput, error) {
	g, err := groupBy(&c.View.Reader, c.store.ID, in.AlternateIdentifier)
	if err != nil {
		return nil, err
	}
	return &identitystore.GetGroupIdOutput{IdentityStoreId: c.store.ID, GroupId: g.ID}, nil
}

func groupBy(r *directory.Reader, store string, by *identitystore.AlternateIdentifier) (*directory.PersonGroup, error) {
	var g *directory.PersonGroup
	ok := false
	switch {
	case by.ExternalId != nil:
		g, ok = r.PersonGroupKnownAs(store, directory.ExternalID{Issuer: by.ExternalId.Issuer, ID: by.ExternalId.Id})
	case by.UniqueAttribute != nil:
		text, err := textOf(by.UniqueAttribute)
		if err != nil {
			return nil, err
		}
		if !strings.EqualFold(by.UniqueAttribute.AttributePath, "displayName") {
			return nil, invalid("The attribute path must be displayName.")
		}
		g, ok = r.PersonGroupNamed(store, text)
	default:
		return nil, noIdentifier()
	}
	if !ok {
		return nil, notFound(groupType, "")
	}
	return g, nil
}

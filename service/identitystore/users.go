package identitystore

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/rolecall-iam/rolecall/api/identitystore"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// CreateUser makes a user.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_CreateUser.html
func (s *Service) CreateUser(ctx context.Context, c scope, in *identitystore.CreateUserInput) (*identitystore.CreateUserOutput, error) {
	id, err := service.NewPeopleID(c.Rand, c.store.ID)
	if err != nil {
		return nil, err
	}
	p := &directory.Person{ID: id, Store: c.store.ID, Profile: profileOf(in), Stamp: c.stamp()}
	for name, text := range in.Extensions {
		if err := service.SetPersonAttribute(p, name, text); err != nil {
			return nil, wrong(err)
		}
	}
	return &identitystore.CreateUserOutput{IdentityStoreId: c.store.ID, UserId: id}, c.Update(ctx, func(tx *directory.Tx) error {
		return putPerson(tx, c, nil, p)
	})
}

func putPerson(tx *directory.Tx, c scope, before, p *directory.Person) error {
	if _, ok := tx.IdentityStore(c.store.ID); !ok {
		return notFound(storeType, c.store.ID)
	}
	if err := service.CheckPerson(&tx.Reader, p); err != nil {
		return wrong(err)
	}
	tx.PutPerson(before, p)
	return nil
}

// DescribeUser tells a user, with the extensions that are asked for.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DescribeUser.html
func (s *Service) DescribeUser(_ context.Context, c scope, in *identitystore.DescribeUserInput) (*identitystore.DescribeUserOutput, error) {
	p, ok := c.View.Person(c.store.ID, in.UserId)
	if !ok {
		return nil, notFound(userType, in.UserId)
	}
	out := identitystore.DescribeUserOutput(shownUser(p, in.Extensions))
	return &out, nil
}

// UpdateUser sets and takes away attributes by their paths.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_UpdateUser.html
func (s *Service) UpdateUser(ctx context.Context, c scope, in *identitystore.UpdateUserInput) (*identitystore.UpdateUserOutput, error) {
	return &identitystore.UpdateUserOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.Person(c.store.ID, in.UserId)
		if !ok {
			return notFound(userType, in.UserId)
		}
		p := before.Clone()
		p.Stamp = c.restamp(p.Stamp)
		for _, op := range in.Operations {
			if err := service.SetPersonAttribute(p, op.AttributePath, op.AttributeValue); err != nil {
				return wrong(err)
			}
		}
		return putPerson(tx, c, before, p)
	})
}

// DeleteUser removes a user, who leaves all groups.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_DeleteUser.html
func (s *Service) DeleteUser(ctx context.Context, c scope, in *identitystore.DeleteUserInput) (*identitystore.DeleteUserOutput, error) {
	return &identitystore.DeleteUserOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		p, ok := tx.Person(c.store.ID, in.UserId)
		if !ok {
			return notFound(userType, in.UserId)
		}
		tx.DeletePerson(p)
		return nil
	})
}

// ListUsers tells the users, or the one of a name.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_ListUsers.html
func (s *Service) ListUsers(_ context.Context, c scope, in *identitystore.ListUsersInput) (*identitystore.ListUsersOutput, error) {
	p, err := newPage[identitystore.User](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	name, filtered, err := filterOn("UserName", in.Filters)
	if err != nil {
		return nil, err
	}
	add := func(u *directory.Person) bool { return p.Add(u.ID, shownUser(u, in.Extensions)) }
	if !filtered {
		c.View.People(c.store.ID, p.After, add)
	} else if u, ok := c.View.PersonNamed(c.store.ID, name); ok && u.ID > p.After {
		add(u)
	}
	return &identitystore.ListUsersOutput{Users: p.Items, NextToken: p.Next}, nil
}

// filterOn answers the value of the one filter that there may be.
func filterOn(attribute string, filters []identitystore.Filter) (string, bool, error) {
	switch {
	case len(filters) == 0:
		return "", false, nil
	case !strings.EqualFold(filters[0].AttributePath, attribute):
		return "", false, invalid("The attribute path of a filter must be " + attribute + ".")
	}
	return filters[0].AttributeValue, true, nil
}

// GetUserId finds a user by user name, primary e-mail address or external id.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_GetUserId.html
func (s *Service) GetUserId(_ context.Context, c scope, in *identitystore.GetUserIdInput) (*identitystore.GetUserIdOutput, error) {
	p, err := personBy(&c.View.Reader, c.store.ID, in.AlternateIdentifier)
	if err != nil {
		return nil, err
	}
	return &identitystore.GetUserIdOutput{IdentityStoreId: c.store.ID, UserId: p.ID}, nil
}

func personBy(r *directory.Reader, store string, by *identitystore.AlternateIdentifier) (*directory.Person, error) {
	var p *directory.Person
	ok := false
	switch {
	case by.ExternalId != nil:
		p, ok = r.PersonKnownAs(store, directory.ExternalID{Issuer: by.ExternalId.Issuer, ID: by.ExternalId.Id})
	case by.UniqueAttribute != nil:
		text, err := textOf(by.UniqueAttribute)
		if err != nil {
			return nil, err
		}
		switch strings.ToLower(by.UniqueAttribute.AttributePath) {
		case "username":
			p, ok = r.PersonNamed(store, text)
		case "emails.value":
			p, ok = r.PersonWithEmail(store, text)
		default:
			return nil, invalid("The attribute path must be userName or emails.value.")
		}
	default:
		return nil, noIdentifier()
	}
	if !ok {
		return nil, notFound(userType, "")
	}
	return p, nil
}

// textOf is the value of a unique attribute, which is a text in each case.
func textOf(a *identitystore.UniqueAttribute) (string, error) {
	var text *string
	if err := json.Unmarshal(a.AttributeValue, &text); err != nil || text == nil || *text == "" {
		return "", invalid("The attribute value must be a string.")
	}
	return *text, nil
}

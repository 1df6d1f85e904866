package ssoadmin

import (
	"context"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

const (
	active   = "ACTIVE"
	awsOwned = "AWS_OWNED_KMS_KEY"
)

func (s *Service) instanceOperations() []service.Operation {
	return []service.Operation{
		open(ssoadmin.ListInstances, func(*ssoadmin.ListInstancesInput) target { return target{} }, s.ListInstances),
		open(ssoadmin.CreateInstance, func(in *ssoadmin.CreateInstanceInput) target {
			return target{makes: "instance", tags: in.Tags}
		}, s.CreateInstance),
		bind(ssoadmin.DescribeInstance, func(in *ssoadmin.DescribeInstanceInput) target {
			return target{instance: in.InstanceArn}
		}, s.DescribeInstance),
		bind(ssoadmin.UpdateInstance, func(in *ssoadmin.UpdateInstanceInput) target {
			return target{instance: in.InstanceArn}
		}, s.UpdateInstance),
		bind(ssoadmin.DeleteInstance, func(in *ssoadmin.DeleteInstanceInput) target {
			return target{instance: in.InstanceArn}
		}, s.DeleteInstance),
	}
}

// ListInstances tells the instances that the account has or sees in the region.
// An account that could enable Identity Center and has not is taken to do so
// with this: there is no console here.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListInstances.html
func (s *Service) ListInstances(ctx context.Context, c *service.Call, in *ssoadmin.ListInstancesInput) (*ssoadmin.ListInstancesOutput, error) {
	p, err := newPage[ssoadmin.InstanceMetadata](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	if err := makeFirst(ctx, c); err != nil {
		return nil, err
	}
	for _, i := range visible(c) {
		if !p.AddAfter(i.ID, shownInstance(c.Partition, i)) {
			break
		}
	}
	return &ssoadmin.ListInstancesOutput{Instances: p.Items, NextToken: p.NextToken()}, nil
}

// visible are the account's own instance and that of its organization.
func visible(c *service.Call) []*directory.Instance {
	var all []*directory.Instance
	if i, ok := c.View.InstanceOf(c.Account); ok && i.Region == c.Region {
		all = append(all, i)
	}
	m, ok := c.View.Member(c.Account)
	if !ok {
		return all
	}
	o, ok := c.View.Organization(m.Organization)
	if !ok || o.Management == c.Account {
		return all
	}
	if i, ok := c.View.InstanceOf(o.Management); ok && i.Region == c.Region {
		all = append(all, i)
	}
	if len(all) == 2 && all[0].ID > all[1].ID {
		all[0], all[1] = all[1], all[0]
	}
	return all
}

// makeFirst makes the instance of an account that manages an organization, or
// is in none, where it has none yet.
func makeFirst(ctx context.Context, c *service.Call) error {
	if _, ok := c.View.InstanceOf(c.Account); ok {
		return nil
	}
	if _, ok := c.View.Member(c.Account); ok {
		if _, manages := organizationOf(&c.View.Reader, c.Account); !manages {
			return nil
		}
	}
	i, store, err := newInstance(c)
	if err != nil {
		return err
	}
	return c.Update(ctx, func(tx *directory.Tx) error {
		if _, ok := tx.InstanceOf(c.Account); ok {
			return nil
		}
		putInstance(tx, i, store)
		return nil
	})
}

func newInstance(c *service.Call) (*directory.Instance, *directory.IdentityStore, error) {
	id, err := hexID(c.Rand, "ssoins-", 16)
	if err != nil {
		return nil, nil, err
	}
	store, err := hexID(c.Rand, "d-", 10)
	if err != nil {
		return nil, nil, err
	}
	now := second(c.Now)
	return &directory.Instance{ID: id, Account: c.Account, Store: store, Region: c.Region, Status: active, Created: now},
		&directory.IdentityStore{ID: store, Account: c.Account, Region: c.Region, Created: now}, nil
}

// putInstance writes a new instance with its identity store, which may have
// been made before.
func putInstance(tx *directory.Tx, i *directory.Instance, store *directory.IdentityStore) {
	if before, ok := tx.IdentityStoreOf(i.Account); ok {
		store = before
	}
	made := i.Clone()
	made.Store = store.ID
	tx.PutIdentityStore(store)
	tx.PutInstance(made)
}

// CreateInstance makes the instance of an account alone. The account that
// manages an organization has the organization's, which is not made so.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateInstance.html
func (s *Service) CreateInstance(ctx context.Context, c *service.Call, in *ssoadmin.CreateInstanceInput) (*ssoadmin.CreateInstanceOutput, error) {
	if _, manages := organizationOf(&c.View.Reader, c.Account); manages {
		return nil, invalid("An instance cannot be created in the management account of an organization.")
	}
	tags, err := mergeTags(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	i, store, err := newInstance(c)
	if err != nil {
		return nil, err
	}
	if in.Name != nil {
		i.Name = *in.Name
	}
	i.Tags, i.Token = tags, in.ClientToken
	out := &ssoadmin.CreateInstanceOutput{InstanceArn: instanceARN(c.Partition, i.ID)}
	return out, c.Update(ctx, func(tx *directory.Tx) error {
		before, ok := tx.InstanceOf(c.Account)
		switch {
		case !ok:
			putInstance(tx, i, store)
			return nil
		case in.ClientToken == "" || before.Token != in.ClientToken:
			return conflict("An instance already exists in this account.")
		}
		out.InstanceArn = instanceARN(c.Partition, before.ID)
		return nil
	})
}

func shownInstance(partition string, i *directory.Instance) ssoadmin.InstanceMetadata {
	shown := ssoadmin.InstanceMetadata{
		CreatedDate: i.Created, IdentityStoreId: i.Store, InstanceArn: instanceARN(partition, i.ID),
		OwnerAccountId: i.Account.String(), Status: i.Status,
	}
	if i.Name != "" {
		shown.Name = &i.Name
	}
	return shown
}

// DescribeInstance tells what an instance is.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeInstance.html
func (s *Service) DescribeInstance(_ context.Context, c scope, _ *ssoadmin.DescribeInstanceInput) (*ssoadmin.DescribeInstanceOutput, error) {
	i := shownInstance(c.Partition, c.instance)
	return &ssoadmin.DescribeInstanceOutput{
		CreatedDate: i.CreatedDate, IdentityStoreId: i.IdentityStoreId, InstanceArn: i.InstanceArn, Name: i.Name,
		OwnerAccountId: i.OwnerAccountId, Status: i.Status,
		EncryptionConfigurationDetails: &ssoadmin.EncryptionConfigurationDetails{EncryptionStatus: "ENABLED", KeyType: awsOwned},
	}, nil
}

// UpdateInstance gives an instance another name. A customer managed key cannot
// be set: there are no such keys here, and AWS's answer to one that does not
// exist is given.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdateInstance.html
func (s *Service) UpdateInstance(ctx context.Context, c scope, in *ssoadmin.UpdateInstanceInput) (*ssoadmin.UpdateInstanceOutput, error) {
	if e := in.EncryptionConfiguration; e != nil && e.KeyType != awsOwned {
		return nil, missing("The KMS key %s does not exist.", e.KmsKeyArn)
	}
	return &ssoadmin.UpdateInstanceOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, err := c.in(tx)
		if err != nil || in.Name == nil {
			return err
		}
		i := before.Clone()
		i.Name = *in.Name
		tx.PutInstance(i)
		return nil
	})
}

// DeleteInstance ends an instance: its identity store, its permission sets, and
// all roles that it made in accounts go with it.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteInstance.html
func (s *Service) DeleteInstance(ctx context.Context, c scope, _ *ssoadmin.DeleteInstanceInput) (*ssoadmin.DeleteInstanceOutput, error) {
	if c.instance.Account != c.Account {
		return nil, notYours()
	}
	return &ssoadmin.DeleteInstanceOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		i, ok := tx.Instance(c.instance.ID)
		if !ok {
			return notYours()
		}
		withdrawAll(tx, i)
		tx.DeleteInstance(i)
		if store, ok := tx.IdentityStore(i.Store); ok {
			tx.DeleteIdentityStore(store)
		}
		return nil
	})
}

package ssoadmin

import (
	"context"
	"slices"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

func (s *Service) attributeOperations() []service.Operation {
	return []service.Operation{
		bind(ssoadmin.CreateInstanceAccessControlAttributeConfiguration, func(in *ssoadmin.CreateInstanceAccessControlAttributeConfigurationInput) target {
			return target{instance: in.InstanceArn}
		}, s.CreateInstanceAccessControlAttributeConfiguration),
		bind(ssoadmin.UpdateInstanceAccessControlAttributeConfiguration, func(in *ssoadmin.UpdateInstanceAccessControlAttributeConfigurationInput) target {
			return target{instance: in.InstanceArn}
		}, s.UpdateInstanceAccessControlAttributeConfiguration),
		bind(ssoadmin.DescribeInstanceAccessControlAttributeConfiguration, func(in *ssoadmin.DescribeInstanceAccessControlAttributeConfigurationInput) target {
			return target{instance: in.InstanceArn}
		}, s.DescribeInstanceAccessControlAttributeConfiguration),
		bind(ssoadmin.DeleteInstanceAccessControlAttributeConfiguration, func(in *ssoadmin.DeleteInstanceAccessControlAttributeConfigurationInput) target {
			return target{instance: in.InstanceArn}
		}, s.DeleteInstanceAccessControlAttributeConfiguration),
	}
}

// CreateInstanceAccessControlAttributeConfiguration lets attributes of a person
// become session tags.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_CreateInstanceAccessControlAttributeConfiguration.html
func (s *Service) CreateInstanceAccessControlAttributeConfiguration(ctx context.Context, c scope, in *ssoadmin.CreateInstanceAccessControlAttributeConfigurationInput) (*ssoadmin.CreateInstanceAccessControlAttributeConfigurationOutput, error) {
	return &ssoadmin.CreateInstanceAccessControlAttributeConfigurationOutput{}, c.setAttributes(ctx, false, in.InstanceAccessControlAttributeConfiguration)
}

// UpdateInstanceAccessControlAttributeConfiguration takes other attributes in
// place of those that were set.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_UpdateInstanceAccessControlAttributeConfiguration.html
func (s *Service) UpdateInstanceAccessControlAttributeConfiguration(ctx context.Context, c scope, in *ssoadmin.UpdateInstanceAccessControlAttributeConfigurationInput) (*ssoadmin.UpdateInstanceAccessControlAttributeConfigurationOutput, error) {
	return &ssoadmin.UpdateInstanceAccessControlAttributeConfigurationOutput{}, c.setAttributes(ctx, true, in.InstanceAccessControlAttributeConfiguration)
}

func (s scope) setAttributes(ctx context.Context, there bool, config *ssoadmin.InstanceAccessControlAttributeConfiguration) error {
	var attributes []directory.ABACAttribute
	for _, a := range config.AccessControlAttributes {
		if slices.ContainsFunc(attributes, func(b directory.ABACAttribute) bool { return b.Key == a.Key }) {
			return invalid("The attribute key %s is given twice.", a.Key)
		}
		attributes = append(attributes, directory.ABACAttribute{Key: a.Key, Source: a.Value.Source})
	}
	return s.Update(ctx, func(tx *directory.Tx) error {
		before, err := s.in(tx)
		switch {
		case err != nil:
			return err
		case there && !before.ABAC:
			return noAttributes()
		case !there && before.ABAC:
			return conflict("The instance already has an access control attribute configuration.")
		}
		i := before.Clone()
		i.ABAC, i.Attributes = true, attributes
		tx.PutInstance(i)
		return nil
	})
}

func noAttributes() error {
	return missing("The instance has no access control attribute configuration.")
}

// DescribeInstanceAccessControlAttributeConfiguration tells which attributes
// become session tags.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeInstanceAccessControlAttributeConfiguration.html
func (s *Service) DescribeInstanceAccessControlAttributeConfiguration(_ context.Context, c scope, _ *ssoadmin.DescribeInstanceAccessControlAttributeConfigurationInput) (*ssoadmin.DescribeInstanceAccessControlAttributeConfigurationOutput, error) {
	if !c.instance.ABAC {
		return nil, noAttributes()
	}
	shown := []ssoadmin.AccessControlAttribute{}
	for _, a := range c.instance.Attributes {
		shown = append(shown, ssoadmin.AccessControlAttribute{Key: a.Key, Value: &ssoadmin.AccessControlAttributeValue{Source: a.Source}})
	}
	return &ssoadmin.DescribeInstanceAccessControlAttributeConfigurationOutput{
		Status: "ENABLED",
		InstanceAccessControlAttributeConfiguration: &ssoadmin.InstanceAccessControlAttributeConfiguration{AccessControlAttributes: shown},
	}, nil
}

// DeleteInstanceAccessControlAttributeConfiguration lets no attribute become a
// session tag any more.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DeleteInstanceAccessControlAttributeConfiguration.html
func (s *Service) DeleteInstanceAccessControlAttributeConfiguration(ctx context.Context, c scope, _ *ssoadmin.DeleteInstanceAccessControlAttributeConfigurationInput) (*ssoadmin.DeleteInstanceAccessControlAttributeConfigurationOutput, error) {
	return &ssoadmin.DeleteInstanceAccessControlAttributeConfigurationOutput{}, c.Update(ctx, func(tx *directory.Tx) error {
		before, err := c.in(tx)
		switch {
		case err != nil:
			return err
		case !before.ABAC:
			return noAttributes()
		}
		i := before.Clone()
		i.ABAC, i.Attributes = false, nil
		tx.PutInstance(i)
		return nil
	})
}

package ssoadmin

import (
	"context"

	"github.com/rolecall-iam/rolecall/api/ssoadmin"
	"github.com/rolecall-iam/rolecall/service"
)

// An instance lives in one region here. More need a customer managed key, and
// are refused as AWS refuses them to an instance without one.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/userguide/multi-region-iam-identity-center.html

func (s *Service) regionOperations() []service.Operation {
	return []service.Operation{
		bind(ssoadmin.AddRegion, func(in *ssoadmin.AddRegionInput) target { return target{instance: in.InstanceArn} }, s.AddRegion),
		bind(ssoadmin.RemoveRegion, func(in *ssoadmin.RemoveRegionInput) target { return target{instance: in.InstanceArn} }, s.RemoveRegion),
		bind(ssoadmin.DescribeRegion, func(in *ssoadmin.DescribeRegionInput) target { return target{instance: in.InstanceArn} }, s.DescribeRegion),
		bind(ssoadmin.ListRegions, func(in *ssoadmin.ListRegionsInput) target { return target{instance: in.InstanceArn} }, s.ListRegions),
	}
}

// AddRegion is refused: the instance has AWS's own key.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_AddRegion.html
func (s *Service) AddRegion(_ context.Context, c scope, in *ssoadmin.AddRegionInput) (*ssoadmin.AddRegionOutput, error) {
	if in.RegionName == c.instance.Region {
		return nil, conflict("The Region %s is already added to the instance.", in.RegionName)
	}
	return nil, invalid("The instance must be encrypted with a customer managed key that is available in the Region %s.", in.RegionName)
}

// RemoveRegion is refused: the primary region stays, and there is no other.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_RemoveRegion.html
func (s *Service) RemoveRegion(_ context.Context, c scope, in *ssoadmin.RemoveRegionInput) (*ssoadmin.RemoveRegionOutput, error) {
	if in.RegionName == c.instance.Region {
		return nil, invalid("The primary Region of the instance cannot be removed.")
	}
	return nil, notFound("Region", in.RegionName)
}

// DescribeRegion tells of the primary region.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_DescribeRegion.html
func (s *Service) DescribeRegion(_ context.Context, c scope, in *ssoadmin.DescribeRegionInput) (*ssoadmin.DescribeRegionOutput, error) {
	if in.RegionName != c.instance.Region {
		return nil, notFound("Region", in.RegionName)
	}
	return &ssoadmin.DescribeRegionOutput{AddedDate: c.instance.Created, IsPrimaryRegion: new(true), RegionName: in.RegionName, Status: active}, nil
}

// ListRegions tells the primary region.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListRegions.html
func (s *Service) ListRegions(_ context.Context, c scope, in *ssoadmin.ListRegionsInput) (*ssoadmin.ListRegionsOutput, error) {
	p, err := newPage[ssoadmin.RegionMetadata](in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	p.AddAfter(c.instance.Region, ssoadmin.RegionMetadata{
		AddedDate: c.instance.Created, IsPrimaryRegion: new(true), RegionName: c.instance.Region, Status: active,
	})
	return &ssoadmin.ListRegionsOutput{Regions: p.Items, NextToken: p.NextToken()}, nil
}

package arn

import (
	"errors"
	"strings"
)

// ARN is an Amazon Resource Name taken apart at its first five colons. The
// fields keep the author's letters; a field may be empty where AWS leaves it
// empty (Region and Account of an S3 bucket).
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
type ARN struct {
	Partition string // aws, aws-cn, aws-us-gov
	Service   string // iam, sts, s3, ...
	Region    string
	Account   string
	Resource  string // everything after the fifth colon, colons included
}

// errMalformed is what Parse answers; the caller knows which words its
// service uses for it.
var errMalformed = errors.New("arn: not of the form arn:partition:service:region:account:resource")

// Parse takes s apart. It demands the prefix "arn:" and five colons, and that
// partition, service and resource are not empty; it does not ask whether the
// partition, service or account exist.
func Parse(s string) (ARN, error) {
	var a ARN
	rest, ok := strings.CutPrefix(s, "arn:")
	for _, part := range [...]*string{&a.Partition, &a.Service, &a.Region, &a.Account} {
		if ok {
			*part, rest, ok = strings.Cut(rest, ":")
		}
	}
	if a.Resource = rest; !ok || a.Partition == "" || a.Service == "" || a.Resource == "" {
		return ARN{}, errMalformed
	}
	return a, nil
}

// String joins the parts again: Parse(a.String()) is a.
func (a ARN) String() string {
	return "arn:" + a.Partition + ":" + a.Service + ":" + a.Region + ":" + a.Account + ":" + a.Resource
}

// ResourceType is the part of Resource before its first slash or colon, such
// as "role" in arn:aws:iam::123456789012:role/a/b, or all of it.
func (a ARN) ResourceType() string {
	if i := strings.IndexAny(a.Resource, "/:"); i >= 0 {
		return a.Resource[:i]
	}
	return a.Resource
}

// ResourceName is the part of Resource after its last slash: the name of an
// IAM entity without its path.
func (a ARN) ResourceName() string {
	return a.Resource[strings.LastIndexByte(a.Resource, '/')+1:]
}

// PartitionOf answers the partition that a region belongs to: aws-cn for
// China's, aws-us-gov for GovCloud's, aws for every other, the empty region
// included.
//
// Source: https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html
func PartitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}

// RegionFor answers the region in which IAM and STS live for the first of the
// names that is an ARN, by its partition; us-east-1 where none is one.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
func RegionFor(names ...string) string {
	for _, name := range names {
		a, err := Parse(name)
		switch {
		case err != nil:
		case a.Partition == "aws-cn":
			return "cn-north-1"
		case a.Partition == "aws-us-gov":
			return "us-gov-west-1"
		default:
			return "us-east-1"
		}
	}
	return "us-east-1"
}

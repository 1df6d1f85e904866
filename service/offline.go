package service

import (
	"context"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
)

// Offline has a handler answer a question that no request asks, as the root user
// of an account. What the handler writes is nobody's to ask for.
func (d *Door) Offline(ctx context.Context, account arn.AccountID, region string, use func(context.Context) error) error {
	view, err := d.Directory.View(ctx)
	if err != nil {
		return err
	}
	defer view.Close()
	partition := arn.PartitionOf(region)
	c := &Call{
		Now: d.Now(), Rand: d.Rand, Region: region, Partition: partition, Account: account,
		Caller: &Caller{Principal: authz.Root{Account: account, Partition: partition}, UserID: account.String()}, View: view, door: d,
	}
	if err := use(WithCall(ctx, c)); err != nil {
		return err
	}
	return view.Err()
}

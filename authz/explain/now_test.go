package explain_test

import (
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

var now = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

var userARN = arn.ARN{Partition: "aws", Service: "iam", Account: account, Resource: "user/ann"}

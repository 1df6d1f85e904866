package service

import "testing"

// A request without a signature is of the region of its host: for
// aws:RequestedRegion, for the partition of ARNs, and in the trail.
//
// Source: https://docs.aws.amazon.com/general/latest/gr/sts.html
func TestTheRegionOfAnUnsignedRequest(t *testing.T) {
	for host, want := range map[string]string{
		"sts.amazonaws.com": "us-east-1", "127.0.0.1": "us-east-1", "localhost:4680": "us-east-1", "": "us-east-1", "a-b-1.example.com": "us-east-1",
		"sts.eu-west-1.amazonaws.com": "eu-west-1", "sts.us-gov-west-1.amazonaws.com": "us-gov-west-1", "sts.cn-north-1.amazonaws.com.cn": "cn-north-1",
		"vpce-1.sts.ap-southeast-2.vpce.amazonaws.com": "ap-southeast-2",
	} {
		if got := unsignedRegion(host); got != want {
			t.Errorf("%s: %s, want %s", host, got, want)
		}
	}
}

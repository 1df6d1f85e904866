package service

import (
	"regexp"
	"strings"
)

// globalRegion is where the global endpoint of STS is.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_enable-regions.html
const globalRegion = "us-east-1"

var regionPattern = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]$`)

// unsignedRegion is the region of a request in which no signature names one:
// that of the host it is for, as in sts.eu-west-1.amazonaws.com, or else that of
// the global endpoint.
func unsignedRegion(host string) string {
	for label := range strings.SplitSeq(host, ".") {
		if regionPattern.MatchString(label) {
			return label
		}
	}
	return globalRegion
}

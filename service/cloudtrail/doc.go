// Package cloudtrail is AWS CloudTrail as far as there is an event history: it
// answers LookupEvents from package trail, and ListPublicKeys for those who
// verify what package trail/delivery wrote.
package cloudtrail

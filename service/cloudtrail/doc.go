// Package cloudtrail is AWS CloudTrail as far as there is an event history: it
// answers LookupEvents from package trail.
package cloudtrail

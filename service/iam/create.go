package iam

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/api/iam"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// newEntity is what users and roles have in common when they are made.
func newEntity(c *service.Call, prefix arn.IDPrefix, name, path string, tags []iam.Tag, most quota) (directory.Entity, error) {
	if err := checkTags(c, tags, most); err != nil {
		return directory.Entity{}, err
	}
	id, err := arn.NewID(prefix, c.Account, c.Rand)
	if err != nil {
		return directory.Entity{}, err
	}
	return directory.Entity{
		ID: id, Account: c.Account, Name: name, Path: pathOr(path),
		Created: second(c.Now), Tags: storedTags(tags),
	}, nil
}

// findBoundary finds the permissions boundary that a new user or role is to
// have, if any.
func findBoundary(c *service.Call, r *directory.Reader, h holder, policyARN string) (directory.PolicyRef, error) {
	if policyARN == "" {
		return "", nil
	}
	if _, err := parsePolicyARN(c, policyARN); err != nil {
		return "", err
	}
	return attachable(c, r, h, policyARN, noSuchBoundary)
}

// reservedPath tells whether only AWS makes roles under a path: those that are
// linked to a service, and those of IAM Identity Center.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
func reservedPath(path string) bool {
	return strings.HasPrefix(path, linkedPath) || strings.HasPrefix(path, "/aws-reserved/")
}

// second is a time as AWS keeps it: whole seconds, UTC.
func second(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// newUUID is a UUID of version 4.
func newUUID(rand io.Reader) (string, error) {
	var b [16]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", fmt.Errorf("make an id: %w", err)
	}
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:]), nil
}

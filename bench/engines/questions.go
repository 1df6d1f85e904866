package engines

import (
	"fmt"
	"net/netip"
	"strings"
)

// verdict is an answer.
type verdict string

const (
	allowed      verdict = "allowed"
	explicitDeny verdict = "explicitDeny"
	implicitDeny verdict = "implicitDeny"
)

// question is one request, as each engine makes its own of it.
type question struct {
	name   string
	role   bool   // the caller is a role's session, not the user
	action string // without s3:
	bucket string
	owner  string // of the home folder in it; empty for the bucket itself
	agent  string
	ip     string
	secure bool
	want   verdict
}

// resource is the question's as an ARN.
func (q question) resource() string {
	if q.owner == "" {
		return "arn:aws:s3:::" + q.bucket
	}
	return "arn:aws:s3:::" + q.bucket + "/home/" + q.owner + "/a"
}

// principal is the ARN that ArnLike compares.
func (q question) principal() string {
	if q.role {
		return "arn:aws:iam::111111111111:role/Deployer"
	}
	return "arn:aws:iam::111111111111:user/alice"
}

func (q question) address() netip.Addr { return netip.MustParseAddr(q.ip) }

// engine has the policies and answers questions: ask prepares one and the
// function that it answers decides.
type engine struct {
	name string
	ask  func(question) (func() verdict, error)
}

// denied is the bucket of which the last statement says Deny, among n.
func denied(n int) string { return bucket(n / 2) }

func bucket(i int) string { return fmt.Sprintf("bucket-%d", i) }

// measured are the three questions that are measured, by n statements.
func measured(n int) []question {
	usual := question{action: "GetObject", owner: "alice", agent: "aws-cli/2", ip: "192.0.2.7", secure: true}
	ask := func(name, bucket string, want verdict) question {
		q := usual
		q.name, q.bucket, q.want = name, bucket, want
		return q
	}
	return []question{
		ask("explicit deny", denied(n), explicitDeny),
		ask("allow", bucket(n-2), allowed),
		ask("implicit deny", "elsewhere", implicitDeny),
	}
}

// turned are the questions of measured, each changed in one thing that
// decides.
func turned(n int) []question {
	var all []question
	add := func(q question, name string, want verdict, change func(*question)) {
		if change(&q); q.want != implicitDeny {
			q.want = want
		}
		q.name += ", " + name
		all = append(all, q)
	}
	for _, q := range measured(n) {
		same := q.want
		all = append(all, q)
		add(q, "by a role", implicitDeny, func(q *question) { q.role = true })
		add(q, "another action", implicitDeny, func(q *question) { q.action = "DeleteObject" })
		add(q, "an action of the wildcard", same, func(q *question) { q.action = "ListBucket" })
		add(q, "the second action", same, func(q *question) { q.action = "PutObject" })
		add(q, "the bucket itself", same, func(q *question) { q.owner = "" })
		add(q, "another's folder", implicitDeny, func(q *question) { q.owner = "bob" })
		add(q, "a folder named *", implicitDeny, func(q *question) { q.owner = "*" })
		add(q, "the second agent", same, func(q *question) { q.agent = "Boto3/1.40" })
		add(q, "another agent", implicitDeny, func(q *question) { q.agent = "my " + strings.ToLower(q.agent) })
		add(q, "the first network", same, func(q *question) { q.ip = "10.255.0.1" })
		add(q, "outside the networks", implicitDeny, func(q *question) { q.ip = "192.0.3.7" })
		add(q, "without TLS", implicitDeny, func(q *question) { q.secure = false })
	}
	return all
}

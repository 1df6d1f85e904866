package policy

import (
	"fmt"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
)

// bucket refuses what PutBucketPolicy refuses: table E5.
func (v *validation) bucket() *Error {
	if err := v.bucketSyntax(); err != nil {
		return err
	}
	for i := range v.doc.Statements {
		st, m := &v.doc.Statements[i], &v.marks[i]
		checks := [...]func(*Statement, *marks) *Error{
			v.bucketFields, v.bucketPrincipal, v.bucketActions, v.bucketResources,
		}
		for _, check := range checks {
			if err := check(st, m); err != nil {
				return err
			}
		}
	}
	return nil
}

// malformedBucket words an error of S3.
func malformedBucket(at Position, format string, values ...any) *Error {
	return &Error{"MalformedPolicy", fmt.Sprintf(format, values...), at}
}

func (v *validation) bucketSyntax() *Error {
	const notJSON = "Policies must be valid JSON and the first byte must be '{'"
	if v.failure != nil {
		return malformedBucket(v.failure.Position, notJSON)
	}
	if fault := v.faults[LeadingSpace]; fault != nil {
		return malformedBucket(fault.Position, notJSON)
	}
	if fault := v.faults[BadVersion]; fault != nil {
		return malformedBucket(fault.Position, "The policy must contain a valid version string")
	}
	if fault := v.fault(DuplicateMember, UnknownElement, WrongType, Contradiction); fault != nil {
		return malformedBucket(fault.Position, "Syntax error in policy.")
	}
	if fault := v.faults[NoStatement]; fault != nil {
		return malformedBucket(fault.Position, "Missing required field Statement")
	}
	if at, ok := v.unknownOperator(); ok {
		return malformedBucket(at, "Syntax error in policy.")
	}
	if at, ok := v.duplicateSid(); ok {
		return malformedBucket(at, "The Statement Ids in the policy are not unique")
	}
	return nil
}

func (v *validation) bucketFields(st *Statement, m *marks) *Error {
	switch {
	case m.effect == 0:
		return malformedBucket(st.Start, "Missing required field Effect")
	case st.Effect == 0:
		return malformedBucket(v.place(m.effect), "Invalid effect: %s", m.effectText)
	case !st.Principals.Present:
		return malformedBucket(st.Start, "Missing required field Principal")
	case st.Principals.Negated && st.Effect == Allow:
		return malformedBucket(v.place(m.principal), "Allow with NotPrincipal is not allowed.")
	case len(st.Actions.Values) == 0:
		return malformedBucket(st.Start, "Missing required field Action")
	case len(st.Resources.Values) == 0:
		return malformedBucket(st.Start, "Missing required field Resource")
	}
	return nil
}

func (v *validation) bucketPrincipal(st *Statement, m *marks) *Error {
	const invalid = "Invalid principal in policy"
	fault := v.faults[UnknownPrincipal]
	if len(st.Principals.Values) == 0 || fault != nil && m.names(fault.Position) {
		return malformedBucket(v.place(m.principal), invalid)
	}
	for _, p := range st.Principals.Values {
		if !v.isBucketPrincipal(p) {
			return malformedBucket(p.Start, invalid)
		}
	}
	return nil
}

func (v *validation) isBucketPrincipal(p Principal) bool {
	switch p.Type {
	case Everyone:
		return true
	case AWS:
		if p.Value == "*" || isOriginAccess(p.Value) {
			return true
		}
		return isAWSPrincipal(p.Value, v.env.Partition) && v.exists(p)
	case Service:
		return isServicePrincipal(p.Value, v.env.Partition)
	case Federated:
		builtIn, ok := isFederation(p.Value, v.env.Partition)
		return ok && (builtIn || v.exists(p))
	case CanonicalUser:
		return isCanonicalUser(p.Value) && v.exists(p)
	}
	return false
}

// isOriginAccess knows the users that CloudFront keeps for buckets.
//
// Source: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
func isOriginAccess(value string) bool {
	a, err := arn.Parse(value)
	return err == nil && a.Service == "iam" && a.Account == "cloudfront" &&
		strings.HasPrefix(a.Resource, "user/CloudFront Origin Access Identity ")
}

func (v *validation) bucketActions(st *Statement, _ *marks) *Error {
	for _, action := range st.Actions.Values {
		if action.Value != "*" && !strings.HasPrefix(strings.ToLower(action.Value), "s3:") || actionFault(action.Value) != "" {
			return malformedBucket(action.Start, "Policy has invalid action")
		}
	}
	return nil
}

// bucketResources demands resources of this bucket, and that each action can
// apply to one of them.
func (v *validation) bucketResources(st *Statement, _ *marks) *Error {
	var whole, inside bool // the bucket, objects in it
	for _, resource := range st.Resources.Values {
		name, ok := strings.CutPrefix(resource.Value, "arn:"+v.env.Partition+":s3:::")
		if !ok || v.env.Bucket != "" && !isOf(name, v.env.Bucket) {
			return malformedBucket(resource.Start, "Policy has invalid resource")
		}
		if strings.Contains(name, "/") {
			inside = true
			continue
		}
		whole = true
		inside = inside || strings.Contains(name, "*")
	}
	if whole && inside || st.Resources.Negated || st.Actions.Negated {
		return nil
	}
	for _, action := range st.Actions.Values {
		if !strings.ContainsAny(action.Value, "*?") && isObjectAction(action.Value) != inside {
			return malformedBucket(action.Start, "Action does not apply to any resource(s) in statement")
		}
	}
	return nil
}

// isOf tells whether a resource is the bucket or a part of it.
func isOf(resource, bucket string) bool {
	rest, ok := strings.CutPrefix(resource, bucket)
	return ok && (rest == "" || rest[0] == '/' || rest[0] == '*')
}

// isObjectAction tells the actions on objects from those on buckets.
//
// Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
func isObjectAction(action string) bool {
	_, name, _ := strings.Cut(strings.ToLower(action), ":")
	switch name {
	case "abortmultipartupload", "bypassgovernanceretention", "listmultipartuploadparts",
		"replicatedelete", "replicatetags":
		return true
	}
	return strings.Contains(name, "object") && !strings.Contains(name, "bucketobject")
}

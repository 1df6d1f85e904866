package explain

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/policy"
)

// anotherWay are changes of how a request is made that one condition asks for:
// the protocol, the network, the region, and what most operations take.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
func (q *Question) anotherWay(c *policy.Condition) []candidate {
	key := strings.ToLower(c.Key.Value)
	values := q.plainValues(c)
	change := func(title, value string, cost int) []candidate {
		if has, _ := q.Request.Context.Get(c.Key.Value); value == "" || len(has) == 1 && has[0] == value {
			return nil
		}
		return []candidate{{
			Edit: Edit{Title: title, Target: "request"}, cost: costRequest + cost, otherwise: true,
			apply: func(q *Question) { q.Request.Context.Set(c.Key.Value, value) },
		}}
	}
	first := ""
	if len(values) > 0 {
		first = values[0]
	}
	switch key {
	case loginKey:
		return q.signInFirst(c)
	case "aws:securetransport":
		return change("use https: call an endpoint whose URL begins with https://", "true", 0)
	case "aws:requestedregion":
		if i := slices.IndexFunc(values, q.couldCall); i >= 0 {
			first = values[i]
			list := change("call it in region "+first, first, 1)
			for i := range list {
				list[i].region = first
			}
			return list
		}
	case "aws:sourceip":
		return change("call from an address in "+some(values), addressIn(values), 2)
	case "aws:sourcevpce":
		return throughEndpoint(change("call through the VPC endpoint "+first, first, 2))
	case "aws:sourcevpc":
		return throughEndpoint(change("call through a VPC endpoint of "+first, first, 2))
	case "aws:tokenissuetime":
		if now, _ := q.Request.Context.Get("aws:CurrentTime"); len(now) == 1 {
			return change("begin a new session", now[0], 1)
		}
	case "s3:x-amz-server-side-encryption":
		return change("pass --server-side-encryption "+first, first, 0)
	case "aws:tagkeys":
		return q.fewerTags(c, values)
	}
	return nil
}

// couldCall tells whether the request could be one of another region: what is in
// a region, as buckets are, is called there.
func (q *Question) couldCall(region string) bool {
	own, ok := q.ownARN()
	a, err := arn.Parse(q.Request.Resource)
	return ok && arn.PartitionOf(region) == own.Partition && (q.Request.Resource == "*" || err == nil && a.Region == "" && a.Service != "s3")
}

// plainValues are the values that a condition takes, or those that it takes out
// of what it denies, without patterns.
func (q *Question) plainValues(c *policy.Condition) []string {
	switch baseOperator(c.Operator.Value) {
	case "stringequals", "stringnotequals", "stringequalsignorecase", "stringnotequalsignorecase", "stringlike", "stringnotlike", "ipaddress", "notipaddress":
	default:
		return nil
	}
	var values []string
	for _, v := range c.Values {
		if value, ok := q.Request.Expand(v.Value); ok && !strings.ContainsAny(value, "*?") && !strings.Contains(value, "${") {
			values = append(values, value)
		}
	}
	return values
}

// throughEndpoint tells that requests through a VPC endpoint have no
// aws:SourceIp.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourceip
func throughEndpoint(list []candidate) []candidate {
	for i := range list {
		set := list[i].apply
		list[i].apply = func(q *Question) {
			set(q)
			q.Request.Context.Drop("aws:SourceIp")
		}
	}
	return list
}

// addressIn is an address in one of some networks.
func addressIn(networks []string) string {
	for _, text := range networks {
		if network, err := netip.ParsePrefix(text); err == nil {
			return network.Addr().String()
		}
		if address, err := netip.ParseAddr(text); err == nil {
			return address.String()
		}
	}
	return ""
}

// fewerTags leaves out of a request the tags whose keys a condition does not
// take.
func (q *Question) fewerTags(c *policy.Condition, takes []string) []candidate {
	has, _ := q.Request.Context.Get(c.Key.Value)
	var kept, gone []string
	for _, key := range has {
		if slices.Contains(takes, key) {
			kept = append(kept, key)
		} else {
			gone = append(gone, key)
		}
	}
	if len(takes) == 0 || len(gone) == 0 {
		return nil
	}
	return []candidate{{
		Edit: Edit{Title: "leave out the tag " + strings.Join(gone, ", "), Target: "request"}, cost: costRequest, otherwise: true,
		apply: func(q *Question) {
			q.Request.Context.SetMany(c.Key.Value, kept...)
			for _, key := range gone {
				q.Request.Context.Drop(requestTag + key)
			}
		},
	}}
}

// secureTransport: TLS is asked for, and the request came without.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-securetransport
func secureTransport(q *Question, trace authz.Trace) string {
	key := func(key string) bool { return strings.EqualFold(key, "aws:SecureTransport") }
	has, _ := q.Request.Context.Get("aws:SecureTransport")
	if !slices.Equal(has, []string{"false"}) || failing(trace, key) == nil && !deniedBy(trace, key) {
		return ""
	}
	return "The policy asks for TLS, aws:SecureTransport to be true, and the request came by http, which has it as false: use https, with an endpoint URL (--endpoint-url, AWS_ENDPOINT_URL) that begins with https://."
}

package authz

import "testing"

func TestAccessDeniedMessage(t *testing.T) {
	const managed = "arn:aws:iam::111111111111:policy/NoReports"
	org := keys("aws:PrincipalOrgID", "o-1", "aws:ResourceOrgID", "o-1")
	with := func(p Principal, action, resource string) Request {
		return Request{Principal: p, Action: action, Resource: resource, ResourceAccount: ours}
	}
	denying := func(t *testing.T, arn string) []Named {
		list := named(t, denyAll)
		list[0].ARN = arn
		return list
	}
	for _, c := range []struct {
		name     string // a sentence that begins with the rule's number
		request  Request
		policies Policies
		want     string
	}{
		{"A1 no identity policy", with(alice, "iam:CreateUser", "arn:aws:iam::111111111111:user/bob"), Policies{},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::111111111111:user/bob because no identity-based policy allows the iam:CreateUser action"},
		{"A1 a session is named by its own ARN", with(deployer, "iam:GetRole", role), Policies{},
			"User: arn:aws:sts::111111111111:assumed-role/Deployer/build-7 is not authorized to perform: iam:GetRole on resource: " + role + " because no identity-based policy allows the iam:GetRole action"},
		{"A1 an action without resources", with(alice, "iam:SimulateCustomPolicy", "*"), Policies{},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: iam:SimulateCustomPolicy on resource: * because no identity-based policy allows the iam:SimulateCustomPolicy action"},
		{"A1 ListAllMyBuckets names no resource", with(alice, "s3:ListAllMyBuckets", "*"), Policies{},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: s3:ListAllMyBuckets because no identity-based policy allows the s3:ListAllMyBuckets action"},
		{"A2 S3 quotes the resource", with(alice, "s3:GetObject", bucket), Policies{},
			`User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: s3:GetObject on resource: "` + bucket + `" because no identity-based policy allows the s3:GetObject action`},
		{"A2 S3 tells others nothing", with(mallory, "s3:GetObject", bucket), Policies{}, "Access Denied"},
		{"A2 S3 tells the anonymous nothing", with(Anonymous{}, "s3:GetObject", bucket), Policies{}, "Access Denied"},
		{"A2 S3 tells its organization", Request{Principal: mallory, Action: "s3:GetObject", Resource: bucket, ResourceAccount: ours, Context: org}, Policies{},
			`User: arn:aws:iam::222222222222:user/mallory is not authorized to perform: s3:GetObject on resource: "` + bucket + `" because no resource-based policy allows the s3:GetObject action`},
		{"A2 S3 tells no other organization", Request{Principal: mallory, Action: "s3:GetObject", Resource: bucket, ResourceAccount: ours, Context: keys("aws:PrincipalOrgID", "o-1", "aws:ResourceOrgID", "o-2")}, Policies{}, "Access Denied"},
		{"A3 no boundary", with(alice, "iam:GetRole", role), Policies{Identity: named(t, allowAll), Boundary: one(t, allowNil)},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: iam:GetRole on resource: " + role + " because no permissions boundary allows the iam:GetRole action"},
		{"A3 no session policy", with(deployer, "iam:GetRole", role), Policies{Identity: named(t, allowAll), Session: named(t, allowNil)},
			"User: arn:aws:sts::111111111111:assumed-role/Deployer/build-7 is not authorized to perform: iam:GetRole on resource: " + role + " because no session policy allows the iam:GetRole action"},
		{"A3 no SCP", with(alice, "iam:GetRole", role), Policies{Identity: named(t, allowAll), SCPs: [][]Named{named(t, allowNil)}},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: iam:GetRole on resource: " + role + " because no service control policy allows the iam:GetRole action"},
		{"A3 no endpoint policy", with(alice, "iam:GetRole", role), Policies{Identity: named(t, allowAll), Endpoint: one(t, forAWS("222222222222"))},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: iam:GetRole on resource: " + role + " because no VPC endpoint policy allows the iam:GetRole action"},
		{"A3 no trust", assumes(alice), Policies{Identity: named(t, allowAll), Resource: trusting(t, `{"Service":"ec2.amazonaws.com"}`)},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: sts:AssumeRole on resource: " + role},
		{"A4 a Deny in an inline policy", with(alice, "iam:GetRole", role), Policies{Identity: denying(t, "")},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: iam:GetRole on resource: " + role + " with an explicit deny in an identity-based policy"},
		{"A4 a Deny in a boundary", with(alice, "iam:GetRole", role), Policies{Boundary: one(t, denyAll)},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: iam:GetRole on resource: " + role + " with an explicit deny in a permissions boundary"},
		{"A4 a Deny in an RCP", with(alice, "iam:GetRole", role), Policies{RCPs: [][]Named{named(t, public("Deny"))}},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: iam:GetRole on resource: " + role + " with an explicit deny in a resource control policy"},
		{"A4 a Deny in the trust policy", assumes(alice), Policies{Resource: resourcePolicy(t, TrustPolicy, `{"Statement":{"Effect":"Deny","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}}`)},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: sts:AssumeRole on resource: " + role + " with an explicit deny in the role trust policy"},
		{"A5 a Deny in a managed policy has its ARN", with(alice, "iam:GetRole", role), Policies{Identity: denying(t, managed)},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: iam:GetRole on resource: " + role + " with an explicit deny in an identity-based policy: " + managed},
		{"A5 a Deny in an SCP has its ARN", with(alice, "iam:GetRole", role), Policies{SCPs: [][]Named{denying(t, "arn:aws:organizations::999999999999:policy/o-1/service_control_policy/p-1")}},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: iam:GetRole on resource: " + role + " with an explicit deny in a service control policy: arn:aws:organizations::999999999999:policy/o-1/service_control_policy/p-1"},
		{"A6 another account is not told why", assumes(mallory), Policies{Resource: trusting(t, `{"AWS":"111111111111"}`)},
			"User: arn:aws:iam::222222222222:user/mallory is not authorized to perform: sts:AssumeRole on resource: " + role},
		{"A6 one type of policy is named", with(alice, "iam:GetRole", role), Policies{Identity: denying(t, managed), Boundary: one(t, denyAll), SCPs: [][]Named{named(t, denyAll)}},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: iam:GetRole on resource: " + role + " with an explicit deny in a service control policy"},
		{"V13 root users assume no roles", assumes(root), Policies{}, "Roles may not be assumed by root accounts."},
		{"S12 who comes from a provider", Request{Principal: okta, Action: "sts:AssumeRoleWithSAML", Resource: role, ResourceAccount: ours}, Policies{Resource: trusting(t, `{"AWS":"111111111111"}`)},
			"Not authorized to perform sts:AssumeRoleWithSAML"},
		{"a service is named by its name", assumes(lambda), Policies{Resource: trusting(t, `{"AWS":"111111111111"}`)},
			"User: lambda.amazonaws.com is not authorized to perform: sts:AssumeRole on resource: " + role},
		{"an unreadable policy is named", with(alice, "iam:GetRole", role), Policies{Identity: []Named{{Name: "x"}}},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: iam:GetRole on resource: " + role + " because the identity-based policy x cannot be read"},
		{"an unreadable managed policy is named by its ARN", with(alice, "iam:GetRole", role), Policies{Identity: named(t, allowAll), Boundary: &Named{Name: "x", ARN: managed}},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: iam:GetRole on resource: " + role + " because the permissions boundary " + managed + " cannot be read"},
		{"an unreadable trust policy is the role's", assumes(alice), Policies{Identity: named(t, allowAll), Resource: &ResourcePolicy{Kind: TrustPolicy, Named: Named{Name: "Target"}}},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: sts:AssumeRole on resource: " + role + " because the role trust policy cannot be read"},
		{"an unreadable policy of another account is not told of", assumes(mallory), Policies{Identity: named(t, allowAll), Resource: &ResourcePolicy{Kind: TrustPolicy, Named: Named{Name: "Target"}}},
			"User: arn:aws:iam::222222222222:user/mallory is not authorized to perform: sts:AssumeRole on resource: " + role},
		{"V12 what belongs to AWS", with(alice, "iam:DeletePolicy", "arn:aws:iam::aws:policy/ReadOnlyAccess"), Policies{Identity: named(t, allowAll)},
			"User: arn:aws:iam::111111111111:user/team/alice is not authorized to perform: iam:DeletePolicy on resource: arn:aws:iam::aws:policy/ReadOnlyAccess"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := Decide(c.request, c.policies)
			if d.Allowed {
				t.Fatalf("is %s", why(d))
			}
			if got := AccessDeniedMessage(c.request, d); got != c.want {
				t.Errorf("says\n%s\nwant\n%s\nsource: %stroubleshoot_access-denied", got, c.want, userGuide)
			}
		})
	}
}

func TestLayerNames(t *testing.T) {
	for l := Layer(0); l <= SessionLayer+1; l++ {
		if l.String() == "" {
			t.Errorf("layer %d has no name", l)
		}
	}
	for _, r := range []Reason{nil, Granted{IdentityLayer}, FixedRule{Malformed}} {
		if got := because("s3:GetObject", r); got != "" {
			t.Errorf("%v gives %q", r, got)
		}
	}
	for _, p := range []Principal{nil, (*User)(nil), Anonymous{}} {
		if got := AccessDeniedMessage(Request{Principal: p, Action: "iam:GetUser", Resource: "*"}, Decision{}); got != "User: anonymous is not authorized to perform: iam:GetUser on resource: *" {
			t.Errorf("%T is told %q", p, got)
		}
	}
}

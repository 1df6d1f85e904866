package sts

import (
	"context"
	"fmt"
	"time"

	"github.com/rolecall-iam/rolecall/api/sts"
	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/authn/session"
	"github.com/rolecall-iam/rolecall/authz"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
	"github.com/rolecall-iam/rolecall/trail"
)

// samlOperation is AssumeRoleWithSAML: who may is whom the assertion speaks of.
func (s *Service) samlOperation() service.Operation {
	bound := service.Check(service.Bind(sts.AssumeRoleWithSAML, samlNeeds, s.AssumeRoleWithSAML), checkSAML)
	return service.Proven(bound, s.proveSAML)
}

// checkSAML refuses what no assertion could make good. The partition is that of
// the role: nobody signs, so no region tells it.
func checkSAML(c *service.Call, in *sts.AssumeRoleWithSAMLInput) error {
	role, err := arn.Parse(in.RoleArn)
	if err != nil {
		return invalidARN(in.RoleArn)
	}
	if _, err := arn.Parse(in.PrincipalArn); err != nil {
		return invalidARN(in.PrincipalArn)
	}
	switch role.Partition {
	case "aws", "aws-cn", "aws-us-gov":
		c.Partition = role.Partition
	}
	return checkSessionPolicies(c, in.Policy, in.PolicyArns)
}

// proveSAML makes whom a verified assertion speaks of the caller.
func (s *Service) proveSAML(c *service.Call, in *sts.AssumeRoleWithSAMLInput) (*service.Caller, error) {
	provider, ok := samlProviderOf(c.View, in.PrincipalArn, c.Partition)
	if !ok {
		return nil, samlProviderMissing()
	}
	a, err := s.verifySAML(c.View, provider, c.Partition, in.SAMLAssertion, c.Now)
	if err != nil {
		return nil, err
	}
	proof, err := readSAML(c, a, provider)
	if err != nil {
		return nil, err
	}
	role, ok := roleOf(c, in.RoleArn)
	if !proof.offers(in.RoleArn, in.PrincipalArn) || ok && role.Account != provider.Account {
		return nil, samlNotAuthorized()
	}
	recipient := provider.Account
	if ok {
		recipient = role.Account
	}
	return &service.Caller{
		Principal: authz.FederatedIdentity{Provider: in.PrincipalArn},
		UserID:    proof.qualifier + ":" + a.Subject.Value,
		Federation: &service.Federation{
			Claims: proof.claims(),
			Proof:  proof,
			// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html (SAML federation)
			Identity: trail.Identity{
				Type: "SAMLUser", PrincipalID: proof.qualifier + ":" + a.Subject.Value,
				UserName: a.Subject.Value, Provider: proof.qualifier,
			},
			Recipient: recipient,
			Carried:   proof.carried(),
		},
	}, nil
}

// samlNeeds is what the role's trust policy has to allow: with tags
// sts:TagSession too, with a source identity sts:SetSourceIdentity too. A
// refusal always names sts:AssumeRoleWithSAML.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html#troubleshoot_saml_missing-role
func samlNeeds(c *service.Call, in *sts.AssumeRoleWithSAMLInput) []service.Need {
	proof, ok := c.Caller.Federation.Proof.(*samlProof)
	if !ok {
		return nil // nobody
	}
	const action = "sts:AssumeRoleWithSAML"
	needs := federatedNeeds(c, in.RoleArn, action, proof.wanted(in))
	for i := range needs {
		needs[i].Told = action
	}
	return needs
}

// AssumeRoleWithSAML seals a session of the role for whom the assertion speaks
// of.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
func (s *Service) AssumeRoleWithSAML(ctx context.Context, in *sts.AssumeRoleWithSAMLInput) (*sts.AssumeRoleWithSAMLOutput, error) {
	c := service.CallOf(ctx)
	role, ok := roleOf(c, in.RoleArn)
	proof, proven := c.Caller.Federation.Proof.(*samlProof)
	if !ok || !proven {
		return nil, fmt.Errorf("assume %s with SAML: allowed, but not there", in.RoleArn)
	}
	wanted := proof.wanted(in)
	var err error
	if wanted.DurationSeconds, err = proof.lasts(c.Now, role, in.DurationSeconds); err != nil {
		return nil, err
	}
	begun, err := s.begin(c, role, wanted, func(made *session.Session) {
		made.Provider, made.Claims = in.PrincipalArn, proof.stays()
	})
	if err != nil {
		return nil, err
	}
	kind := proof.subjectType()
	return &sts.AssumeRoleWithSAMLOutput{
		Credentials:      begun.Credentials,
		AssumedRoleUser:  begun.AssumedRoleUser,
		PackedPolicySize: begun.PackedPolicySize,
		Audience:         &proof.assertion.Recipient,
		Issuer:           &proof.assertion.Issuer,
		NameQualifier:    &proof.qualifier,
		Subject:          &proof.assertion.Subject.Value,
		SubjectType:      &kind,
		SourceIdentity:   begun.SourceIdentity,
	}, nil
}

// lasts is how long the session lasts: as asked for, but no longer than the
// assertion's SessionDuration and until the provider's own session ends.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html (DurationSeconds),
// https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html#saml_role-session-duration
func (p *samlProof) lasts(now time.Time, role *directory.Role, asked int32) (int32, error) {
	if asked > role.MaxSessionDuration {
		return 0, beyondMaxSession()
	}
	seconds := asked
	if seconds == 0 {
		seconds = defaultRoleSession
	}
	if p.seconds > 0 {
		seconds = min(seconds, p.seconds)
	}
	if end := p.assertion.SessionEnds; !end.IsZero() {
		left := end.Sub(now.Truncate(time.Second)) / time.Second
		seconds = int32(min(time.Duration(seconds), max(left, 1)))
	}
	return seconds, nil
}

// wanted is the session that the assertion and the request ask for together.
func (p *samlProof) wanted(in *sts.AssumeRoleWithSAMLInput) *sts.AssumeRoleInput {
	return &sts.AssumeRoleInput{
		RoleArn: in.RoleArn, RoleSessionName: p.sessionName,
		Policy: in.Policy, PolicyArns: in.PolicyArns,
		Tags: p.tags, TransitiveTagKeys: p.transitive, SourceIdentity: p.sourceIdentity,
	}
}

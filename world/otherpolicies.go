package world

// otherPolicies are the properties with policies of resources that no question
// is decided by, by type in Terraform and CloudFormation. Only those of which a
// policy is written as that of a bucket is: not API Gateway's, whose resources
// are short, nor those of endpoints, which let everybody in as a rule.
var otherPolicies = map[string]string{
	"aws_acmpca_policy":                  "policy",
	"aws_backup_vault_policy":            "policy",
	"aws_cloudwatch_event_bus_policy":    "policy",
	"aws_cloudwatch_log_resource_policy": "policy_document",
	"aws_dynamodb_resource_policy":       "policy",
	"aws_ecr_registry_policy":            "policy",
	"aws_ecr_repository_policy":          "policy",
	"aws_efs_file_system_policy":         "policy",
	"aws_elasticsearch_domain_policy":    "access_policies",
	"aws_glue_resource_policy":           "policy",
	"aws_kinesis_resource_policy":        "policy",
	"aws_opensearch_domain_policy":       "access_policies",
	"aws_sesv2_email_identity_policy":    "policy",
	"AWS::ECR::RegistryPolicy":           "PolicyText",
	"AWS::ECR::Repository":               "RepositoryPolicyText",
	"AWS::EFS::FileSystem":               "FileSystemPolicy",
	"AWS::Events::EventBus":              "Policy",
	"AWS::KMS::ReplicaKey":               "KeyPolicy",
	"AWS::Kinesis::ResourcePolicy":       "ResourcePolicy",
	"AWS::Logs::ResourcePolicy":          "PolicyDocument",
	"AWS::OpenSearchService::Domain":     "AccessPolicies",
	"AWS::SNS::TopicInlinePolicy":        "PolicyDocument",
	"AWS::SQS::QueueInlinePolicy":        "PolicyDocument",
}

// others takes in, for Documents alone, the policies of resources that nothing
// is asked of.
func (p *plan) others() error {
	if !p.wrong {
		return nil
	}
	for _, r := range p.of(sortedKeys(otherPolicies)...) {
		property := otherPolicies[r.kind]
		if r.get(property) == nil {
			continue
		}
		d, err := p.policyOf(r, property, forResource)
		if err != nil {
			return err
		}
		d.at = p.at(r, "")
		p.unguarded = append(p.unguarded, unnamedPolicy{d, "resource", "policy of " + r.address})
	}
	return nil
}

// other is others for a template.
func (t *stack) other(m *made) error {
	property, ok := otherPolicies[m.kind]
	if !t.wrong || !ok || !m.properties.get(property).has() {
		return nil
	}
	d, err := t.policyIn(m, m.properties.get(property), property, forResource)
	t.unguarded = append(t.unguarded, unnamedPolicy{d, "resource", "policy of " + m.logical})
	return err
}

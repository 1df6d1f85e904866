# An organization with its units, accounts and policies.

resource "aws_organizations_organization" "all" {
  feature_set                   = "ALL"
  aws_service_access_principals = var.round == 1 ? ["iam.amazonaws.com", "sso.amazonaws.com"] : ["config.amazonaws.com", "iam.amazonaws.com", "sso.amazonaws.com"]
  enabled_policy_types          = var.round == 1 ? ["SERVICE_CONTROL_POLICY", "TAG_POLICY"] : ["RESOURCE_CONTROL_POLICY", "SERVICE_CONTROL_POLICY", "TAG_POLICY"]
}

locals {
  root = aws_organizations_organization.all.roots[0].id
}

# IAM's features for an organization need one with all features, in which IAM
# may work.
resource "aws_iam_organizations_features" "root_users" {
  enabled_features = var.round == 1 ? ["RootCredentialsManagement"] : ["RootCredentialsManagement", "RootSessions"]
  depends_on       = [aws_organizations_organization.all]
}

resource "aws_organizations_organizational_unit" "workloads" {
  name      = "workloads-${var.round}"
  parent_id = local.root
  tags      = { Round = var.round }
}

resource "aws_organizations_organizational_unit" "production" {
  name      = "production"
  parent_id = aws_organizations_organizational_unit.workloads.id
}

# It moves from the root to a unit.
resource "aws_organizations_account" "shop" {
  name      = "tf-shop"
  email     = "tf-shop@example.com"
  parent_id = var.round == 1 ? local.root : aws_organizations_organizational_unit.production.id
  tags      = { Round = var.round }
}

resource "aws_organizations_account" "audit" {
  name                       = "tf-audit"
  email                      = "tf-audit@example.com"
  iam_user_access_to_billing = "ALLOW"
  role_name                  = "Breakglass"
  lifecycle {
    ignore_changes = [iam_user_access_to_billing, role_name] # nobody can read them
  }
  depends_on = [aws_organizations_organization.all]
}

resource "aws_organizations_policy" "no_leaving" {
  name        = "no-leaving"
  description = "in round ${var.round}"
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "Stay"
      Effect   = "Deny"
      Action   = var.round == 1 ? ["organizations:LeaveOrganization"] : ["organizations:LeaveOrganization", "account:CloseAccount"]
      Resource = "*"
    }]
  })
  tags       = { Round = var.round }
  depends_on = [aws_organizations_organization.all]
}

resource "aws_organizations_policy" "colors" {
  name       = "colors"
  type       = "TAG_POLICY"
  content    = jsonencode({ tags = { Color = { tag_key = { "@@assign" = "Color" }, tag_value = { "@@assign" = ["blue", "green"] } } } })
  depends_on = [aws_organizations_organization.all]
}

resource "aws_organizations_policy" "perimeter" {
  count = var.round - 1
  name  = "perimeter"
  type  = "RESOURCE_CONTROL_POLICY"
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "sts:AssumeRole"
      Resource  = "*"
      Condition = {
        StringNotEqualsIfExists = { "aws:PrincipalOrgID" = aws_organizations_organization.all.id }
        BoolIfExists            = { "aws:PrincipalIsAWSService" = "false" }
      }
    }]
  })
}

resource "aws_organizations_policy_attachment" "no_leaving" {
  for_each  = { unit = aws_organizations_organizational_unit.workloads.id, account = aws_organizations_account.audit.id }
  policy_id = aws_organizations_policy.no_leaving.id
  target_id = each.value
}

resource "aws_organizations_policy_attachment" "colors" {
  policy_id = aws_organizations_policy.colors.id
  target_id = local.root
}

resource "aws_organizations_policy_attachment" "perimeter" {
  count     = var.round - 1
  policy_id = aws_organizations_policy.perimeter[0].id
  target_id = aws_organizations_account.shop.id
}

resource "aws_organizations_delegated_administrator" "sso" {
  account_id        = aws_organizations_account.audit.id
  service_principal = "sso.amazonaws.com"
  depends_on        = [aws_organizations_organization.all]
}

resource "aws_organizations_resource_policy" "delegation" {
  content = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "Round${var.round}"
      Effect    = "Allow"
      Principal = { AWS = "arn:aws:iam::${aws_organizations_account.audit.id}:root" }
      Action    = ["organizations:DescribeOrganization", "organizations:ListAccounts"]
      Resource  = "*"
    }]
  })
  tags = { Round = var.round }
}

data "aws_organizations_organization" "all" {
  depends_on = [aws_organizations_account.shop, aws_organizations_account.audit]
}

data "aws_organizations_organizational_unit" "production" {
  name      = aws_organizations_organizational_unit.production.name
  parent_id = aws_organizations_organizational_unit.workloads.id
}

data "aws_organizations_organizational_units" "top" {
  parent_id  = local.root
  depends_on = [aws_organizations_organizational_unit.workloads]
}

data "aws_organizations_organizational_unit_descendant_organizational_units" "all" {
  parent_id  = local.root
  depends_on = [aws_organizations_organizational_unit.production]
}

data "aws_organizations_organizational_unit_child_accounts" "production" {
  parent_id  = aws_organizations_organizational_unit.production.id
  depends_on = [aws_organizations_account.shop]
}

data "aws_organizations_organizational_unit_descendant_accounts" "all" {
  parent_id  = local.root
  depends_on = [aws_organizations_account.shop, aws_organizations_account.audit]
}

data "aws_organizations_policies" "scps" {
  filter     = "SERVICE_CONTROL_POLICY"
  depends_on = [aws_organizations_policy.no_leaving]
}

data "aws_organizations_policies_for_target" "workloads" {
  filter     = "SERVICE_CONTROL_POLICY"
  target_id  = aws_organizations_organizational_unit.workloads.id
  depends_on = [aws_organizations_policy_attachment.no_leaving]
}

data "aws_organizations_policy" "full" {
  policy_id  = "p-FullAWSAccess"
  depends_on = [aws_organizations_organization.all]
}

data "aws_organizations_policy" "no_leaving" {
  policy_id  = aws_organizations_policy.no_leaving.id
  depends_on = [aws_organizations_policy.no_leaving]
}

data "aws_organizations_resource_tags" "shop" {
  resource_id = aws_organizations_account.shop.id
  depends_on  = [aws_organizations_account.shop]
}

data "aws_organizations_delegated_administrators" "sso" {
  service_principal = "sso.amazonaws.com"
  depends_on        = [aws_organizations_delegated_administrator.sso]
}

data "aws_organizations_delegated_services" "audit" {
  account_id = aws_organizations_delegated_administrator.sso.account_id
}

locals {
  facts = {
    "the organization is the account's"     = data.aws_organizations_organization.all.master_account_id == local.account
    "its accounts are three"                = length(data.aws_organizations_organization.all.accounts) == 3
    "two of them are members"               = length(data.aws_organizations_organization.all.non_master_accounts) == 2
    "services that may work in it are told" = contains(data.aws_organizations_organization.all.aws_service_access_principals, "sso.amazonaws.com")
    "policy types that are on are told"     = length(data.aws_organizations_organization.all.enabled_policy_types) == 1 + var.round
    "a unit is found by its name"           = data.aws_organizations_organizational_unit.production.id == aws_organizations_organizational_unit.production.id
    "units of the root are told"            = data.aws_organizations_organizational_units.top.children[*].name == tolist(["workloads-${var.round}"])
    "and those below"                       = length(data.aws_organizations_organizational_unit_descendant_organizational_units.all.children) == 2
    "an account is where it was moved to"   = length(data.aws_organizations_organizational_unit_child_accounts.production.accounts) == var.round - 1
    "accounts below the root are told"      = length(data.aws_organizations_organizational_unit_descendant_accounts.all.accounts) == 3
    "AWS's policy is among the SCPs"        = contains(data.aws_organizations_policies.scps.ids, "p-FullAWSAccess")
    "policies of a unit are told"           = length(data.aws_organizations_policies_for_target.workloads.ids) == 2
    "AWS's policy is AWS's"                 = data.aws_organizations_policy.full.aws_managed && data.aws_organizations_policy.full.name == "FullAWSAccess"
    "one's own is not, and is as written"   = !data.aws_organizations_policy.no_leaving.aws_managed && jsondecode(data.aws_organizations_policy.no_leaving.content) == jsondecode(aws_organizations_policy.no_leaving.content)
    "an account has its tags"               = data.aws_organizations_resource_tags.shop.tags == tomap({ Round = tostring(var.round) })
    "administrators are told"               = tolist(data.aws_organizations_delegated_administrators.sso.delegated_administrators)[0].id == aws_organizations_account.audit.id
    "and for what"                          = tolist(data.aws_organizations_delegated_services.audit.delegated_services)[0].service_principal == "sso.amazonaws.com"
    "features are the organization's"       = aws_iam_organizations_features.root_users.id == aws_organizations_organization.all.id
    "accounts were created"                 = aws_organizations_account.shop.joined_method == "CREATED" && aws_organizations_account.shop.status == "ACTIVE"
  }
}

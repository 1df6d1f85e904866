# IAM Identity Center of an organization: permission sets, who has them where,
# and applications.

data "aws_organizations_organization" "here" {}

data "aws_ssoadmin_instances" "here" {}

locals {
  instance = data.aws_ssoadmin_instances.here.arns[0]
  store    = data.aws_ssoadmin_instances.here.identity_store_ids[0]
}

resource "aws_organizations_account" "shop" {
  name              = "tf-sso-shop"
  email             = "tf-sso-shop@example.com"
  close_on_deletion = true
}

resource "aws_identitystore_group" "staff" {
  identity_store_id = local.store
  display_name      = "staff"
}

resource "aws_identitystore_user" "jane" {
  identity_store_id = local.store
  user_name         = "jane"
  display_name      = "Jane"
  name {
    family_name = "Doe"
    given_name  = "Jane"
  }
}

resource "aws_ssoadmin_permission_set" "admin" {
  name             = "Admin"
  description      = "in round ${var.round}"
  instance_arn     = local.instance
  relay_state      = "https://console.aws.amazon.com/iam/home?round=${var.round}"
  session_duration = "PT${var.round}H"
  tags             = { Round = var.round }
}

resource "aws_ssoadmin_permission_set" "bare" {
  name         = "Bare"
  instance_arn = local.instance
}

resource "aws_ssoadmin_managed_policy_attachment" "admin" {
  for_each           = toset(var.round == 1 ? ["ReadOnlyAccess"] : ["ReadOnlyAccess", "job-function/ViewOnlyAccess"])
  instance_arn       = local.instance
  managed_policy_arn = "arn:aws:iam::aws:policy/${each.value}"
  permission_set_arn = aws_ssoadmin_permission_set.admin.arn
}

resource "aws_ssoadmin_permission_set_inline_policy" "admin" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.admin.arn
  inline_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Sid = "Round${var.round}", Effect = "Allow", Action = ["sts:AssumeRole"], Resource = "*" }]
  })
}

resource "aws_iam_policy" "house" {
  name   = "House"
  path   = "/team/"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }] })
}

resource "aws_ssoadmin_customer_managed_policy_attachment" "bare" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.bare.arn
  customer_managed_policy_reference {
    name = aws_iam_policy.house.name
    path = aws_iam_policy.house.path
  }
}

resource "aws_ssoadmin_permissions_boundary_attachment" "admin" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.admin.arn
  permissions_boundary {
    managed_policy_arn = "arn:aws:iam::aws:policy/PowerUserAccess"
  }
}

resource "aws_ssoadmin_permissions_boundary_attachment" "bare" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.bare.arn
  permissions_boundary {
    customer_managed_policy_reference {
      name = aws_iam_policy.house.name
      path = aws_iam_policy.house.path
    }
  }
}

resource "aws_ssoadmin_account_assignment" "staff" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.admin.arn
  principal_id       = aws_identitystore_group.staff.group_id
  principal_type     = "GROUP"
  target_id          = aws_organizations_account.shop.id
  target_type        = "AWS_ACCOUNT"
}

resource "aws_ssoadmin_account_assignment" "jane" {
  instance_arn       = local.instance
  permission_set_arn = aws_ssoadmin_permission_set.bare.arn
  principal_id       = aws_identitystore_user.jane.user_id
  principal_type     = "USER"
  target_id          = local.account
  target_type        = "AWS_ACCOUNT"
}

resource "aws_ssoadmin_instance_access_control_attributes" "here" {
  instance_arn = local.instance
  attribute {
    key = "Team"
    value {
      source = var.round == 1 ? ["$${path:userType}"] : ["$${path:title}"]
    }
  }
  dynamic "attribute" {
    for_each = var.round == 1 ? [] : ["Mail"]
    content {
      key = attribute.value
      value {
        source = ["$${path:userName}"]
      }
    }
  }
}

resource "aws_ssoadmin_application" "wiki" {
  name                     = "wiki-${var.round}"
  description              = "in round ${var.round}"
  application_provider_arn = "arn:aws:sso::aws:applicationProvider/custom"
  instance_arn             = local.instance
  status                   = var.round == 1 ? "ENABLED" : "DISABLED"
  portal_options {
    visibility = "ENABLED"
    sign_in_options {
      application_url = "https://wiki.example.com/${var.round}"
      origin          = "APPLICATION"
    }
  }
  tags = { Round = var.round }
}

resource "aws_ssoadmin_application" "bare" {
  name                     = "bare"
  application_provider_arn = "arn:aws:sso::aws:applicationProvider/custom"
  instance_arn             = local.instance
}

resource "aws_ssoadmin_application_assignment" "group" {
  application_arn = aws_ssoadmin_application.wiki.application_arn
  principal_id    = aws_identitystore_group.staff.group_id
  principal_type  = "GROUP"
}

resource "aws_ssoadmin_application_assignment" "user" {
  application_arn = aws_ssoadmin_application.wiki.application_arn
  principal_id    = aws_identitystore_user.jane.user_id
  principal_type  = "USER"
}

resource "aws_ssoadmin_application_assignment_configuration" "bare" {
  application_arn     = aws_ssoadmin_application.bare.application_arn
  assignment_required = var.round == 1
}

resource "aws_ssoadmin_application_access_scope" "wiki" {
  application_arn    = aws_ssoadmin_application.wiki.application_arn
  authorized_targets = [aws_ssoadmin_application.bare.application_arn]
  scope              = "sso:account:access"
}

resource "aws_ssoadmin_trusted_token_issuer" "corp" {
  name                      = "corp-${var.round}"
  instance_arn              = local.instance
  trusted_token_issuer_type = "OIDC_JWT"
  trusted_token_issuer_configuration {
    oidc_jwt_configuration {
      claim_attribute_path          = var.round == 1 ? "email" : "upn"
      identity_store_attribute_path = var.round == 1 ? "emails.value" : "userName"
      issuer_url                    = "https://corp.example.com"
      jwks_retrieval_option         = "OPEN_ID_DISCOVERY"
    }
  }
  tags = { Round = var.round }
}

data "aws_ssoadmin_permission_set" "by_name" {
  instance_arn = local.instance
  name         = aws_ssoadmin_permission_set.admin.name
}

data "aws_ssoadmin_permission_set" "by_arn" {
  instance_arn = local.instance
  arn          = aws_ssoadmin_permission_set.bare.arn
}

data "aws_ssoadmin_permission_sets" "all" {
  instance_arn = local.instance
  depends_on   = [aws_ssoadmin_permission_set.admin, aws_ssoadmin_permission_set.bare]
}

data "aws_ssoadmin_application" "wiki" { application_arn = aws_ssoadmin_application.wiki.application_arn }

data "aws_ssoadmin_application_assignments" "wiki" {
  application_arn = aws_ssoadmin_application.wiki.application_arn
  depends_on      = [aws_ssoadmin_application_assignment.group, aws_ssoadmin_application_assignment.user]
}

data "aws_ssoadmin_principal_application_assignments" "jane" {
  instance_arn   = local.instance
  principal_id   = aws_identitystore_user.jane.user_id
  principal_type = "USER"
  depends_on     = [aws_ssoadmin_application_assignment.user]
}

data "aws_ssoadmin_application_providers" "all" {}

# The roles that the assignment makes in this account.
data "aws_iam_roles" "reserved" {
  path_prefix = "/aws-reserved/sso.amazonaws.com/"
  name_regex  = "AWSReservedSSO_Bare_.*"
  depends_on  = [aws_ssoadmin_account_assignment.jane]
}

locals {
  facts = {
    "the instance is the organization's"     = data.aws_organizations_organization.here.master_account_id == local.account
    "a permission set is found by name"      = data.aws_ssoadmin_permission_set.by_name.arn == aws_ssoadmin_permission_set.admin.arn
    "with its settings"                      = data.aws_ssoadmin_permission_set.by_name.session_duration == "PT${var.round}H"
    "with its tags"                          = data.aws_ssoadmin_permission_set.by_name.tags == tomap({ Round = tostring(var.round) })
    "and by ARN"                             = data.aws_ssoadmin_permission_set.by_arn.name == "Bare"
    "a session lasts an hour unless said"    = data.aws_ssoadmin_permission_set.by_arn.session_duration == "PT1H"
    "all permission sets are told"           = toset(data.aws_ssoadmin_permission_sets.all.arns) == toset([aws_ssoadmin_permission_set.admin.arn, aws_ssoadmin_permission_set.bare.arn])
    "an application is found"                = data.aws_ssoadmin_application.wiki.name == "wiki-${var.round}"
    "assignments of an application are told" = length(data.aws_ssoadmin_application_assignments.wiki.application_assignments) == 2
    "and those of a user"                    = length(data.aws_ssoadmin_principal_application_assignments.jane.application_assignments) == 1
    "providers are told"                     = contains(data.aws_ssoadmin_application_providers.all.application_providers[*].application_provider_arn, "arn:aws:sso::aws:applicationProvider/custom")
    "an assignment made a role"              = length(data.aws_iam_roles.reserved.arns) == 1
    "attributes are there"                   = aws_ssoadmin_instance_access_control_attributes.here.status == "ENABLED"
  }
}

# Roles with everything that hangs on them, customer managed policies with
# versions, instance profiles, and the data sources that look at them.

data "aws_iam_policy_document" "ec2" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ec2.amazonaws.com"]
    }
  }
}

# The condition changes in the second round, so that the trust policy is updated.
data "aws_iam_policy_document" "people" {
  statement {
    sid     = "People"
    actions = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${local.account}:root", aws_iam_role.server.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = ["round-${var.round}"]
    }
  }
}

data "aws_iam_policy_document" "read" {
  source_policy_documents = [data.aws_iam_policy_document.deny.json]
  statement {
    sid       = "Read"
    actions   = var.round == 1 ? ["s3:GetObject"] : ["s3:GetObject", "s3:ListBucket"]
    resources = ["arn:aws:s3:::tf-$${aws:username}/*", "arn:aws:s3:::tf-shared"]
  }
}

data "aws_iam_policy_document" "deny" {
  statement {
    sid         = "OnlyTLS"
    effect      = "Deny"
    not_actions = ["iam:*"]
    resources   = ["*"]
    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_iam_role" "server" {
  name               = "tf-roles-server"
  path               = "/tf/roles/"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

# A description survives the change of the longest session, and the other way round.
resource "aws_iam_role" "people" {
  name                 = "tf-roles-people"
  path                 = "/tf/roles/"
  description          = "for people, of the first round"
  assume_role_policy   = data.aws_iam_policy_document.people.json
  max_session_duration = var.round * 3600
  permissions_boundary = var.round == 1 ? aws_iam_policy.read.arn : "arn:aws:iam::aws:policy/PowerUserAccess"
  tags = {
    Team        = "team-${var.round}"
    CostCentre  = "tf: 42 + @ / = ü"
    "tf:round1" = var.round == 1 ? "yes" : null
  }
}

resource "aws_iam_role" "prefixed" {
  name_prefix        = "tf-roles-prefixed-"
  description        = "described in round ${var.round}"
  assume_role_policy = data.aws_iam_policy_document.ec2.json
}

# People of Identity Center, whose roles have its region in their path.
data "aws_iam_policy_document" "sso" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${local.account}:root"]
    }
    condition {
      test     = "ArnLike"
      variable = "aws:PrincipalArn"
      values   = ["arn:aws:iam::*:role/aws-reserved/sso.amazonaws.com/${var.round == 1 ? "us-west-2" : "*"}/AWSReservedSSO_AWSAdministratorAccess*"]
    }
  }
}

resource "aws_iam_role" "sso" {
  name               = "tf-roles-sso"
  assume_role_policy = data.aws_iam_policy_document.sso.json
}

# The older way, with everything inside the role.
resource "aws_iam_role" "inside" {
  name                = "tf-roles-inside"
  assume_role_policy  = data.aws_iam_policy_document.ec2.json
  managed_policy_arns = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
  inline_policy {
    name   = "inside"
    policy = data.aws_iam_policy_document.deny.json
  }
}

resource "aws_iam_policy" "read" {
  name        = "tf-roles-read"
  path        = "/tf/"
  description = "read, in versions"
  policy      = data.aws_iam_policy_document.read.json
  tags        = { Round = var.round }
}

resource "aws_iam_policy" "prefixed" {
  name_prefix = "tf-roles-prefixed-"
  policy      = data.aws_iam_policy_document.deny.json
}

resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = aws_iam_role.people.name
  policy = data.aws_iam_policy_document.read.json
}

resource "aws_iam_role_policy" "prefixed" {
  name_prefix = "inline-"
  role        = aws_iam_role.server.id
  policy      = data.aws_iam_policy_document.deny.json
}

resource "aws_iam_role_policies_exclusive" "people" {
  role_name    = aws_iam_role.people.name
  policy_names = [aws_iam_role_policy.inline.name]
}

resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.people.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_role_policy_attachment" "more" {
  for_each   = toset(var.round == 1 ? ["ReadOnlyAccess"] : ["ReadOnlyAccess", "job-function/ViewOnlyAccess", "service-role/AWSLambdaBasicExecutionRole"])
  role       = aws_iam_role.server.name
  policy_arn = "arn:aws:iam::aws:policy/${each.key}"
}

resource "aws_iam_role_policy_attachments_exclusive" "people" {
  role_name   = aws_iam_role.people.name
  policy_arns = [aws_iam_role_policy_attachment.read.policy_arn]
}

resource "aws_iam_policy_attachment" "everywhere" {
  name       = "everywhere"
  policy_arn = aws_iam_policy.prefixed.arn
  roles      = [aws_iam_role.server.name]
  users      = [aws_iam_user.attached.name]
  groups     = var.round == 1 ? [] : [aws_iam_group.attached.name]
}

resource "aws_iam_user" "attached" { name = "tf-roles-attached" }

resource "aws_iam_group" "attached" { name = "tf-roles-attached" }

resource "aws_iam_instance_profile" "server" {
  name = "tf-roles-server"
  path = "/tf/roles/"
  role = aws_iam_role.server.name
  tags = { Round = var.round }
}

resource "aws_iam_instance_profile" "empty" {
  name_prefix = "tf-roles-empty-"
}

data "aws_iam_role" "people" { name = aws_iam_role.people.name }

data "aws_iam_roles" "all" {
  path_prefix = "/tf/roles/"
  name_regex  = "^tf-roles-[ps]"
  depends_on  = [aws_iam_role.people, aws_iam_role.server]
}

data "aws_iam_policy" "by_name" { name = "ReadOnlyAccess" }

data "aws_iam_policy" "by_arn" { arn = aws_iam_policy.read.arn }

data "aws_iam_instance_profile" "server" { name = aws_iam_instance_profile.server.name }

data "aws_iam_instance_profiles" "server" { role_name = aws_iam_instance_profile.server.role }

data "aws_caller_identity" "me" {}

data "aws_iam_session_context" "me" { arn = data.aws_caller_identity.me.arn }

data "aws_iam_session_context" "session" {
  arn = "arn:aws:sts::${local.account}:assumed-role/${aws_iam_role.people.name}/somebody"
}

locals {
  facts = {
    "a role is found as it was made" = (
      data.aws_iam_role.people.arn == aws_iam_role.people.arn &&
      data.aws_iam_role.people.path == "/tf/roles/" &&
      data.aws_iam_role.people.max_session_duration == var.round * 3600 &&
      data.aws_iam_role.people.description == "for people, of the first round" &&
      data.aws_iam_role.people.tags["CostCentre"] == "tf: 42 + @ / = ü" &&
      data.aws_iam_role.people.permissions_boundary != ""
    )
    "roles are listed by path and name" = length(data.aws_iam_roles.all.arns) == 2
    "a policy of AWS is found by name"  = data.aws_iam_policy.by_name.arn == "arn:aws:iam::aws:policy/ReadOnlyAccess"
    "a policy is found by its ARN" = (
      data.aws_iam_policy.by_arn.description == "read, in versions" &&
      jsondecode(data.aws_iam_policy.by_arn.policy).Statement[1].Sid == "Read" &&
      data.aws_iam_policy.by_arn.tags["Round"] == tostring(var.round)
    )
    "an instance profile has its role" = (
      data.aws_iam_instance_profile.server.role_arn == aws_iam_role.server.arn &&
      tolist(data.aws_iam_instance_profiles.server.names)[0] == "tf-roles-server"
    )
    "a session's role is its issuer" = (
      data.aws_iam_session_context.session.issuer_arn == aws_iam_role.people.arn &&
      data.aws_iam_session_context.session.issuer_id == aws_iam_role.people.unique_id &&
      data.aws_iam_session_context.me.issuer_arn == "arn:aws:iam::${local.account}:user/admin"
    )
  }
}

# A group with policies of AWS, its own, and the right to assume roles, as the
# group modules of registries build it.

variable "name" { type = string }

variable "users" {
  type    = list(string)
  default = null
}

variable "policy_arns" {
  type    = list(string)
  default = []
}

variable "documents" {
  type    = map(string)
  default = {}
}

variable "roles" {
  type    = list(string)
  default = []
}

variable "own_credentials" {
  type    = bool
  default = false
}

resource "aws_iam_group" "this" { name = var.name }

resource "aws_iam_group_membership" "this" {
  count = var.users == null ? 0 : 1
  name  = var.name
  group = aws_iam_group.this.id
  users = var.users
}

resource "aws_iam_group_policy_attachment" "given" {
  count      = length(var.policy_arns)
  group      = aws_iam_group.this.name
  policy_arn = element(var.policy_arns, count.index)
}

resource "aws_iam_policy" "own" {
  for_each    = var.documents
  name_prefix = "${each.key}-"
  policy      = each.value
}

resource "aws_iam_group_policy_attachment" "own" {
  for_each   = aws_iam_policy.own
  group      = aws_iam_group.this.name
  policy_arn = each.value.arn
}

resource "aws_iam_group_policy" "roles" {
  count = length(var.roles) > 0 ? 1 : 0
  name  = "assume-roles"
  group = aws_iam_group.this.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["sts:AssumeRole"], Resource = var.roles }]
  })
}

data "aws_iam_policy_document" "own_credentials" {
  statement {
    sid       = "ListAndSee"
    actions   = ["iam:ListMFADevices", "iam:ListVirtualMFADevices", "iam:GetAccountPasswordPolicy"]
    resources = ["*"]
  }
  statement {
    sid       = "OwnDevice"
    actions   = ["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice"]
    resources = ["arn:aws:iam::*:mfa/$${aws:username}"]
  }
  statement {
    sid         = "DenyAllWithoutMFA"
    effect      = "Deny"
    not_actions = ["iam:*MFADevice", "iam:ChangePassword", "sts:GetSessionToken"]
    resources   = ["*"]
    condition {
      test     = "BoolIfExists"
      variable = "aws:MultiFactorAuthPresent"
      values   = ["false"]
    }
    condition {
      test     = "Null"
      variable = "aws:ViaAWSService"
      values   = ["true"]
    }
  }
}

resource "aws_iam_group_policy" "own_credentials" {
  count       = var.own_credentials ? 1 : 0
  name_prefix = "own-credentials-"
  group       = aws_iam_group.this.name
  policy      = data.aws_iam_policy_document.own_credentials.json
}

output "name" { value = aws_iam_group.this.name }

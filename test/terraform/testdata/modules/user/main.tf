# A user with credentials sealed for its owner, as the user modules of
# registries build it.

variable "name" { type = string }

variable "pgp_key" { type = string }

variable "console" {
  type    = bool
  default = true
}

variable "keys" {
  type    = number
  default = 1
}

variable "policy_arns" {
  type    = list(string)
  default = []
}

variable "statements" {
  type    = any
  default = []
}

variable "groups" {
  type    = list(string)
  default = []
}

resource "aws_iam_user" "this" {
  name          = var.name
  path          = "/people/"
  force_destroy = true
}

resource "aws_iam_user_login_profile" "this" {
  count                   = var.console ? 1 : 0
  user                    = aws_iam_user.this.name
  pgp_key                 = var.pgp_key
  password_reset_required = true
  lifecycle {
    ignore_changes = [password_reset_required]
  }
}

resource "aws_iam_access_key" "this" {
  count   = var.keys
  user    = aws_iam_user.this.name
  pgp_key = var.pgp_key
}

resource "aws_iam_user_policy_attachment" "this" {
  for_each   = { for i, arn in var.policy_arns : tostring(i) => arn }
  user       = aws_iam_user.this.name
  policy_arn = each.value
}

data "aws_iam_policy_document" "inline" {
  count = length(var.statements) > 0 ? 1 : 0
  dynamic "statement" {
    for_each = var.statements
    content {
      sid           = try(statement.value.sid, null)
      effect        = try(statement.value.effect, null)
      actions       = try(statement.value.actions, null)
      not_actions   = try(statement.value.not_actions, null)
      resources     = try(statement.value.resources, null)
      not_resources = try(statement.value.not_resources, null)
      dynamic "condition" {
        for_each = try(statement.value.conditions, [])
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

resource "aws_iam_user_policy" "inline" {
  count  = length(var.statements) > 0 ? 1 : 0
  name   = "inline"
  user   = aws_iam_user.this.name
  policy = data.aws_iam_policy_document.inline[0].json
}

resource "aws_iam_user_group_membership" "this" {
  count  = length(var.groups) > 0 ? 1 : 0
  user   = aws_iam_user.this.name
  groups = var.groups
}

output "name" { value = aws_iam_user.this.name }

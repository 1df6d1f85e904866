# A role that people, services or identity providers may assume, as the role
# modules of registries build it: statements by for_each, policies that come as
# ARNs and as documents, an instance profile on demand.

variable "name" { type = string }

variable "name_is_prefix" {
  type    = bool
  default = false
}

variable "path" {
  type    = string
  default = "/"
}

variable "trusted_arns" {
  type    = list(string)
  default = []
}

variable "trusted_services" {
  type    = list(string)
  default = []
}

variable "mfa_age" {
  type    = number
  default = null
}

variable "external_ids" {
  type    = list(string)
  default = []
}

variable "trusts_itself" {
  type    = bool
  default = false
}

variable "providers_and_subjects" {
  type = map(object({
    arn      = string
    url      = string
    subjects = list(string)
    audience = string
  }))
  default = {}
}

variable "policy_arns" {
  type    = map(string)
  default = {}
}

variable "documents" {
  type    = list(string)
  default = []
}

variable "boundary" {
  type    = string
  default = null
}

variable "instance_profile" {
  type    = bool
  default = false
}

variable "tags" {
  type    = map(string)
  default = {}
}

data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "trust" {
  dynamic "statement" {
    for_each = var.trusts_itself ? [true] : []
    content {
      sid     = "Itself"
      actions = ["sts:AssumeRole"]
      principals {
        type        = "AWS"
        identifiers = ["*"]
      }
      condition {
        test     = "ArnLike"
        variable = "aws:PrincipalArn"
        values   = ["arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:role${var.path}${var.name}*"]
      }
    }
  }

  dynamic "statement" {
    for_each = length(var.trusted_arns) + length(var.trusted_services) > 0 ? [true] : []
    content {
      actions = ["sts:AssumeRole", "sts:TagSession"]
      dynamic "principals" {
        for_each = { for type, names in { AWS = var.trusted_arns, Service = var.trusted_services } : type => names if length(names) > 0 }
        content {
          type        = principals.key
          identifiers = principals.value
        }
      }
      dynamic "condition" {
        for_each = var.mfa_age == null ? {} : { Bool = ["MultiFactorAuthPresent", "true"], NumericLessThan = ["MultiFactorAuthAge", var.mfa_age] }
        content {
          test     = condition.key
          variable = "aws:${condition.value[0]}"
          values   = [condition.value[1]]
        }
      }
      dynamic "condition" {
        for_each = length(var.external_ids) > 0 ? [true] : []
        content {
          test     = "StringEquals"
          variable = "sts:ExternalId"
          values   = var.external_ids
        }
      }
    }
  }

  dynamic "statement" {
    for_each = var.providers_and_subjects
    content {
      sid     = statement.key
      actions = ["sts:AssumeRoleWithWebIdentity"]
      principals {
        type        = "Federated"
        identifiers = [statement.value.arn]
      }
      condition {
        test     = "StringEquals"
        variable = "${statement.value.url}:aud"
        values   = [statement.value.audience]
      }
      condition {
        test     = "ForAnyValue:StringLike"
        variable = "${statement.value.url}:sub"
        values   = statement.value.subjects
      }
    }
  }
}

data "aws_iam_policy_document" "merged" {
  count                     = length(var.documents) > 0 ? 1 : 0
  override_policy_documents = var.documents
}

resource "aws_iam_role" "this" {
  name                 = var.name_is_prefix ? null : var.name
  name_prefix          = var.name_is_prefix ? "${var.name}-" : null
  path                 = var.path
  assume_role_policy   = data.aws_iam_policy_document.trust.minified_json
  permissions_boundary = var.boundary
  tags                 = var.tags
}

resource "aws_iam_policy" "merged" {
  count       = length(data.aws_iam_policy_document.merged)
  name        = "${var.name}-merged"
  path        = var.path
  description = "What the role ${var.name} may do"
  policy      = data.aws_iam_policy_document.merged[0].json
  tags        = var.tags
}

resource "aws_iam_role_policy_attachment" "merged" {
  count      = length(aws_iam_policy.merged)
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.merged[count.index].arn
}

resource "aws_iam_role_policy_attachment" "given" {
  for_each   = var.policy_arns
  role       = aws_iam_role.this.name
  policy_arn = each.value
}

resource "aws_iam_instance_profile" "this" {
  count = var.instance_profile ? 1 : 0
  name  = aws_iam_role.this.name
  path  = var.path
  role  = aws_iam_role.this.name
  tags  = var.tags
  lifecycle {
    create_before_destroy = true
  }
}

output "arn" { value = aws_iam_role.this.arn }

output "name" { value = aws_iam_role.this.name }

variable "role" { type = string }

resource "aws_iam_policy" "assume" {
  name_prefix = "assume-"
  policy      = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:TagSession", Resource = "*" }] })
}

resource "aws_iam_role_policy_attachments_exclusive" "role" {
  count       = 0
  role_name   = var.role
  policy_arns = []
}

resource "aws_iam_role_policy" "more" {
  name   = "more"
  role   = var.role
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:PutObject", Resource = "*" }] })
}

output "policy_arn" { value = aws_iam_policy.assume.arn }

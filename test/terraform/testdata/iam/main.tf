terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "5.100.0" }
  }
}
provider "aws" {
  region = "us-east-1"
}
variable "hours" {
  default = 2
}
variable "team" {
  default = "a"
}
data "aws_caller_identity" "me" {}
data "aws_iam_policy" "ro" { name = "ReadOnlyAccess" }
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]
    principals {
      type        = "AWS"
      identifiers = [data.aws_caller_identity.me.account_id]
    }
    condition {
      test     = "StringEquals"
      variable = "sts:ExternalId"
      values   = ["x"]
    }
  }
}
resource "aws_iam_role" "r" {
  name                 = "tf-role"
  path                 = "/tf/"
  description          = "made by terraform"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = var.hours * 3600
  tags                 = { team = var.team }
  permissions_boundary = aws_iam_policy.p.arn
}
resource "aws_iam_policy" "p" {
  name        = "tf-policy"
  description = "d"
  policy      = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:GetObject"], Resource = "*" }] })
  tags        = { a = "b" }
}
resource "aws_iam_role_policy" "inline" {
  name   = "inline"
  role   = aws_iam_role.r.id
  policy = aws_iam_policy.p.policy
}
resource "aws_iam_role_policy_attachment" "a" {
  role       = aws_iam_role.r.name
  policy_arn = aws_iam_policy.p.arn
}
resource "aws_iam_role_policy_attachment" "b" {
  role       = aws_iam_role.r.name
  policy_arn = data.aws_iam_policy.ro.arn
}
resource "aws_iam_user" "u" {
  name          = "tf-user"
  force_destroy = true
  tags          = { x = "y" }
}
resource "aws_iam_access_key" "k" { user = aws_iam_user.u.name }
resource "aws_iam_group" "g" { name = "tf-group" }
resource "aws_iam_group_membership" "m" {
  name  = "m"
  users = [aws_iam_user.u.name]
  group = aws_iam_group.g.name
}
resource "aws_iam_user_policy_attachment" "u" {
  user       = aws_iam_user.u.name
  policy_arn = "arn:aws:iam::aws:policy/IAMUserChangePassword"
}
resource "aws_iam_instance_profile" "ip" {
  name = "tf-ip"
  role = aws_iam_role.r.name
}

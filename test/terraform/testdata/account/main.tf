# What there is once in an account, and what services hold in it.

variable "certificate" { type = string }

variable "private_key" { type = string }

resource "aws_iam_account_alias" "alias" {
  account_alias = "tf-account-${var.round}"
}

resource "aws_iam_account_password_policy" "strict" {
  allow_users_to_change_password = true
  hard_expiry                    = var.round != 1
  max_password_age               = var.round == 1 ? null : 90
  minimum_password_length        = 7 + var.round
  password_reuse_prevention      = var.round == 1 ? null : 24
  require_lowercase_characters   = true
  require_numbers                = true
  require_symbols                = var.round != 1
  require_uppercase_characters   = true
}

resource "aws_iam_security_token_service_preferences" "tokens" {
  global_endpoint_token_version = "v${3 - var.round}Token"
}

resource "aws_iam_server_certificate" "site" {
  name             = "tf-account-site"
  path             = var.round == 1 ? "/tf/" : "/tf/moved/"
  certificate_body = var.certificate
  private_key      = var.private_key
  tags             = { Round = var.round }
  lifecycle {
    ignore_changes = [private_key]
  }
}

resource "aws_iam_service_linked_role" "scaling" {
  aws_service_name = "autoscaling.amazonaws.com"
  custom_suffix    = "tf"
  description      = "in round ${var.round}"
  tags             = { Round = var.round }
}

resource "aws_iam_service_linked_role" "beanstalk" {
  aws_service_name = "elasticbeanstalk.amazonaws.com"
}

data "aws_iam_account_alias" "alias" { depends_on = [aws_iam_account_alias.alias] }

data "aws_iam_server_certificate" "site" {
  name   = aws_iam_server_certificate.site.name
  latest = true
}

locals {
  facts = {
    "the alias is the account's"         = data.aws_iam_account_alias.alias.account_alias == "tf-account-${var.round}"
    "a certificate is found"             = data.aws_iam_server_certificate.site.arn == aws_iam_server_certificate.site.arn
    "a service's role is under its path" = aws_iam_service_linked_role.scaling.path == "/aws-service-role/autoscaling.amazonaws.com/"
  }
}

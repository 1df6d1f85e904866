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

# The policy simulator, as pipelines ask it before they go on.
resource "aws_iam_user" "simulated" { name = "tf-simulation" }

resource "aws_iam_user_policy" "simulated" {
  name = "own-folder"
  user = aws_iam_user.simulated.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::home/$${aws:username}/*"
      Condition = { StringEquals = { "aws:RequestedRegion" = "us-east-1" } }
    }]
  })
}

data "aws_iam_principal_policy_simulation" "may" {
  policy_source_arn = aws_iam_user.simulated.arn
  action_names      = ["s3:GetObject"]
  resource_arns     = ["arn:aws:s3:::home/tf-simulation/file"]
  context {
    key    = "aws:RequestedRegion"
    type   = "string"
    values = ["us-east-1"]
  }
  context {
    key    = "aws:username"
    type   = "string"
    values = ["tf-simulation"]
  }
  depends_on = [aws_iam_user_policy.simulated]
}

data "aws_iam_principal_policy_simulation" "may_not" {
  policy_source_arn = aws_iam_user.simulated.arn
  action_names      = ["s3:GetObject", "s3:DeleteObject"]
  resource_arns     = ["arn:aws:s3:::home/somebody-else/file"]
  depends_on        = [aws_iam_user_policy.simulated]
}

locals {
  facts = {
    "the alias is the account's"         = data.aws_iam_account_alias.alias.account_alias == "tf-account-${var.round}"
    "a certificate is found"             = data.aws_iam_server_certificate.site.arn == aws_iam_server_certificate.site.arn
    "a service's role is under its path" = aws_iam_service_linked_role.scaling.path == "/aws-service-role/autoscaling.amazonaws.com/"
    "what is allowed is told"            = data.aws_iam_principal_policy_simulation.may.all_allowed
    "what is not allowed is told"        = !data.aws_iam_principal_policy_simulation.may_not.all_allowed
    "each action has its result"         = length(data.aws_iam_principal_policy_simulation.may_not.results) == 2
  }
}

terraform {
  required_providers {
    aws = { source = "hashicorp/aws", version = "5.100.0" }
  }
}

provider "aws" {
  region = "eu-central-1"
}

variable "trusted" {
  type    = string
  default = "arn:aws:iam::111111111111:role/ci"
}

data "aws_caller_identity" "this" {}

# Known at once: it names nothing that is still to be made.
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "AWS"
      identifiers = [var.trusted, "arn:aws:iam::${data.aws_caller_identity.this.account_id}:user/ann"]
    }
  }
}

resource "aws_iam_role" "deploy" {
  name                 = "deploy"
  path                 = "/team/"
  assume_role_policy   = data.aws_iam_policy_document.trust.json
  max_session_duration = 7200
  permissions_boundary = aws_iam_policy.boundary.arn
  tags                 = { team = "web" }

  inline_policy {
    name   = "logs"
    policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "logs:*", Resource = "*" }] })
  }
}

resource "aws_iam_policy" "boundary" {
  name   = "boundary"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:*", "logs:*", "sts:*", "sqs:*"], Resource = "*" }] })
}

resource "aws_iam_policy" "read" {
  name   = "read"
  policy = data.aws_iam_policy_document.read.json
}

# Waits for the queue's ARN; its first statement does not.
data "aws_iam_policy_document" "read" {
  statement {
    sid       = "Bucket"
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = ["arn:aws:s3:::data-111111111111", "arn:aws:s3:::data-111111111111/*"]
  }
  statement {
    sid       = "Queue"
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.jobs.arn]
  }
}

resource "aws_iam_role_policy_attachment" "read" {
  role       = aws_iam_role.deploy.id
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_role_policy_attachment" "aws" {
  for_each   = toset(["arn:aws:iam::aws:policy/AmazonEC2ReadOnlyAccess"])
  role       = aws_iam_role.deploy.name
  policy_arn = each.value
}

# All of it waits: jsonencode of what is not known.
resource "aws_iam_role_policy" "send" {
  name = "send"
  role = aws_iam_role.worker.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sqs:*", Resource = aws_sqs_queue.jobs.arn }] })
}

# Its trust policy waits for another role's ARN.
resource "aws_iam_role" "worker" {
  name_prefix        = "worker-"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = aws_iam_role.deploy.arn }, Action = "sts:AssumeRole" }] })
}

resource "aws_iam_user" "ann" {
  name = "ann"
}

resource "aws_iam_group" "devs" {
  name = "devs"
}

resource "aws_iam_group_policy" "assume" {
  name   = "assume"
  group  = aws_iam_group.devs.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Resource = "*" }] })
}

resource "aws_iam_user_group_membership" "ann" {
  user   = aws_iam_user.ann.name
  groups = [aws_iam_group.devs.name]
}

resource "aws_iam_user_policy_attachment" "ann" {
  user       = aws_iam_user.ann.name
  policy_arn = module.shared.policy_arn
}

module "shared" {
  source = "./shared"
  role   = aws_iam_role.deploy.id
}

resource "aws_s3_bucket" "data" {
  bucket = "data-111111111111"
}

resource "aws_s3_bucket_policy" "data" {
  bucket = aws_s3_bucket.data.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Principal = "*", Action = "s3:GetObject", Resource = "arn:aws:s3:::data-111111111111/secret/*" }] })
}

resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}

resource "aws_sqs_queue_policy" "jobs" {
  queue_url = aws_sqs_queue.jobs.id
  policy    = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = "111111111111" }, Action = "sqs:SendMessage", Resource = "*" }] })
}

resource "aws_sns_topic" "events" {
  name = "events"
}

resource "aws_sns_topic_policy" "events" {
  arn    = aws_sns_topic.events.arn
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { AWS = aws_iam_role.deploy.arn }, Action = "sns:Publish", Resource = "*" }] })
}

resource "aws_iam_openid_connect_provider" "github" {
  url            = "https://token.actions.githubusercontent.com"
  client_id_list = ["sts.amazonaws.com"]
}

data "aws_iam_policy_document" "github" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.github.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "token.actions.githubusercontent.com:sub"
      values   = ["repo:acme/app:ref:refs/heads/main"]
    }
  }
}

resource "aws_iam_role" "github" {
  name               = "github"
  assume_role_policy = data.aws_iam_policy_document.github.json
}

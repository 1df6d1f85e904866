# Identity providers, and roles that trust them.

variable "saml_metadata" { type = string }

variable "next_saml_metadata" { type = string }

resource "aws_iam_openid_connect_provider" "github" {
  url             = "https://token.actions.githubusercontent.com"
  client_id_list  = var.round == 1 ? ["sts.amazonaws.com"] : ["sts.amazonaws.com", "https://github.com/example"]
  thumbprint_list = var.round == 1 ? ["6938fd4d98bab03faadb97b34396831e3780aea1"] : ["1c58a3a8518e8759bf075b76b750d4f2df264fcd", "6938fd4d98bab03faadb97b34396831e3780aea1"]
  tags            = { Round = var.round }
}

resource "aws_iam_openid_connect_provider" "eks" {
  url             = "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["9e99a48a9960b14926bb7f3b02e22da2b0ab7280"]
}

resource "aws_iam_saml_provider" "corp" {
  name                   = "tf-federation-corp"
  saml_metadata_document = var.round == 1 ? var.saml_metadata : var.next_saml_metadata
  tags                   = { Round = var.round }
}

resource "aws_iam_role" "pipeline" {
  name = "tf-federation-pipeline"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Action    = ["sts:TagSession", "sts:AssumeRoleWithWebIdentity"]
      Condition = {
        "ForAllValues:StringEquals" = {
          "token.actions.githubusercontent.com:iss" = "https://token.actions.githubusercontent.com"
          "token.actions.githubusercontent.com:aud" = "sts.amazonaws.com"
        }
        StringLike = { "token.actions.githubusercontent.com:sub" = ["repo:example/one:*", "repo:example/two:ref:refs/heads/main"] }
      }
    }]
  })
}

resource "aws_iam_role" "pod" {
  name = "tf-federation-pod"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = aws_iam_openid_connect_provider.eks.arn }
      Action    = "sts:AssumeRoleWithWebIdentity"
      Condition = {
        StringEquals = {
          "${aws_iam_openid_connect_provider.eks.url}:sub" = "system:serviceaccount:kube-system:aws-node"
          "${aws_iam_openid_connect_provider.eks.url}:aud" = "sts.amazonaws.com"
        }
      }
    }]
  })
}

resource "aws_iam_role" "corp" {
  name = "tf-federation-corp"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Federated = [aws_iam_saml_provider.corp.arn] }
      Action    = ["sts:AssumeRoleWithSAML", "sts:TagSession"]
      Condition = { StringEquals = { "SAML:aud" = "https://signin.aws.amazon.com/saml" } }
    }]
  })
}

data "aws_iam_openid_connect_provider" "by_url" { url = "https://${aws_iam_openid_connect_provider.github.url}" }

data "aws_iam_openid_connect_provider" "by_arn" { arn = aws_iam_openid_connect_provider.eks.arn }

data "aws_iam_saml_provider" "corp" { arn = aws_iam_saml_provider.corp.arn }

locals {
  facts = {
    "a provider is found by its URL" = data.aws_iam_openid_connect_provider.by_url.arn == aws_iam_openid_connect_provider.github.arn
    "a provider is found by its ARN" = data.aws_iam_openid_connect_provider.by_arn.client_id_list == tolist(["sts.amazonaws.com"])
    "metadata comes back as it was sent" = (
      data.aws_iam_saml_provider.corp.saml_metadata_document == aws_iam_saml_provider.corp.saml_metadata_document &&
      data.aws_iam_saml_provider.corp.name == "tf-federation-corp"
    )
  }
}

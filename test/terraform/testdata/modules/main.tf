# Published modules, by the shapes of what they build: the modules below this
# folder are this project's own, in the manner of those of registries.

variable "pgp_key" { type = string }

resource "aws_iam_openid_connect_provider" "pipelines" {
  for_each = {
    gitlab    = { url = "https://gitlab.example.com", audience = "https://gitlab.example.com" }
    bitbucket = { url = "https://api.bitbucket.org/2.0/workspaces/example/pipelines-config/identity/oidc", audience = "ari:cloud:bitbucket::workspace/0f0f" }
  }
  url             = each.value.url
  client_id_list  = [each.value.audience]
  thumbprint_list = ["a031c46782e6e6c662c2c87c76da9aa62ccabd8e"]
}

module "pipeline" {
  source = "./role"
  name   = "tf-modules-pipeline"
  path   = "/ci/"
  providers_and_subjects = {
    for name, provider in aws_iam_openid_connect_provider.pipelines : name => {
      arn      = provider.arn
      url      = provider.url
      audience = tolist(provider.client_id_list)[0]
      subjects = var.round == 1 ? ["project:example/*"] : ["project:example/*:ref_type:branch:ref:main", "project:example/*:ref_type:tag:*"]
    }
  }
  policy_arns = { push = "arn:aws:iam::aws:policy/AmazonEC2ContainerRegistryPowerUser" }
}

module "people" {
  source       = "./role"
  for_each     = { admin = "AdministratorAccess", poweruser = "PowerUserAccess", readonly = "ReadOnlyAccess" }
  name         = "tf-modules-${each.key}"
  trusted_arns = ["arn:aws:iam::123456789012:root", "arn:aws:iam::835367859851:root"]
  mfa_age      = 3600 * var.round
  external_ids = each.key == "readonly" ? ["some-id-goes-here"] : []
  policy_arns  = { given = "arn:aws:iam::aws:policy/${each.value}" }
}

module "server" {
  source           = "./role"
  name             = "tf-modules-server"
  name_is_prefix   = true
  trusts_itself    = true
  trusted_services = ["ec2.amazonaws.com", "codedeploy.amazonaws.com", "vpc-flow-logs.amazonaws.com"]
  instance_profile = true
  boundary         = aws_iam_policy.boundary.arn
  documents        = [for name, document in local.documents : document]
  policy_arns      = { ssm = "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore" }
  tags             = { Name = "tf-modules-server", Round = var.round }
}

locals {
  documents = {
    for name, actions in { logs = ["logs:CreateLogStream", "logs:PutLogEvents"], images = ["ecr:Get*", "ecr:BatchGetImage"] } :
    name => jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Sid = title(name), Effect = "Allow", Action = actions, Resource = "*" }]
    })
  }
}

resource "aws_iam_policy" "boundary" {
  name = "tf-modules-boundary"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", NotAction = ["iam:*", "organizations:*"], Resource = "*" },
      { Effect = "Deny", Action = "*", Resource = "*", Condition = { StringNotEquals = { "aws:RequestedRegion" = ["us-east-1", "eu-west-1"] } } },
    ]
  })
}

module "user" {
  source      = "./user"
  for_each    = { ann = ["arn:aws:iam::aws:policy/IAMUserChangePassword"], ben = [] }
  name        = "tf-modules-${each.key}"
  pgp_key     = var.pgp_key
  policy_arns = each.value
  console     = each.key == "ann"
  keys        = each.key == "ann" ? 1 : var.round
  groups      = each.key == "ben" ? [module.operators.name] : []
  statements = [
    {
      sid       = "OwnFolder"
      actions   = ["s3:ListBucket"]
      resources = ["arn:aws:s3:::tf-modules"]
      conditions = [{
        test     = "StringLike"
        variable = "s3:prefix"
        values   = ["home/&{aws:username}/*", ""]
      }]
    },
    { effect = "Deny", not_actions = ["s3:*"], not_resources = ["arn:aws:s3:::tf-modules", "arn:aws:s3:::tf-modules/*"] },
  ]
}

module "operators" {
  source          = "./group"
  name            = "tf-modules-operators"
  own_credentials = true
  policy_arns     = ["arn:aws:iam::aws:policy/IAMReadOnlyAccess", "arn:aws:iam::aws:policy/job-function/SupportUser"]
  documents       = local.documents
}

module "admins" {
  source = "./group"
  name   = "tf-modules-admins"
  users  = var.round == 1 ? [module.user["ann"].name] : [module.user["ann"].name, module.user["ben"].name]
  roles  = concat([for role in module.people : role.arn], ["arn:aws:iam::835367859851:role/elsewhere"])
}

locals {
  facts = {
    "a role's name begins with its prefix" = startswith(module.server.name, "tf-modules-server-")
  }
}

# Users with every credential that Terraform can make, and the data sources
# that look at them.

variable "pgp_key" { type = string }

variable "certificate" { type = string }

variable "ssh_key" { type = string }

resource "aws_iam_user" "someone" {
  name                 = "tf-users-someone${var.round == 1 ? "" : ".renamed@example.com"}"
  path                 = var.round == 1 ? "/tf/users/" : "/tf/users/moved/"
  permissions_boundary = var.round == 1 ? "arn:aws:iam::aws:policy/PowerUserAccess" : null
  tags                 = { Round = var.round, Empty = "" }
}

# What its deletion has to clear away, Terraform does not know of.
resource "aws_iam_user" "forced" {
  name          = "tf-users-forced"
  force_destroy = true
}

resource "aws_iam_user_policy" "inline" {
  name   = "inline"
  user   = aws_iam_user.forced.name
  policy = data.aws_iam_policy_document.own.json
}

resource "aws_iam_user_policy" "prefixed" {
  name_prefix = "inline-"
  user        = aws_iam_user.someone.name
  policy      = data.aws_iam_policy_document.own.json
}

data "aws_iam_policy_document" "own" {
  statement {
    actions   = var.round == 1 ? ["iam:GetUser"] : ["iam:GetUser", "iam:ChangePassword"]
    resources = ["arn:aws:iam::*:user/$${aws:username}"]
  }
}

resource "aws_iam_user_policies_exclusive" "forced" {
  user_name    = aws_iam_user.forced.name
  policy_names = [aws_iam_user_policy.inline.name]
}

resource "aws_iam_user_policy_attachment" "forced" {
  user       = aws_iam_user.forced.name
  policy_arn = "arn:aws:iam::aws:policy/IAMUserChangePassword"
}

resource "aws_iam_user_policy_attachments_exclusive" "forced" {
  user_name   = aws_iam_user.forced.name
  policy_arns = [aws_iam_user_policy_attachment.forced.policy_arn]
}

resource "aws_iam_access_key" "plain" {
  user   = aws_iam_user.forced.name
  status = var.round == 1 ? "Active" : "Inactive"
}

resource "aws_iam_access_key" "sealed" {
  user    = aws_iam_user.forced.name
  pgp_key = var.pgp_key
}

resource "aws_iam_user_login_profile" "plain" {
  user            = aws_iam_user.forced.name
  password_length = 24
  lifecycle {
    ignore_changes = [password_length, password_reset_required]
  }
}

resource "aws_iam_user_login_profile" "sealed" {
  user                    = aws_iam_user.someone.name
  pgp_key                 = var.pgp_key
  password_reset_required = true
}

resource "aws_iam_user_ssh_key" "key" {
  username   = aws_iam_user.forced.name
  encoding   = "SSH"
  public_key = var.ssh_key
  status     = var.round == 1 ? "Active" : "Inactive"
}

resource "aws_iam_signing_certificate" "signing" {
  user_name        = aws_iam_user.forced.name
  certificate_body = var.certificate
  status           = var.round == 1 ? "Active" : "Inactive"
}

resource "aws_iam_service_specific_credential" "git" {
  service_name = "codecommit.amazonaws.com"
  user_name    = aws_iam_user.forced.name
  status       = var.round == 1 ? "Active" : "Inactive"
}

resource "aws_iam_virtual_mfa_device" "device" {
  virtual_mfa_device_name = "tf-users-device"
  path                    = "/tf/"
  tags                    = { Round = var.round }
}

resource "aws_iam_group" "one" { name = "tf-users-one" }

resource "aws_iam_group" "two" { name = "tf-users-two" }

resource "aws_iam_user_group_membership" "someone" {
  user   = aws_iam_user.someone.name
  groups = var.round == 1 ? [aws_iam_group.one.name] : [aws_iam_group.one.name, aws_iam_group.two.name]
}

data "aws_iam_user" "someone" { user_name = aws_iam_user.someone.name }

data "aws_iam_users" "all" {
  path_prefix = "/tf/users/"
  name_regex  = "^tf-users-"
  depends_on  = [aws_iam_user.someone]
}

data "aws_iam_access_keys" "forced" {
  user       = aws_iam_user.forced.name
  depends_on = [aws_iam_access_key.plain, aws_iam_access_key.sealed]
}

data "aws_iam_user_ssh_key" "key" {
  username          = aws_iam_user.forced.name
  ssh_public_key_id = aws_iam_user_ssh_key.key.ssh_public_key_id
  encoding          = "SSH"
}

locals {
  facts = {
    "a user is found under its new name" = (
      data.aws_iam_user.someone.arn == aws_iam_user.someone.arn &&
      data.aws_iam_user.someone.user_id == aws_iam_user.someone.unique_id &&
      data.aws_iam_user.someone.tags["Round"] == tostring(var.round)
    )
    "users are listed by path and name" = length(data.aws_iam_users.all.names) == 1
    "both access keys are listed"       = length(data.aws_iam_access_keys.forced.access_keys) == 2
    "a key comes back as it was sent"   = data.aws_iam_user_ssh_key.key.public_key == trimspace(var.ssh_key)
    "a secret is sealed with PGP"       = aws_iam_access_key.sealed.encrypted_secret != null && nonsensitive(aws_iam_access_key.sealed.secret == null)
    "a password is sealed with PGP"     = aws_iam_user_login_profile.sealed.encrypted_password != null
    "a device shows its seed at once"   = var.imported || aws_iam_virtual_mfa_device.device.base_32_string_seed != null
    "a key has a password for mail"     = var.imported || nonsensitive(aws_iam_access_key.plain.ses_smtp_password_v4) != null
  }
}

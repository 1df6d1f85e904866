# Users and groups of the directory of IAM Identity Center.

data "aws_ssoadmin_instances" "here" {}

locals {
  store = data.aws_ssoadmin_instances.here.identity_store_ids[0]
}

resource "aws_identitystore_user" "jane" {
  identity_store_id  = local.store
  user_name          = "jane@example.com"
  display_name       = "Jane Doe in round ${var.round}"
  nickname           = var.round == 1 ? "janey" : null
  locale             = "en-US"
  preferred_language = "en"
  profile_url        = "https://example.com/jane"
  timezone           = "Europe/Berlin"
  title              = "Engineer ${var.round}"
  user_type          = "Staff"
  name {
    family_name      = "Doe"
    given_name       = "Jane"
    middle_name      = "M."
    formatted        = "Dr. Jane M. Doe"
    honorific_prefix = "Dr."
    honorific_suffix = "MSc"
  }
  emails {
    primary = true
    type    = "work"
    value   = "jane-${var.round}@example.com"
  }
  phone_numbers {
    primary = true
    type    = "work"
    value   = "+49 30 0000${var.round}"
  }
  addresses {
    country        = "DE"
    formatted      = "Street ${var.round}, Berlin"
    locality       = "Berlin"
    postal_code    = "10115"
    primary        = true
    region         = "BE"
    street_address = "Street ${var.round}"
    type           = "work"
  }
}

resource "aws_identitystore_user" "plain" {
  identity_store_id = local.store
  user_name         = "plain"
  display_name      = "Plain"
  name {
    family_name = "User"
    given_name  = "Plain"
  }
}

resource "aws_identitystore_group" "staff" {
  identity_store_id = local.store
  display_name      = "people-${var.round}"
  description       = "Who works here, in round ${var.round}"
}

resource "aws_identitystore_group" "bare" {
  identity_store_id = local.store
  display_name      = "bare"
}

resource "aws_identitystore_group_membership" "staff" {
  for_each          = var.round == 1 ? { jane = aws_identitystore_user.jane.user_id } : { jane = aws_identitystore_user.jane.user_id, plain = aws_identitystore_user.plain.user_id }
  identity_store_id = local.store
  group_id          = aws_identitystore_group.staff.group_id
  member_id         = each.value
}

data "aws_identitystore_user" "by_name" {
  identity_store_id = local.store
  alternate_identifier {
    unique_attribute {
      attribute_path  = "UserName"
      attribute_value = aws_identitystore_user.jane.user_name
    }
  }
}

data "aws_identitystore_user" "by_mail" {
  identity_store_id = local.store
  alternate_identifier {
    unique_attribute {
      attribute_path  = "emails.value"
      attribute_value = aws_identitystore_user.jane.emails[0].value
    }
  }
}

data "aws_identitystore_user" "by_id" {
  identity_store_id = local.store
  user_id           = aws_identitystore_user.plain.user_id
}

data "aws_identitystore_users" "all" {
  identity_store_id = local.store
  depends_on        = [aws_identitystore_user.jane, aws_identitystore_user.plain]
}

data "aws_identitystore_group" "by_name" {
  identity_store_id = local.store
  alternate_identifier {
    unique_attribute {
      attribute_path  = "DisplayName"
      attribute_value = aws_identitystore_group.staff.display_name
    }
  }
}

data "aws_identitystore_group" "by_id" {
  identity_store_id = local.store
  group_id          = aws_identitystore_group.bare.group_id
}

data "aws_identitystore_groups" "all" {
  identity_store_id = local.store
  depends_on        = [aws_identitystore_group.staff, aws_identitystore_group.bare]
}

data "aws_identitystore_group_memberships" "staff" {
  identity_store_id = local.store
  group_id          = aws_identitystore_group.staff.group_id
  depends_on        = [aws_identitystore_group_membership.staff]
}

locals {
  facts = {
    "a user is found by name"         = data.aws_identitystore_user.by_name.user_id == aws_identitystore_user.jane.user_id
    "and by address"                  = data.aws_identitystore_user.by_mail.user_name == "jane@example.com"
    "and by id"                       = data.aws_identitystore_user.by_id.display_name == "Plain"
    "a user's name has all its parts" = data.aws_identitystore_user.by_name.name[0].honorific_prefix == "Dr."
    "all users are told"              = length(setsubtract(["jane@example.com", "plain"], data.aws_identitystore_users.all.users[*].user_name)) == 0
    "a group is found by name"        = data.aws_identitystore_group.by_name.group_id == aws_identitystore_group.staff.group_id
    "and a group by id"               = data.aws_identitystore_group.by_id.display_name == "bare"
    "all groups are told"             = length(setsubtract(["bare", "people-${var.round}"], data.aws_identitystore_groups.all.groups[*].display_name)) == 0
    "a group's members are told"      = length(data.aws_identitystore_group_memberships.staff.group_memberships) == var.round
  }
}

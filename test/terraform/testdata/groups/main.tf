# Groups, their members and policies.

resource "aws_iam_group" "team" {
  name = var.round == 1 ? "tf-groups-team" : "tf-groups-crew"
  path = var.round == 1 ? "/" : "/tf/"
}

# One whose name stays, for what is told apart by it.
resource "aws_iam_group" "fixed" { name = "tf-groups-fixed" }

resource "aws_iam_user" "member" {
  for_each = toset(["ann", "ben", "cid"])
  name     = "tf-groups-${each.key}"
}

resource "aws_iam_group_membership" "team" {
  name  = "members"
  group = aws_iam_group.team.name
  users = [for name in(var.round == 1 ? ["ann", "ben"] : ["ben", "cid"]) : aws_iam_user.member[name].name]
}

resource "aws_iam_group_policy" "inline" {
  name   = "inline"
  group  = aws_iam_group.fixed.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "s3:Get*", Resource = "*", Sid = "Round${var.round}" }] })
}

resource "aws_iam_group_policy" "prefixed" {
  name_prefix = "inline-"
  group       = aws_iam_group.team.name
  policy      = jsonencode({ Version = "2012-10-17", Statement = { Effect = "Deny", Action = ["s3:Delete*"], Resource = ["*"] } })
}

resource "aws_iam_group_policies_exclusive" "fixed" {
  group_name   = aws_iam_group.fixed.name
  policy_names = [aws_iam_group_policy.inline.name]
}

resource "aws_iam_group_policy_attachment" "fixed" {
  group      = aws_iam_group.fixed.name
  policy_arn = "arn:aws:iam::aws:policy/job-function/ViewOnlyAccess"
}

resource "aws_iam_group_policy_attachments_exclusive" "fixed" {
  group_name  = aws_iam_group.fixed.name
  policy_arns = [aws_iam_group_policy_attachment.fixed.policy_arn]
}

data "aws_iam_group" "team" {
  group_name = aws_iam_group.team.name
  depends_on = [aws_iam_group_membership.team]
}

locals {
  facts = {
    "a group has its members"      = toset(data.aws_iam_group.team.users[*].user_name) == toset(aws_iam_group_membership.team.users)
    "a renamed group keeps its id" = data.aws_iam_group.team.group_id == aws_iam_group.team.unique_id
  }
}

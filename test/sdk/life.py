"""One life of an IAM user, told with boto3. Arguments: endpoint."""
import json
import sys

import boto3
from botocore.exceptions import ClientError

endpoint = sys.argv[1]


def client(service, **keys):
    return boto3.client(service, endpoint_url=endpoint, region_name="us-east-1", **keys)


def keys_of(answer):
    keys = dict(aws_access_key_id=answer["AccessKeyId"], aws_secret_access_key=answer["SecretAccessKey"])
    if "SessionToken" in answer:
        keys["aws_session_token"] = answer["SessionToken"]
    return keys


def refused(code, call, **args):
    try:
        call(**args)
    except ClientError as e:
        assert e.response["Error"]["Code"] == code, e
        return e.response["Error"]["Message"]
    raise AssertionError(f"{code} expected")


iam, sts = client("iam"), client("sts")
account = sts.get_caller_identity()["Account"]
user = iam.create_user(UserName="python", Path="/sdk/", Tags=[{"Key": "team", "Value": "ünïcode: a+b @c"}])["User"]
assert user["Arn"] == f"arn:aws:iam::{account}:user/sdk/python", user
assert iam.get_user(UserName="PYTHON")["User"]["Tags"] == [{"Key": "team", "Value": "ünïcode: a+b @c"}]
refused("EntityAlreadyExists", iam.create_user, UserName="Python")

trust = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": user["Arn"]}, "Action": "sts:AssumeRole"}]}
role = iam.create_role(RoleName="python-role", AssumeRolePolicyDocument=json.dumps(trust), MaxSessionDuration=7200)["Role"]
assert role["AssumeRolePolicyDocument"] == trust, role
assert role["CreateDate"].microsecond == 0, role

me = client("sts", **keys_of(iam.create_access_key(UserName="python")["AccessKey"]))
assert me.get_caller_identity()["Arn"] == user["Arn"]
session = me.assume_role(RoleArn=role["Arn"], RoleSessionName="python", DurationSeconds=7200)
assert session["AssumedRoleUser"]["AssumedRoleId"] == role["RoleId"] + ":python", session
assumed = client("iam", **keys_of(session["Credentials"]))
message = refused("AccessDenied", assumed.list_users)
assert message.endswith("because no identity-based policy allows the iam:ListUsers action"), message

policy = iam.create_policy(PolicyName="python-list", PolicyDocument=json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "iam:ListUsers", "Resource": "*"}]}))["Policy"]
iam.attach_role_policy(RoleName="python-role", PolicyArn=policy["Arn"])
assert [u["UserName"] for page in assumed.get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1}) for u in page["Users"]] == ["admin", "python"]
total = sum(len(page["Policies"]) for page in iam.get_paginator("list_policies").paginate(Scope="AWS"))
assert total > 1500, total

refused("DeleteConflict", iam.delete_policy, PolicyArn=policy["Arn"])
refused("DeleteConflict", iam.delete_role, RoleName="python-role")
iam.detach_role_policy(RoleName="python-role", PolicyArn=policy["Arn"])
iam.delete_policy(PolicyArn=policy["Arn"])
iam.delete_role(RoleName="python-role")
refused("DeleteConflict", iam.delete_user, UserName="python")
for key in iam.list_access_keys(UserName="python")["AccessKeyMetadata"]:
    iam.delete_access_key(UserName="python", AccessKeyId=key["AccessKeyId"])
iam.delete_user(UserName="python")
refused("NoSuchEntity", iam.get_user, UserName="python")
refused("InvalidClientTokenId", assumed.list_users)
print("lived")

"""Who the profiles are that sign in through SSO, with boto3. Arguments: profiles."""
import sys

import boto3

for profile in sys.argv[1:]:
    print(boto3.Session(profile_name=profile).client("sts").get_caller_identity()["Arn"])

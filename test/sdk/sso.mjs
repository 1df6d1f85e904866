// Who the profiles are that sign in through SSO, with the AWS SDK for JavaScript
// v3, which finds their credentials by itself. Arguments: profiles.
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

for (const profile of process.argv.slice(2)) {
  process.env.AWS_PROFILE = profile;
  const { Arn } = await new STSClient({}).send(new GetCallerIdentityCommand({}));
  console.log(Arn);
}

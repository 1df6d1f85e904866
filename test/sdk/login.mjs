// A program that has no keys: it uses what `aws login` left, and refreshes it.
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const client = new STSClient({ region: "us-east-1", endpoint: process.argv[2] });
console.log((await client.send(new GetCallerIdentityCommand({}))).Arn);

// One life of an IAM user, told with the AWS SDK for JavaScript v3.
// Arguments: endpoint.
import assert from "node:assert/strict";
import {
  AttachRolePolicyCommand, CreateAccessKeyCommand, CreatePolicyCommand, CreateRoleCommand, CreateUserCommand,
  DeleteAccessKeyCommand, DeletePolicyCommand, DeleteRoleCommand, DeleteUserCommand, DetachRolePolicyCommand,
  GetRoleCommand, GetUserCommand, IAMClient, ListAccessKeysCommand, ListUsersCommand, paginateListPolicies,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

const common = { endpoint: process.argv[2], region: "us-east-1", maxAttempts: 1 };
const iam = new IAMClient(common);
const name = "javascript";

async function refused(code, call) {
  try {
    await call;
  } catch (e) {
    assert.equal(e.name.replace(/Exception$/, ""), code, e);
    return e.message;
  }
  assert.fail(`${code} expected`);
}

const { Account } = await new STSClient(common).send(new GetCallerIdentityCommand({}));
const { User } = await iam.send(new CreateUserCommand({ UserName: name, Tags: [{ Key: "team", Value: "a+b c" }] }));
assert.equal(User.Arn, `arn:aws:iam::${Account}:user/${name}`);
assert.deepEqual((await iam.send(new GetUserCommand({ UserName: name }))).User.Tags, [{ Key: "team", Value: "a+b c" }]);

const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: User.Arn }, Action: "sts:AssumeRole" }] };
const { Role } = await iam.send(new CreateRoleCommand({ RoleName: `${name}-role`, AssumeRolePolicyDocument: JSON.stringify(trust) }));
const read = await iam.send(new GetRoleCommand({ RoleName: Role.RoleName }));
assert.deepEqual(JSON.parse(decodeURIComponent(read.Role.AssumeRolePolicyDocument)), trust);

const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
const me = new STSClient({ ...common, credentials: { accessKeyId: AccessKey.AccessKeyId, secretAccessKey: AccessKey.SecretAccessKey } });
const { Credentials } = await me.send(new AssumeRoleCommand({ RoleArn: Role.Arn, RoleSessionName: name }));
const assumed = new IAMClient({ ...common, credentials: {
  accessKeyId: Credentials.AccessKeyId, secretAccessKey: Credentials.SecretAccessKey, sessionToken: Credentials.SessionToken } });
assert.match(await refused("AccessDenied", assumed.send(new ListUsersCommand({}))), /assumed-role\/javascript-role\/javascript is not authorized/);

const allow = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "iam:ListUsers", Resource: "*" }] };
const { Policy } = await iam.send(new CreatePolicyCommand({ PolicyName: `${name}-list`, PolicyDocument: JSON.stringify(allow) }));
await iam.send(new AttachRolePolicyCommand({ RoleName: Role.RoleName, PolicyArn: Policy.Arn }));
assert.ok((await assumed.send(new ListUsersCommand({}))).Users.length >= 2);
let total = 0;
for await (const page of paginateListPolicies({ client: iam, pageSize: 500 }, { Scope: "AWS" })) total += page.Policies.length;
assert.ok(total > 1500, total);

await refused("DeleteConflict", iam.send(new DeleteRoleCommand({ RoleName: Role.RoleName })));
await iam.send(new DetachRolePolicyCommand({ RoleName: Role.RoleName, PolicyArn: Policy.Arn }));
await iam.send(new DeletePolicyCommand({ PolicyArn: Policy.Arn }));
await iam.send(new DeleteRoleCommand({ RoleName: Role.RoleName }));
for (const key of (await iam.send(new ListAccessKeysCommand({ UserName: name }))).AccessKeyMetadata) {
  await iam.send(new DeleteAccessKeyCommand({ UserName: name, AccessKeyId: key.AccessKeyId }));
}
await iam.send(new DeleteUserCommand({ UserName: name }));
await refused("NoSuchEntity", iam.send(new GetUserCommand({ UserName: name })));
console.log("lived");

// oidc-provider as the identity provider of an access portal: one confidential
// client, whose redirect URI is an argument. It prints its issuer, has people
// sign in on its own pages, with any name and password, and runs until its
// standard input ends.
import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;
const { privateKey } = await generateKeyPair("ES256", { extractable: true });

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "portal",
      client_secret: "s3cret/+",
      application_type: "native",
      token_endpoint_auth_method: "client_secret_basic",
      redirect_uris: [process.argv[2]],
      id_token_signed_response_alg: "ES256",
    },
  ],
  jwks: { keys: [{ ...(await exportJWK(privateKey)), use: "sig" }] },
  enabledJWA: { idTokenSigningAlgValues: ["ES256"] },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["preferred_username"] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: id, email_verified: true, preferred_username: id }),
  }),
  features: { devInteractions: { enabled: true } },
});
server.on("request", provider.callback());
console.log(JSON.stringify({ issuer }));
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));

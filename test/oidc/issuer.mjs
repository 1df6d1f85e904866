// An OpenID Connect issuer that others wrote: oidc-provider. It listens on the
// loopback address, signs somebody in by its own pages for a client of each
// algorithm, prints {"issuer", "tokens": {algorithm: ID token}} and serves its
// keys until its standard input ends.
import { createHash, randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const algorithms = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "ES512"];
const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;
const redirect = "http://127.0.0.1/callback";

const keys = [];
for (const algorithm of ["RS256", "ES256", "ES384", "ES512"]) {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  keys.push({ ...(await exportJWK(privateKey)), use: "sig" });
}

const provider = new Provider(issuer, {
  clients: algorithms.map((algorithm) => ({
    client_id: `app-${algorithm}`,
    application_type: "native",
    token_endpoint_auth_method: "none",
    redirect_uris: [redirect],
    id_token_signed_response_alg: algorithm,
  })),
  jwks: { keys },
  enabledJWA: { idTokenSigningAlgValues: algorithms },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  // The claims of AWS's in every ID token.
  claims: { openid: ["sub", "https://aws.amazon.com/tags", "https://aws.amazon.com/source_identity"] },
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      "https://aws.amazon.com/tags": { principal_tags: { Team: ["blue"] }, transitive_tag_keys: ["Team"] },
      "https://aws.amazon.com/source_identity": id,
    }),
  }),
  features: { devInteractions: { enabled: true } },
});
server.on("request", provider.callback());

// browse is what a browser does: it keeps cookies and goes where it is sent.
function browser() {
  const jar = new Map();
  return async function browse(url, form) {
    const answer = await fetch(new URL(url, issuer), {
      method: form ? "POST" : "GET",
      redirect: "manual",
      body: form && new URLSearchParams(form),
      headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join("; ") },
    });
    for (const line of answer.headers.getSetCookie()) {
      const [name, value] = line.split(";")[0].split(/=(.*)/s);
      jar.set(name, value);
    }
    return answer;
  };
}

async function signIn(client) {
  const browse = browser();
  const verifier = randomBytes(32).toString("base64url");
  const query = new URLSearchParams({
    client_id: client,
    response_type: "code",
    scope: "openid",
    redirect_uri: redirect,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  });
  let answer = await browse(`/auth?${query}`);
  for (let step = 0; step < 12; step++) {
    const to = answer.headers.get("location");
    if (to === null) {
      throw new Error(`${answer.status} ${await answer.text()}`);
    }
    if (to.startsWith(redirect)) {
      const code = new URL(to).searchParams.get("code");
      const form = { grant_type: "authorization_code", code, client_id: client, redirect_uri: redirect, code_verifier: verifier };
      const tokens = await (await browse("/token", form)).json();
      return tokens.id_token;
    }
    answer = await browse(to);
    if (answer.status === 200) {
      const page = await answer.text();
      const action = page.match(/action="([^"]+)"/)[1];
      const prompt = page.match(/name="prompt" value="([^"]+)"/)[1];
      answer = await browse(action, prompt === "login" ? { prompt, login: "ann", password: "any" } : { prompt });
    }
  }
  throw new Error("signed in by nobody");
}

const tokens = {};
for (const algorithm of algorithms) {
  tokens[algorithm] = await signIn(`app-${algorithm}`);
}
process.stdout.write(JSON.stringify({ issuer, tokens }) + "\n");
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));

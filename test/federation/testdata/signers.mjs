// Makes SAML responses with samlify and with the signing of node-saml. Reads
// what to say as JSON from standard input, and writes a JSON object of responses
// by what is particular about each.
import { readFileSync } from "node:fs";
import samlify from "samlify";
import nodeSaml from "@node-saml/node-saml/lib/xml.js";

const asked = JSON.parse(readFileSync(0, "utf8"));
const now = new Date(asked.now);
const later = new Date(now.getTime() + 5 * 60 * 1000);
const protocol = "urn:oasis:names:tc:SAML:2.0:protocol";
const assertion = "urn:oasis:names:tc:SAML:2.0:assertion";

const template = `<samlp:Response xmlns:samlp="${protocol}" xmlns:saml="${assertion}" ID="_r{ID}" Version="2.0" IssueInstant="${now.toISOString()}" Destination="${asked.recipient}"><saml:Issuer>${asked.entity}</saml:Issuer><samlp:Status><samlp:StatusCode Value="urn:oasis:names:tc:SAML:2.0:status:Success"/></samlp:Status><saml:Assertion xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" ID="_a{ID}" Version="2.0" IssueInstant="${now.toISOString()}"><saml:Issuer>${asked.entity}</saml:Issuer><saml:Subject><saml:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">ann-1f3a</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"><saml:SubjectConfirmationData NotOnOrAfter="${later.toISOString()}" Recipient="${asked.recipient}"/></saml:SubjectConfirmation></saml:Subject><saml:Conditions NotBefore="${now.toISOString()}" NotOnOrAfter="${later.toISOString()}"><saml:AudienceRestriction><saml:Audience>urn:amazon:webservices</saml:Audience></saml:AudienceRestriction></saml:Conditions><saml:AuthnStatement AuthnInstant="${now.toISOString()}"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"><saml:AttributeValue xsi:type="xs:string">${asked.role},${asked.provider}</saml:AttributeValue></saml:Attribute><saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName"><saml:AttributeValue xsi:type="xs:string">${asked.name}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>`;

const responses = {};
const encode = (xml) => Buffer.from(xml).toString("base64");

for (const [rule, options] of Object.entries({
  "samlify: the assertion is signed": { assertions: true, message: false },
  "samlify: the response is signed": { assertions: false, message: true },
  "samlify: both are signed": { assertions: true, message: true },
})) {
  const idp = samlify.IdentityProvider({
    entityID: asked.entity,
    privateKey: asked.key,
    signingCert: asked.cert,
    requestSignatureAlgorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    isAssertionEncrypted: false,
    messageSigningOrder: "sign-then-encrypt",
    loginResponseTemplate: { context: template },
    singleSignOnService: [{ Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", Location: "https://idp.example.com/sso" }],
  });
  const sp = samlify.ServiceProvider({
    entityID: "urn:amazon:webservices",
    wantAssertionsSigned: options.assertions,
    wantMessageSigned: options.message,
    assertionConsumerService: [{ Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST", Location: asked.recipient }],
  });
  const made = await idp.createLoginResponse(sp, {}, "post", {}, (context) => ({ id: "1", context: context.replaceAll("{ID}", "1") }));
  responses[rule] = made.context;
}

for (const [rule, [local, algorithm]] of Object.entries({
  "node-saml: the assertion is signed": ["Assertion", "sha256"],
  "node-saml: the response is signed": ["Response", "sha256"],
  "node-saml: with SHA-512": ["Assertion", "sha512"],
})) {
  const path = `//*[local-name(.)="${local}"]`;
  responses[rule] = encode(nodeSaml.signXml(
    template.replaceAll("{ID}", "2"), path, { reference: `${path}/*[local-name(.)="Issuer"]`, action: "after" },
    { privateKey: asked.key, signatureAlgorithm: algorithm, digestAlgorithm: algorithm },
  ));
}
process.stdout.write(JSON.stringify(responses));

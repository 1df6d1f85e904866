"""Makes SAML responses with pysaml2, which signs with xmlsec1.

Reads what to say as JSON from standard input, and writes a JSON object of
responses by what is particular about each.
"""
import base64
import functools
import json
import os
import sys
import tempfile

import saml2.entity
from saml2 import BINDING_HTTP_POST, BINDING_HTTP_REDIRECT
from saml2.config import IdPConfig
from saml2.saml import NAME_FORMAT_URI, NAMEID_FORMAT_PERSISTENT, NameID
from saml2.server import Server
from saml2.sigver import SecurityContext

# pysaml2 encrypts with Triple DES if nobody says otherwise, which AWS does not
# take; it lets nobody say.
saml2.entity.pre_encryption_part = functools.partial(
    saml2.entity.pre_encryption_part, msg_enc="http://www.w3.org/2001/04/xmlenc#aes256-cbc")
SecurityContext.encrypt_assertion = functools.partialmethod(SecurityContext.encrypt_assertion, key_type="aes-256")

asked = json.load(sys.stdin)
folder = tempfile.mkdtemp()


def keep(name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


key, cert = keep("key.pem", asked["key"]), keep("cert.pem", asked["cert"])
server = Server(config=IdPConfig().load({
    "entityid": asked["entity"],
    "key_file": key,
    "cert_file": cert,
    "xmlsec_binary": "/usr/bin/xmlsec1",
    "metadata": {"local": [keep("sp.xml", asked["sp"])]},
    "service": {"idp": {
        "endpoints": {"single_sign_on_service": [("https://idp.example.com/sso", BINDING_HTTP_REDIRECT)]},
        "policy": {"default": {"lifetime": {"minutes": 5}, "name_form": NAME_FORMAT_URI, "fail_on_missing_requested": False}},
    }},
    "attribute_map_dir": None,
}))
responses = {}
for rule, options in {
    "the assertion is signed": {"sign_assertion": True, "sign_response": False},
    "the response is signed": {"sign_assertion": False, "sign_response": True},
    "both are signed": {"sign_assertion": True, "sign_response": True},
    "with SHA-512": {"sign_assertion": True, "sign_response": False,
                     "sign_alg": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512", "digest_alg": "http://www.w3.org/2001/04/xmlenc#sha512"},
    "encrypted and signed": {"sign_assertion": True, "sign_response": False, "encrypt_assertion": True, "encrypt_cert_assertion": asked["encrypt"]},
    "encrypted, both signed": {"sign_assertion": True, "sign_response": True, "encrypt_assertion": True, "encrypt_cert_assertion": asked["encrypt"]},
}.items():
    algorithms = {"sign_alg": "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", "digest_alg": "http://www.w3.org/2001/04/xmlenc#sha256"}
    response = server.create_authn_response(
        identity={
            "https://aws.amazon.com/SAML/Attributes/Role": [asked["role"] + "," + asked["provider"]],
            "https://aws.amazon.com/SAML/Attributes/RoleSessionName": [asked["name"]],
        },
        in_response_to=None,
        destination=asked["recipient"],
        sp_entity_id="urn:amazon:webservices",
        name_id=NameID(format=NAMEID_FORMAT_PERSISTENT, text="ann-1f3a"),
        authn={"class_ref": "urn:oasis:names:tc:SAML:2.0:ac:classes:Password", "authn_auth": "https://idp.example.com"},
        **{**algorithms, **options})
    responses[rule] = base64.b64encode(str(response).encode()).decode()
json.dump(responses, sys.stdout)

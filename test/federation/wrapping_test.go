package federation

import (
	"strings"

	"github.com/rolecall-iam/rolecall/test/samltest"
)

// wrappings put the signed assertion somewhere else in the document, and one of
// the attacker's where it was: with the signature or without, under a new ID or
// the same.
//
// Source: Somorovsky et al., On Breaking SAML: Be Whoever You Want to Be (2012)
func (k *kit) wrappings() []attack {
	original, around := cut(k.signed, "saml:Assertion")
	signature, bare := cut(original, "ds:Signature")
	var all []attack
	for _, id := range []string{"_evil", "_assertion"} {
		evil := k.evil
		evil.AssertionID = id
		for kept, parts := range map[string][2]string{
			"the signature stays":    {original, ""},
			"the signature is moved": {bare, signature},
		} {
			places := k.places(evil, parts[0], parts[1])
			for place, body := range places {
				all = append(all, attack{
					rule:     "wrapped " + place + ", " + kept + ", the ID is " + id,
					document: replaceAssertion(around, body),
					code:     invalid,
				})
			}
		}
	}
	return all
}

// replaceAssertion puts something where the assertion was.
func replaceAssertion(around, body string) string {
	return strings.Replace(around, "</samlp:Status>", "</samlp:Status>"+body, 1)
}

// places are the attacker's assertion with the signed one, or what is left of
// it, somewhere about it. moved is its signature, for the attacker's.
func (k *kit) places(evil samltest.Response, signed, moved string) map[string]string {
	forged := strings.Replace(evil.Assertion(), samltest.InAssertion, moved, 1)
	inside := func(opened, wrapped string) string { return strings.Replace(forged, opened, opened+wrapped, 1) }
	return map[string]string{
		"before the other":     signed + forged,
		"behind the other":     forged + signed,
		"as its first element": inside(`IssueInstant="`+timeOf(evil)+`">`, signed),
		"as its last element":  strings.Replace(forged, "</saml:Assertion>", signed+"</saml:Assertion>", 1),
		"in its subject":       inside("<saml:Subject>", signed),
		"in its conditions":    strings.Replace(forged, "</saml:Conditions>", signed+"</saml:Conditions>", 1),
		"in advice":            strings.Replace(forged, "</saml:Conditions>", "</saml:Conditions><saml:Advice>"+signed+"</saml:Advice>", 1),
		"in the value of an attribute": strings.Replace(forged, "</saml:AttributeStatement>",
			`<saml:Attribute Name="x"><saml:AttributeValue>`+signed+"</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>", 1),
		"in the confirmation":           strings.Replace(forged, `Recipient="`+signin+`"/>`, `Recipient="`+signin+`">`+signed+"</saml:SubjectConfirmationData>", 1),
		"in extensions":                 "<samlp:Extensions>" + signed + "</samlp:Extensions>" + forged,
		"in an element of its own":      forged + `<x xmlns="urn:x">` + signed + "</x>",
		"in an Object of the signature": strings.Replace(forged+signed, "</ds:Signature>", "<ds:Object>"+signed+"</ds:Object></ds:Signature>", 1),
	}
}

func timeOf(r samltest.Response) string { return r.Issued.Format("2006-01-02T15:04:05.000Z") }

// classics are the eight forms by their usual names, of responses that are
// signed as a whole, and further ones of those.
func (k *kit) classics() []attack {
	signature, bare := cut(k.whole, "ds:Signature")
	forge := func(id string) string {
		evil := k.evil
		evil.ID = id
		return evil.XML()
	}
	in := func(document, place, more string) string { return strings.Replace(document, place, more, 1) }
	object := func(inside string) string {
		return strings.Replace(signature, "</ds:Signature>", "<ds:Object>"+inside+"</ds:Object></ds:Signature>", 1)
	}
	assertion, noAssertion := cut(k.signed, "saml:Assertion")
	assertionSignature, bareAssertion := cut(assertion, "ds:Signature")
	evil := strings.Replace(k.evil.Assertion(), samltest.InAssertion, assertionSignature, 1)
	plain := k.evil.Assertion()
	own := strings.Replace(assertionSignature, "</ds:Signature>", "<ds:Object>"+bareAssertion+"</ds:Object></ds:Signature>", 1)
	forms := map[string]string{
		"XSW1: the response in an Object of its signature":                       in(forge("_evil"), samltest.InResponse, object(bare)),
		"XSW2: the response beside its signature":                                in(forge("_evil"), samltest.InResponse, bare+signature),
		"XSW3: the attacker's assertion before the signed one":                   replaceAssertion(noAssertion, plain+assertion),
		"XSW4: the signed assertion in the attacker's":                           replaceAssertion(noAssertion, strings.Replace(plain, "</saml:Assertion>", assertion+"</saml:Assertion>", 1)),
		"XSW5: the signature in the attacker's assertion, the signed one behind": replaceAssertion(noAssertion, evil+bareAssertion),
		"XSW6: the signed assertion behind the signature in the attacker's":      replaceAssertion(noAssertion, strings.Replace(evil, "</ds:Signature>", "</ds:Signature>"+bareAssertion, 1)),
		"XSW7: the attacker's assertion in extensions":                           replaceAssertion(noAssertion, "<samlp:Extensions>"+plain+"</samlp:Extensions>"+assertion),
		"XSW8: the signed assertion in an Object":                                replaceAssertion(noAssertion, strings.Replace(k.evil.Assertion(), samltest.InAssertion, own, 1)),
		"the response in extensions of another":                                  in(forge("_evil"), "<samlp:Status>", "<samlp:Extensions>"+k.whole+"</samlp:Extensions><samlp:Status>"),
		"the response in the status of another":                                  in(forge("_evil"), "</samlp:Status>", "<samlp:StatusDetail>"+k.whole+"</samlp:StatusDetail></samlp:Status>"),
		"the response behind the assertion of another":                           in(forge("_evil"), "</samlp:Response>", k.whole+"</samlp:Response>"),
		"the response in another with its ID":                                    in(forge("_response"), "</samlp:Response>", k.whole+"</samlp:Response>"),
		"its signature in another response with its ID":                          in(forge("_response"), samltest.InResponse, signature),
		"its signature at the end of another":                                    in(forge("_response"), "</samlp:Response>", signature+"</samlp:Response>"),
		"its signature in the assertion of another":                              in(forge("_response"), samltest.InAssertion, signature),
		"an assertion more in a response that is signed":                         in(k.whole, "</samlp:Response>", plain+"</samlp:Response>"),
		"an attribute more in a response that is signed":                         in(k.whole, "</saml:AttributeStatement>", `<saml:Attribute Name="x"/></saml:AttributeStatement>`),
		"a signed assertion in a SOAP envelope":                                  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>` + k.signed + "</s:Body></s:Envelope>",
		"a signed assertion alone":                                               assertion,
		"a signed assertion in a logout response":                                strings.ReplaceAll(k.signed, "samlp:Response", "samlp:LogoutResponse"),
	}
	var all []attack
	for rule, document := range forms {
		all = append(all, attack{rule: rule, document: document, code: invalid})
	}
	return all
}

package saml

import (
	"errors"
	"strings"

	"github.com/rolecall-iam/rolecall/authn/saml/xmldsig"
)

const success = "urn:oasis:names:tc:SAML:2.0:status:Success"

// withoutLineEnds takes out what some clients break base64 into lines with.
func withoutLineEnds(text string) string {
	if !strings.ContainsAny(text, "\r\n") {
		return text
	}
	return strings.NewReplacer("\r", "", "\n", "").Replace(text)
}

// checkShape refuses whatever could be read in more than one way, before
// anything is read.
func checkShape(root *xmldsig.Element) error {
	if !root.Is(protocol, "Response") || root.Parent() != nil {
		return refuse(Malformed, "its root is no Response")
	}
	if version, _ := root.Attr("Version"); version != "2.0" {
		return refuse(Malformed, "it is not of SAML 2.0")
	}
	if err := checkIDs(root); err != nil {
		return refuse(Malformed, err.Error())
	}
	assertions, misplaced := 0, false
	root.Walk(func(e *xmldsig.Element) bool {
		switch {
		case isAssertion(e):
			assertions++
			misplaced = misplaced || e.Parent() != root
		case e.Is(xmldsig.Space, "Signature"):
			misplaced = misplaced || e.Parent() != root && !isAssertion(e.Parent())
		case e != root && (e.Is(protocol, "Response") || strings.EqualFold(e.Local, "Assertion") || strings.EqualFold(e.Local, "EncryptedAssertion")):
			misplaced = true
		}
		return !misplaced
	})
	if misplaced {
		return refuse(Malformed, "a response, assertion or signature is where none belongs")
	}
	if err := checkStatus(root); err != nil {
		return err
	}
	if assertions != 1 || len(root.All(xmldsig.Space, "Signature")) > 1 {
		return refuse(Malformed, "it has not exactly one assertion, or several signatures")
	}
	if a := root.One(assertion, "Assertion"); a != nil && len(a.All(xmldsig.Space, "Signature")) > 1 {
		return refuse(Malformed, "its assertion has several signatures")
	}
	return nil
}

func isAssertion(e *xmldsig.Element) bool {
	return e != nil && (e.Is(assertion, "Assertion") || e.Is(assertion, "EncryptedAssertion"))
}

// checkIDs refuses IDs that occur twice: a reference must mean one element.
func checkIDs(root *xmldsig.Element) error {
	seen, twice := map[string]bool{}, false
	root.Walk(func(e *xmldsig.Element) bool {
		for _, id := range e.ID() {
			twice = twice || seen[id]
			seen[id] = true
		}
		return !twice
	})
	if twice {
		return errors.New("an ID occurs twice")
	}
	return nil
}

// checkStatus refuses what a provider sends of somebody it could not
// authenticate.
func checkStatus(root *xmldsig.Element) error {
	status := root.One(protocol, "Status")
	if status == nil {
		return refuse(Malformed, "it has no status")
	}
	code := status.One(protocol, "StatusCode")
	if code == nil {
		return refuse(Malformed, "it has no status code")
	}
	if value, _ := code.Attr("Value"); value != success {
		return refuse(Failed, "the provider reports no success")
	}
	return nil
}

// checkIssuers refuses another provider's response for what it is, before its
// signature is looked at. Nothing is believed of it yet.
func checkIssuers(root *xmldsig.Element, p Provider) error {
	for _, e := range []*xmldsig.Element{root, root.One(assertion, "Assertion")} {
		if e == nil || e == root && len(e.All(assertion, "Issuer")) == 0 {
			continue
		}
		if issuer, err := onlyText(e, "Issuer"); err != nil || issuer != p.EntityID {
			return refuse(Issuer, "its issuer is not the provider")
		}
	}
	return nil
}

// checkOpened holds an assertion that was encrypted to what checkShape holds
// the response to.
func checkOpened(a *xmldsig.Element) error {
	if err := checkIDs(a); err != nil {
		return err
	}
	misplaced := len(a.All(xmldsig.Space, "Signature")) > 1
	a.Walk(func(e *xmldsig.Element) bool {
		switch {
		case e.Is(xmldsig.Space, "Signature"):
			misplaced = misplaced || e.Parent() != a
		case e != a && (strings.EqualFold(e.Local, "Assertion") || strings.EqualFold(e.Local, "EncryptedAssertion") || e.Is(protocol, "Response")):
			misplaced = true
		}
		return !misplaced
	})
	if misplaced {
		return errors.New("an assertion or signature is where none belongs")
	}
	return nil
}

package directory

import (
	"maps"
	"slices"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// Application is an application of an instance of IAM Identity Center.
type Application struct {
	ID          string        `json:"id"` // apl-…
	Instance    string        `json:"instance"`
	Account     arn.AccountID `json:"account"`
	Provider    string        `json:"provider"` // applicationProvider/…
	Name        string        `json:"name"`
	Description string        `json:"description,omitempty"`
	Status      string        `json:"status"` // ENABLED or DISABLED
	Region      string        `json:"region"` // that it was made in
	Created     time.Time     `json:"created"`
	Portal      *AppPortal    `json:"portal,omitempty"`
	Tags        []Tag         `json:"tags,omitempty"`
	Token       string        `json:"token,omitempty"` // of the request that made it

	Unassigned bool                `json:"unassigned,omitempty"` // whoever signs in may use it
	Background string              `json:"background,omitempty"` // user background sessions: ENABLED or DISABLED
	Scopes     map[string][]string `json:"scopes,omitempty"`     // to the targets that they are for
	// Grants and Methods are what a client may get tokens for and how it
	// proves itself, by their type, in JSON of whoever wrote them.
	Grants  map[string]string `json:"grants,omitempty"`
	Methods map[string]string `json:"methods,omitempty"`
}

// AppPortal is how the access portal shows an application.
type AppPortal struct {
	Visibility string `json:"visibility,omitempty"`
	Origin     string `json:"origin,omitempty"`
	URL        string `json:"url,omitempty"`
}

// TokenIssuer is an issuer whose tokens applications exchange.
type TokenIssuer struct {
	ID        string        `json:"id"` // tti-…
	Instance  string        `json:"instance"`
	Account   arn.AccountID `json:"account"`
	Name      string        `json:"name"`
	Type      string        `json:"type"`
	IssuerURL string        `json:"issuerUrl"`
	Claim     string        `json:"claim"`
	Attribute string        `json:"attribute"`
	Keys      string        `json:"keys"` // how they are had: OPEN_ID_DISCOVERY
	Tags      []Tag         `json:"tags,omitempty"`
	Token     string        `json:"token,omitempty"` // of the request that made it
}

// Clone is a copy that may be changed and written back.
func (a *Application) Clone() *Application {
	c := *a
	c.Tags, c.Scopes, c.Grants, c.Methods = slices.Clone(a.Tags), maps.Clone(a.Scopes), maps.Clone(a.Grants), maps.Clone(a.Methods)
	if a.Portal != nil {
		portal := *a.Portal
		c.Portal = &portal
	}
	return &c
}

// Clone is a copy that may be changed and written back.
func (t *TokenIssuer) Clone() *TokenIssuer {
	c := *t
	c.Tags = slices.Clone(t.Tags)
	return &c
}

// Application reads an application of an instance.
func (r *Reader) Application(instance, id string) (*Application, bool) {
	return document[Application](r, inInstance(instance, "application/"+id))
}

// Applications walks the applications of an instance in the order of their ids,
// after the one given.
func (r *Reader) Applications(instance, after string, yield func(*Application) bool) {
	r.keys(inInstance(instance, "application/"), after, func(id string, _ []byte) bool {
		a, ok := r.Application(instance, id)
		return ok && yield(a)
	})
}

// TokenIssuer reads a trusted token issuer of an instance.
func (r *Reader) TokenIssuer(instance, id string) (*TokenIssuer, bool) {
	return document[TokenIssuer](r, inInstance(instance, "token-issuer/"+id))
}

// TokenIssuers walks the trusted token issuers of an instance in the order of
// their ids, after the one given.
func (r *Reader) TokenIssuers(instance, after string, yield func(*TokenIssuer) bool) {
	r.keys(inInstance(instance, "token-issuer/"), after, func(id string, _ []byte) bool {
		t, ok := r.TokenIssuer(instance, id)
		return ok && yield(t)
	})
}

func appAssignmentsKey(application string) string {
	return "application-assignment/" + application + "/"
}

func appAssignedKey(principalType, principal string) string {
	return "application-assigned/" + principalType + "/" + foldName(principal) + "/"
}

// AppAssigned tells whether a user or group may use an application.
func (r *Reader) AppAssigned(instance, application, principalType, principal string) bool {
	_, ok := r.get(inInstance(instance, appAssignmentsKey(application)+principalType+"/"+foldName(principal)))
	return ok
}

// AppAssignments walks who may use an application, as "type/id", after the one
// given.
func (r *Reader) AppAssignments(instance, application, after string, yield func(principal string) bool) {
	r.keys(inInstance(instance, appAssignmentsKey(application)), after, func(rest string, _ []byte) bool { return yield(rest) })
}

// AppsAssignedTo walks the ids of the applications that a user or group itself
// may use, after the one given.
func (r *Reader) AppsAssignedTo(instance, principalType, principal, after string, yield func(application string) bool) {
	r.keys(inInstance(instance, appAssignedKey(principalType, principal)), after, func(rest string, _ []byte) bool { return yield(rest) })
}

// PutApplication writes an application, made or changed. The instance is
// compared with, so that its deletion conflicts.
func (tx *Tx) PutApplication(a *Application) {
	tx.Instance(a.Instance)
	tx.put(inInstance(a.Instance, "application/"+a.ID), a)
}

// DeleteApplication removes an application with its assignments.
func (tx *Tx) DeleteApplication(a *Application) {
	tx.keys(inInstance(a.Instance, appAssignmentsKey(a.ID)), "", func(rest string, _ []byte) bool {
		tx.delete(inInstance(a.Instance, appAssignmentsKey(a.ID)+rest))
		tx.delete(inInstance(a.Instance, "application-assigned/"+rest+"/"+a.ID))
		return true
	})
	tx.delete(inInstance(a.Instance, "application/"+a.ID))
}

// PutAppAssignment lets a user or group use an application, which is rewritten,
// so that deleting it at the same time conflicts.
func (tx *Tx) PutAppAssignment(a *Application, principalType, principal string) {
	tx.putText(inInstance(a.Instance, appAssignmentsKey(a.ID)+principalType+"/"+foldName(principal)), "")
	tx.putText(inInstance(a.Instance, appAssignedKey(principalType, principal)+a.ID), "")
	tx.PutApplication(a)
}

// DeleteAppAssignment takes an application away from a user or group.
func (tx *Tx) DeleteAppAssignment(a *Application, principalType, principal string) {
	tx.delete(inInstance(a.Instance, appAssignmentsKey(a.ID)+principalType+"/"+foldName(principal)))
	tx.delete(inInstance(a.Instance, appAssignedKey(principalType, principal)+a.ID))
}

// PutTokenIssuer writes a trusted token issuer, made or changed.
func (tx *Tx) PutTokenIssuer(t *TokenIssuer) {
	tx.Instance(t.Instance)
	tx.put(inInstance(t.Instance, "token-issuer/"+t.ID), t)
}

// DeleteTokenIssuer removes a trusted token issuer.
func (tx *Tx) DeleteTokenIssuer(t *TokenIssuer) {
	tx.delete(inInstance(t.Instance, "token-issuer/"+t.ID))
}

package directory

import (
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// IdentityStore holds the people and groups of an account's Identity Center.
type IdentityStore struct {
	ID      string        `json:"id"` // d-…
	Account arn.AccountID `json:"account"`
	Region  string        `json:"region"`
	Created time.Time     `json:"created"`
}

// Person is a user of an identity store.
type Person struct {
	ID    string `json:"id"`
	Store string `json:"store"`
	Profile
	// Extensions are further attributes, by the name of their schema.
	Extensions  map[string]json.RawMessage `json:"extensions,omitempty"`
	ExternalIDs []ExternalID               `json:"externalIds,omitempty"`
	Disabled    bool                       `json:"disabled,omitempty"`
	Stamp

	// What a person signs in with.
	Password   string         `json:"password,omitempty"` // its hash; empty for none yet
	MustChange bool           `json:"mustChange,omitempty"`
	Devices    []PersonDevice `json:"devices,omitempty"`
}

// Profile is what a person is known by. Its JSON names are the attribute paths
// of AWS's UpdateUser and of SCIM.
type Profile struct {
	UserName          string          `json:"userName,omitempty"`
	Name              *PersonName     `json:"name,omitempty"`
	DisplayName       string          `json:"displayName,omitempty"`
	NickName          string          `json:"nickName,omitempty"`
	ProfileURL        string          `json:"profileUrl,omitempty"`
	Emails            []PersonValue   `json:"emails,omitempty"`
	Addresses         []PersonAddress `json:"addresses,omitempty"`
	PhoneNumbers      []PersonValue   `json:"phoneNumbers,omitempty"`
	UserType          string          `json:"userType,omitempty"`
	Title             string          `json:"title,omitempty"`
	PreferredLanguage string          `json:"preferredLanguage,omitempty"`
	Locale            string          `json:"locale,omitempty"`
	Timezone          string          `json:"timezone,omitempty"`
	Photos            []PersonValue   `json:"photos,omitempty"`
	Website           string          `json:"website,omitempty"`
	Birthdate         string          `json:"birthdate,omitempty"`
	Roles             []PersonValue   `json:"roles,omitempty"`
}

// PersonName is a person's name in its parts.
type PersonName struct {
	Formatted       string `json:"formatted,omitempty"`
	FamilyName      string `json:"familyName,omitempty"`
	GivenName       string `json:"givenName,omitempty"`
	MiddleName      string `json:"middleName,omitempty"`
	HonorificPrefix string `json:"honorificPrefix,omitempty"`
	HonorificSuffix string `json:"honorificSuffix,omitempty"`
}

// PersonValue is an e-mail address, a phone number, a photo or a role.
type PersonValue struct {
	Value   string `json:"value,omitempty"`
	Display string `json:"display,omitempty"` // photos alone have it
	Type    string `json:"type,omitempty"`
	Primary *bool  `json:"primary,omitempty"`
}

// PersonAddress is a postal address.
type PersonAddress struct {
	StreetAddress string `json:"streetAddress,omitempty"`
	Locality      string `json:"locality,omitempty"`
	Region        string `json:"region,omitempty"`
	PostalCode    string `json:"postalCode,omitempty"`
	Country       string `json:"country,omitempty"`
	Formatted     string `json:"formatted,omitempty"`
	Type          string `json:"type,omitempty"`
	Primary       *bool  `json:"primary,omitempty"`
}

// ExternalID is what somebody else calls a person or group.
type ExternalID struct {
	Issuer string `json:"issuer"`
	ID     string `json:"id"`
}

// PersonDevice is a second factor that a person signs in with.
type PersonDevice struct {
	ID      string    `json:"id"`
	Kind    string    `json:"kind"` // TOTPDevice or PasskeyDevice
	Name    string    `json:"name,omitempty"`
	Created time.Time `json:"created"`
	Sealed  []byte    `json:"sealed,omitempty"` // the seed of a TOTP device, sealed under the keyring
	Drift   int64     `json:"drift,omitempty"`
	Used    int64     `json:"used,omitempty"`       // the last step whose code was accepted
	Public  []byte    `json:"public,omitempty"`     // the public key of a passkey
	Handle  []byte    `json:"credential,omitempty"` // the id that a passkey goes by
	Count   uint32    `json:"count,omitempty"`      // how often a passkey says that it signed
	Site    string    `json:"site,omitempty"`       // the host name that a passkey is bound to
	Synced  bool      `json:"synced,omitempty"`     // a passkey may be on several of its owner's devices

	Transports []string  `json:"transports,omitempty"` // how a browser reaches a passkey
	LastUsed   time.Time `json:"lastUsed,omitzero"`
}

// PersonGroup is a group of an identity store.
type PersonGroup struct {
	ID          string       `json:"id"`
	Store       string       `json:"store"`
	DisplayName string       `json:"displayName,omitempty"`
	Description string       `json:"description,omitempty"`
	ExternalIDs []ExternalID `json:"externalIds,omitempty"`
	Stamp
}

// Membership is a person's being in a group.
type Membership struct {
	ID     string `json:"id"`
	Store  string `json:"store"`
	Group  string `json:"group"`
	Person string `json:"person"`
	Stamp
}

// Stamp tells when and by whom something was made and last changed.
type Stamp struct {
	Created   time.Time `json:"created"`
	Updated   time.Time `json:"updated"`
	CreatedBy string    `json:"createdBy,omitempty"`
	UpdatedBy string    `json:"updatedBy,omitempty"`
}

// Clone is a copy that may be changed and written back.
func (p *Person) Clone() *Person {
	c := *p
	if p.Name != nil {
		name := *p.Name
		c.Name = &name
	}
	c.Emails, c.Addresses, c.PhoneNumbers = slices.Clone(p.Emails), slices.Clone(p.Addresses), slices.Clone(p.PhoneNumbers)
	c.Photos, c.Roles = slices.Clone(p.Photos), slices.Clone(p.Roles)
	c.Extensions, c.ExternalIDs, c.Devices = maps.Clone(p.Extensions), slices.Clone(p.ExternalIDs), slices.Clone(p.Devices)
	return &c
}

// Clone is a copy that may be changed and written back.
func (g *PersonGroup) Clone() *PersonGroup {
	c := *g
	c.ExternalIDs = slices.Clone(g.ExternalIDs)
	return &c
}

// Email is the address that belongs to nobody else of the store: the one that
// is primary, else the first.
func (p *Person) Email() string {
	for _, e := range p.Emails {
		if e.Primary != nil && *e.Primary {
			return e.Value
		}
	}
	if len(p.Emails) > 0 {
		return p.Emails[0].Value
	}
	return ""
}

const (
	identityStorePrefix   = "identity-store/"
	identityStoreOfPrefix = "identity-store-of/"
)

func inStore(store, rest string) string { return "in-identity-store/" + store + "/" + rest }

func externalKey(e ExternalID) string { return url.PathEscape(e.Issuer) + "/" + url.PathEscape(e.ID) }

// IdentityStore reads an identity store by its id.
func (r *Reader) IdentityStore(id string) (*IdentityStore, bool) {
	return document[IdentityStore](r, identityStorePrefix+id)
}

// IdentityStoreOf reads an account's identity store.
func (r *Reader) IdentityStoreOf(account arn.AccountID) (*IdentityStore, bool) {
	id, ok := r.text(identityStoreOfPrefix + account.String())
	if !ok {
		return nil, false
	}
	return referred[IdentityStore](r, identityStorePrefix+id)
}

// IdentityStores walks all identity stores in the order of their ids.
func (r *Reader) IdentityStores(yield func(*IdentityStore) bool) {
	r.keys(identityStorePrefix, "", func(id string, _ []byte) bool {
		s, ok := referred[IdentityStore](r, identityStorePrefix+id)
		return ok && yield(s)
	})
}

// Person reads a user of an identity store.
func (r *Reader) Person(store, id string) (*Person, bool) {
	return document[Person](r, inStore(store, "person/"+strings.ToLower(id)))
}

// People walks the users of an identity store in the order of their ids, after
// the one given.
func (r *Reader) People(store, after string, yield func(*Person) bool) {
	r.keys(inStore(store, "person/"), after, func(id string, _ []byte) bool {
		p, ok := r.Person(store, id)
		return ok && yield(p)
	})
}

// PersonNamed finds a user by user name, without regard to case.
func (r *Reader) PersonNamed(store, name string) (*Person, bool) {
	return r.personBy(store, "person-name/"+foldName(name))
}

// PersonWithEmail finds a user by primary address, without regard to case.
func (r *Reader) PersonWithEmail(store, address string) (*Person, bool) {
	return r.personBy(store, "person-email/"+foldName(address))
}

// PersonKnownAs finds a user by an id that somebody else gave.
func (r *Reader) PersonKnownAs(store string, e ExternalID) (*Person, bool) {
	return r.personBy(store, "person-external/"+externalKey(e))
}

func (r *Reader) personBy(store, key string) (*Person, bool) {
	id, ok := r.text(inStore(store, key))
	if !ok {
		return nil, false
	}
	return referred[Person](r, inStore(store, "person/"+id))
}

// PersonGroup reads a group of an identity store.
func (r *Reader) PersonGroup(store, id string) (*PersonGroup, bool) {
	return document[PersonGroup](r, inStore(store, "group/"+strings.ToLower(id)))
}

// PersonGroups walks the groups of an identity store in the order of their ids,
// after the one given.
func (r *Reader) PersonGroups(store, after string, yield func(*PersonGroup) bool) {
	r.keys(inStore(store, "group/"), after, func(id string, _ []byte) bool {
		g, ok := r.PersonGroup(store, id)
		return ok && yield(g)
	})
}

// PersonGroupNamed finds a group by display name, without regard to case.
func (r *Reader) PersonGroupNamed(store, name string) (*PersonGroup, bool) {
	return r.personGroupBy(store, "group-name/"+foldName(name))
}

// PersonGroupKnownAs finds a group by an id that somebody else gave.
func (r *Reader) PersonGroupKnownAs(store string, e ExternalID) (*PersonGroup, bool) {
	return r.personGroupBy(store, "group-external/"+externalKey(e))
}

func (r *Reader) personGroupBy(store, key string) (*PersonGroup, bool) {
	id, ok := r.text(inStore(store, key))
	if !ok {
		return nil, false
	}
	return referred[PersonGroup](r, inStore(store, "group/"+id))
}

// Membership reads a membership by its id.
func (r *Reader) Membership(store, id string) (*Membership, bool) {
	return document[Membership](r, inStore(store, "membership/"+strings.ToLower(id)))
}

// MembershipOf finds a person's membership in a group.
func (r *Reader) MembershipOf(store, group, person string) (*Membership, bool) {
	id, ok := r.text(inStore(store, memberKey(strings.ToLower(group))+strings.ToLower(person)))
	if !ok {
		return nil, false
	}
	return referred[Membership](r, inStore(store, "membership/"+id))
}

// MembersOfPersonGroup walks the memberships of a group in the order of the
// persons' ids, after the one given.
func (r *Reader) MembersOfPersonGroup(store, group, after string, yield func(*Membership) bool) {
	r.memberships(store, memberKey(group), after, yield)
}

// GroupsOfPerson walks the memberships of a person in the order of the groups'
// ids, after the one given.
func (r *Reader) GroupsOfPerson(store, person, after string, yield func(*Membership) bool) {
	r.memberships(store, memberOfKey(person), after, yield)
}

func (r *Reader) memberships(store, prefix, after string, yield func(*Membership) bool) {
	r.keys(inStore(store, prefix), after, func(_ string, id []byte) bool {
		m, ok := referred[Membership](r, inStore(store, "membership/"+string(id)))
		return ok && yield(m)
	})
}

func memberKey(group string) string { return "member/" + group + "/" }

func memberOfKey(person string) string { return "member-of/" + person + "/" }

// CountPeople answers how many users and groups an identity store has.
func (r *Reader) CountPeople(store string) (people, groups int) {
	return r.count(inStore(store, "person/")), r.count(inStore(store, "group/"))
}

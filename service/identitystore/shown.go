package identitystore

import (
	"slices"

	"github.com/rolecall-iam/rolecall/api/identitystore"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// profileOf reads the attributes of a new user.
func profileOf(in *identitystore.CreateUserInput) directory.Profile {
	p := directory.Profile{
		UserName: in.UserName, DisplayName: in.DisplayName, NickName: in.NickName, ProfileURL: in.ProfileUrl,
		UserType: in.UserType, Title: in.Title, PreferredLanguage: in.PreferredLanguage, Locale: in.Locale,
		Timezone: in.Timezone, Website: in.Website, Birthdate: in.Birthdate,
	}
	if n := in.Name; n != nil {
		p.Name = &directory.PersonName{Formatted: n.Formatted, FamilyName: n.FamilyName, GivenName: n.GivenName,
			MiddleName: n.MiddleName, HonorificPrefix: n.HonorificPrefix, HonorificSuffix: n.HonorificSuffix}
	}
	for _, e := range in.Emails {
		p.Emails = append(p.Emails, directory.PersonValue{Value: e.Value, Type: e.Type, Primary: e.Primary})
	}
	for _, n := range in.PhoneNumbers {
		p.PhoneNumbers = append(p.PhoneNumbers, directory.PersonValue{Value: n.Value, Type: n.Type, Primary: n.Primary})
	}
	for _, r := range in.Roles {
		p.Roles = append(p.Roles, directory.PersonValue{Value: r.Value, Type: r.Type, Primary: r.Primary})
	}
	for _, f := range in.Photos {
		p.Photos = append(p.Photos, directory.PersonValue{Value: f.Value, Display: f.Display, Type: f.Type, Primary: f.Primary})
	}
	for _, a := range in.Addresses {
		p.Addresses = append(p.Addresses, directory.PersonAddress{StreetAddress: a.StreetAddress, Locality: a.Locality, Region: a.Region,
			PostalCode: a.PostalCode, Country: a.Country, Formatted: a.Formatted, Type: a.Type, Primary: a.Primary})
	}
	return p
}

// shownUser is a user with those of its extensions that are asked for.
func shownUser(p *directory.Person, extensions []string) identitystore.User {
	u := identitystore.User{
		UserId: p.ID, IdentityStoreId: p.Store, UserName: p.UserName, DisplayName: p.DisplayName, NickName: p.NickName,
		ProfileUrl: p.ProfileURL, UserType: p.UserType, Title: p.Title, PreferredLanguage: p.PreferredLanguage,
		Locale: p.Locale, Timezone: p.Timezone, Website: p.Website, Birthdate: p.Birthdate, UserStatus: "ENABLED",
		ExternalIds: shownExternal(p.ExternalIDs),
		CreatedAt:   p.Created, UpdatedAt: p.Updated, CreatedBy: shownText(p.CreatedBy), UpdatedBy: shownText(p.UpdatedBy),
	}
	if p.Disabled {
		u.UserStatus = "DISABLED"
	}
	if n := p.Name; n != nil {
		u.Name = &identitystore.Name{Formatted: n.Formatted, FamilyName: n.FamilyName, GivenName: n.GivenName,
			MiddleName: n.MiddleName, HonorificPrefix: n.HonorificPrefix, HonorificSuffix: n.HonorificSuffix}
	}
	for name, text := range p.Extensions {
		if slices.Contains(extensions, name) {
			if u.Extensions == nil {
				u.Extensions = make(map[string][]byte)
			}
			u.Extensions[name] = text
		}
	}
	showLists(&u, p)
	return u
}

func showLists(u *identitystore.User, p *directory.Person) {
	for _, e := range p.Emails {
		u.Emails = append(u.Emails, identitystore.Email{Value: e.Value, Type: e.Type, Primary: e.Primary})
	}
	for _, n := range p.PhoneNumbers {
		u.PhoneNumbers = append(u.PhoneNumbers, identitystore.PhoneNumber{Value: n.Value, Type: n.Type, Primary: n.Primary})
	}
	for _, r := range p.Roles {
		u.Roles = append(u.Roles, identitystore.Role{Value: r.Value, Type: r.Type, Primary: r.Primary})
	}
	for _, f := range p.Photos {
		u.Photos = append(u.Photos, identitystore.Photo{Value: f.Value, Display: f.Display, Type: f.Type, Primary: f.Primary})
	}
	for _, a := range p.Addresses {
		u.Addresses = append(u.Addresses, identitystore.Address{StreetAddress: a.StreetAddress, Locality: a.Locality, Region: a.Region,
			PostalCode: a.PostalCode, Country: a.Country, Formatted: a.Formatted, Type: a.Type, Primary: a.Primary})
	}
}

func shownGroup(g *directory.PersonGroup) identitystore.Group {
	return identitystore.Group{
		GroupId: g.ID, IdentityStoreId: g.Store, DisplayName: g.DisplayName, Description: g.Description,
		ExternalIds: shownExternal(g.ExternalIDs),
		CreatedAt:   g.Created, UpdatedAt: g.Updated, CreatedBy: shownText(g.CreatedBy), UpdatedBy: shownText(g.UpdatedBy),
	}
}

func shownMembership(m *directory.Membership) identitystore.GroupMembership {
	return identitystore.GroupMembership{
		MembershipId: m.ID, IdentityStoreId: m.Store, GroupId: m.Group, MemberId: &identitystore.MemberId{UserId: m.Person},
		CreatedAt: m.Created, UpdatedAt: m.Updated, CreatedBy: shownText(m.CreatedBy), UpdatedBy: shownText(m.UpdatedBy),
	}
}

func shownExternal(ids []directory.ExternalID) []identitystore.ExternalId {
	var shown []identitystore.ExternalId
	for _, e := range ids {
		shown = append(shown, identitystore.ExternalId{Issuer: e.Issuer, Id: e.ID})
	}
	return shown
}

func shownText(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

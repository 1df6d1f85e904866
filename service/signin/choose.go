package signin

import (
	"net/http"
	"slices"
	"strings"
)

// choice is what the page to choose a role on is made of.
type choice struct {
	Response, RelayState string
	Accounts             []accountRoles
}

// accountRoles are the roles of one account.
type accountRoles struct {
	Name  string // as AWS has it: "Account: alias (123456789012)"
	Roles []choosable
}

// choosable is a role with what it is called on the page.
type choosable struct{ ARN, Name string }

// choose shows the roles by account, in the order of their names.
func (h *handler) choose(w http.ResponseWriter, r *http.Request, offer Offer) {
	roles := slices.Clone(offer.Roles)
	slices.SortStableFunc(roles, func(a, b Role) int {
		if d := strings.Compare(a.AccountID, b.AccountID); d != 0 {
			return d
		}
		return strings.Compare(roleName(a.RoleARN), roleName(b.RoleARN))
	})
	c := choice{Response: r.PostForm.Get("SAMLResponse"), RelayState: r.PostForm.Get("RelayState")}
	for i, role := range roles {
		if i == 0 || roles[i-1].AccountID != role.AccountID {
			c.Accounts = append(c.Accounts, accountRoles{Name: accountName(role)})
		}
		last := &c.Accounts[len(c.Accounts)-1]
		last.Roles = append(last.Roles, choosable{role.RoleARN, roleName(role.RoleARN)})
	}
	h.show(w, http.StatusOK, "choose.html", c)
}

func accountName(r Role) string {
	if r.AccountName == "" {
		return "Account: " + r.AccountID
	}
	return "Account: " + r.AccountName + " (" + r.AccountID + ")"
}

// roleName is what of an ARN people know a role by: its name and path.
func roleName(roleARN string) string {
	_, name, _ := strings.Cut(roleARN, ":role/")
	return name
}

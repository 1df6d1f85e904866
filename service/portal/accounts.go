package portal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/rolecall-iam/rolecall/authn/bearer"
)

// account is one with the roles that a person has in it.
type account struct {
	ID, Name, Email string
	Roles           []string
}

// accounts lists what the person may use.
func (h *handler) accounts(w http.ResponseWriter, r *http.Request) {
	who, token, ok := h.person(w, r)
	if !ok {
		return
	}
	var all []account
	next := ""
	for {
		var answer struct {
			AccountList []struct{ AccountID, AccountName, EmailAddress string }
			NextToken   string
		}
		if _, err := h.call(r, http.MethodGet, token, "/assignment/accounts", url.Values{"next_token": {next}}, &answer); err != nil {
			h.broken(w, err)
			return
		}
		for _, a := range answer.AccountList {
			roles, err := h.roles(r, token, a.AccountID)
			if err != nil {
				h.broken(w, err)
				return
			}
			all = append(all, account{a.AccountID, a.AccountName, a.EmailAddress, roles})
		}
		if next = answer.NextToken; next == "" {
			break
		}
	}
	of := overview{Query: query(r), All: len(all), NoDevice: len(who.Person.Devices) == 0 && who.Person.Password != ""}
	of.Accounts = found(all, of.Query)
	of.Shown = len(of.Accounts)
	h.show(w, http.StatusOK, "accounts.html", page{Title: "Your accounts", Here: "accounts", User: who.Person.UserName, Form: bearer.FormToken(token), Of: of})
}

// overview is what the page of accounts is made of.
type overview struct {
	Query      string
	Shown, All int
	Accounts   []account
	NoDevice   bool // the person has a password and nothing else
}

// query is what somebody looks for.
func query(r *http.Request) string {
	q := strings.TrimSpace(r.URL.Query().Get("q"))
	if len(q) > 256 || !utf8.ValidString(q) {
		return ""
	}
	return q
}

// found are the accounts that a query names, or those of their roles that it
// names.
func found(all []account, query string) (some []account) {
	if query == "" {
		return all
	}
	query = strings.ToLower(query)
	has := func(text string) bool { return strings.Contains(strings.ToLower(text), query) }
	for _, a := range all {
		if !has(a.Name) && !has(a.ID) && !has(a.Email) {
			a.Roles = slices.DeleteFunc(slices.Clone(a.Roles), func(role string) bool { return !has(role) })
		}
		if len(a.Roles) > 0 {
			some = append(some, a)
		}
	}
	return some
}

func (h *handler) roles(r *http.Request, token, account string) ([]string, error) {
	var names []string
	next := ""
	for {
		var answer struct {
			RoleList  []struct{ RoleName string }
			NextToken string
		}
		status, err := h.call(r, http.MethodGet, token, "/assignment/roles", url.Values{"account_id": {account}, "next_token": {next}}, &answer)
		if err != nil && status != http.StatusForbidden { // taken away meanwhile
			return nil, err
		}
		for _, role := range answer.RoleList {
			names = append(names, role.RoleName)
		}
		if next = answer.NextToken; next == "" {
			return names, nil
		}
	}
}

// given are the credentials that the page to copy from shows.
type given struct {
	Account, Role, KeyID, Secret, Token, Expires string

	// For the configuration of `aws sso login`. The address names the directory,
	// so that it means the same wherever it is used.
	Start, Region, Session string
}

// credentials gets credentials of one role and shows them.
func (h *handler) credentials(w http.ResponseWriter, r *http.Request) {
	who, token, ok := h.poster(w, r)
	if !ok {
		return
	}
	of := given{Account: r.PostForm.Get("account_id"), Role: r.PostForm.Get("role_name")}
	var answer struct {
		RoleCredentials struct {
			AccessKeyID, SecretAccessKey, SessionToken string
			Expiration                                 int64
		}
	}
	status, err := h.call(r, http.MethodGet, token, "/federation/credentials", url.Values{"account_id": {of.Account}, "role_name": {of.Role}}, &answer)
	switch {
	case err == nil:
	case status >= http.StatusBadRequest && status < http.StatusInternalServerError:
		h.problem(w, http.StatusForbidden, "You have no access to this role.")
		return
	default:
		h.broken(w, err)
		return
	}
	c := answer.RoleCredentials
	of.KeyID, of.Secret, of.Token = c.AccessKeyID, c.SecretAccessKey, c.SessionToken
	of.Expires = time.UnixMilli(c.Expiration).UTC().Format(time.RFC3339)
	of.Start, of.Region, of.Session = "https://"+who.Instance.Store+".awsapps.com/start", who.Instance.Region, who.Instance.Store
	h.show(w, http.StatusOK, "credentials.html", page{Title: "Get credentials", Here: "accounts", User: who.Person.UserName, Form: bearer.FormToken(token), Of: of})
}

// call asks the portal's API as the client that sent r, whose address and
// program the trail is to show. Its error tells no more than the status.
func (h *handler) call(r *http.Request, method, token, path string, q url.Values, answer any) (int, error) {
	for name, values := range q {
		if values[0] == "" {
			delete(q, name)
		}
	}
	to, err := http.NewRequestWithContext(r.Context(), method, path+"?"+q.Encode(), http.NoBody)
	if err != nil {
		return 0, fmt.Errorf("ask the portal's API: %w", err)
	}
	to.Host, to.RemoteAddr, to.TLS = r.Host, r.RemoteAddr, r.TLS
	to.Header.Set("X-Amz-Sso_bearer_token", token)
	to.Header.Set("User-Agent", r.UserAgent())
	k := &kept{header: http.Header{}, status: http.StatusOK}
	h.Door.ServeHTTP(k, to)
	if k.status != http.StatusOK {
		return k.status, fmt.Errorf("ask the portal's API for %s: status %d", path, k.status)
	}
	if err := json.Unmarshal(k.body.Bytes(), answer); err != nil {
		return k.status, fmt.Errorf("read the answer of the portal's API: %w", err)
	}
	return k.status, nil
}

// kept is an answer that is kept instead of sent.
type kept struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (k *kept) Header() http.Header         { return k.header }
func (k *kept) WriteHeader(status int)      { k.status = status }
func (k *kept) Write(p []byte) (int, error) { return k.body.Write(p) }

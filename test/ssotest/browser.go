package ssotest

import (
	"context"
	"html"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"

	"github.com/rolecall-iam/rolecall/trail"
)

// Browser keeps cookies, and follows no redirection by itself.
type Browser struct {
	House  *House
	Origin string // that it opens pages of
	jar    *cookiejar.Jar
}

// Browser is a new one, with which nobody has signed in.
func (h *House) Browser() *Browser {
	h.T.Helper()
	jar, err := cookiejar.New(nil)
	h.Must(err)
	return &Browser{h, Origin, jar}
}

// Cookies are those that the browser has of the portal.
func (b *Browser) Cookies() []*http.Cookie {
	at, err := url.Parse(b.Origin + "/_/portal/")
	b.House.Must(err)
	return b.jar.Cookies(at)
}

// Page is what a browser shows.
type Page struct {
	Status   int
	Text     string
	Location string
	Header   http.Header
	Cookies  []*http.Cookie
}

// Open opens an address of the server's own.
func (b *Browser) Open(path string) Page {
	b.House.T.Helper()
	return b.Do(httptest.NewRequest(http.MethodGet, b.Origin+path, http.NoBody))
}

// Post sends a form.
func (b *Browser) Post(path string, form url.Values) Page {
	b.House.T.Helper()
	return b.Do(b.Form(path, form))
}

// Form is a form on its way, without the cookies.
func (b *Browser) Form(path string, form url.Values) *http.Request {
	r := httptest.NewRequest(http.MethodPost, b.Origin+path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", b.Origin)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return r
}

// Do sends any request, with the cookies.
func (b *Browser) Do(r *http.Request) Page {
	b.House.T.Helper()
	for _, c := range b.jar.Cookies(r.URL) {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	b.House.Handler.ServeHTTP(w, r)
	answer := w.Result()
	b.jar.SetCookies(r.URL, answer.Cookies())
	return Page{w.Code, w.Body.String(), w.Header().Get("Location"), w.Header(), answer.Cookies()}
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)

// Hidden are the fields that the page's forms carry along.
func (p Page) Hidden() url.Values {
	fields := url.Values{}
	for _, m := range hidden.FindAllStringSubmatch(p.Text, -1) {
		fields.Set(m[1], html.UnescapeString(m[2]))
	}
	return fields
}

// With is the page's form, filled in.
func (p Page) With(pairs ...string) url.Values {
	form := p.Hidden()
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

// SignIn signs the person in, and fails the test where that fails.
func (b *Browser) SignIn() {
	b.House.T.Helper()
	p := b.Open("/_/portal/signin")
	p = b.Post("/_/portal/signin", p.With("username", UserName, "password", Password))
	if p.Status != http.StatusSeeOther {
		b.House.T.Fatalf("sign in: %d %s", p.Status, p.Text)
	}
}

// Events are the CloudTrail records of a name in the trail, oldest first.
func (h *House) Events(name string) (all []string) {
	h.T.Helper()
	found, err := h.Trail.Lookup(context.Background(), trail.Query{Account: AccountID(), Attribute: "EventName", Value: name, Limit: 50})
	h.Must(err)
	for _, e := range found.Events {
		all = append([]string{e.JSON}, all...)
	}
	return all
}

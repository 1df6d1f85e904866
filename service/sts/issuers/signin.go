package issuers

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/rolecall-iam/rolecall/authn/oidc"
)

// Endpoints asks an issuer where it has people sign in and where it gives
// tokens for codes.
func (i *Issuers) Endpoints(ctx context.Context, issuer Issuer) (authorize, token string, err error) {
	ctx, cancel := context.WithTimeout(ctx, i.config.Patience)
	defer cancel()
	if _, ok := i.Named(issuer.URL); !ok {
		return "", "", errors.New("the issuer's URL is none of HTTPS")
	}
	home, err := url.Parse(issuer.URL)
	if err != nil {
		return "", "", fmt.Errorf("read the issuer's URL: %w", err)
	}
	document, err := i.get(ctx, issuer, home, oidc.DiscoveryURL(issuer.URL))
	if err != nil {
		return "", "", fmt.Errorf("get the discovery document: %w", err)
	}
	a, t, err := oidc.ParseEndpoints(document, issuer.URL)
	if err != nil {
		return "", "", err
	}
	for _, u := range []*url.URL{a, t} {
		if u.Scheme == "http" && (home.Scheme != "http" || u.Host != home.Host) {
			return "", "", errors.New("the issuer's addresses are not of HTTPS")
		}
	}
	return a.String(), t.String(), nil
}

// Client is this server as an issuer knows it.
type Client struct{ ID, Secret string } // no secret for a public client

// Redeem gets the ID token that a code stands for. The form is all that is sent
// beside who asks.
func (i *Issuers) Redeem(ctx context.Context, issuer Issuer, address string, who Client, form url.Values) (idToken string, err error) {
	ctx, cancel := context.WithTimeout(ctx, i.config.Patience)
	defer cancel()
	home, err := url.Parse(issuer.URL)
	if err != nil {
		return "", fmt.Errorf("read the issuer's URL: %w", err)
	}
	form = url.Values(http.Header(form).Clone())
	if who.Secret == "" {
		form.Set("client_id", who.ID)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return "", err
	}
	if who.Secret != "" {
		// Source: https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
		r.SetBasicAuth(url.QueryEscape(who.ID), url.QueryEscape(who.Secret))
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "rolecall")
	d := &dialer{Issuers: i, issuer: issuer, anywhere: r.URL.Hostname() == home.Hostname()}
	transport := &http.Transport{
		DialContext: d.plain, DialTLSContext: d.secure,
		DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: maxHeader,
	}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("redirected") }}
	res, err := client.Do(r)
	if err != nil {
		return "", errors.New("the issuer's token endpoint cannot be reached") // the cause may quote the address
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxDocument))
	if err != nil || res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the issuer's token endpoint answers %d", res.StatusCode)
	}
	var said struct {
		IDToken string `json:"id_token"`
	}
	if json.Unmarshal(body, &said) != nil || said.IDToken == "" {
		return "", errors.New("the issuer's token endpoint gives no ID token")
	}
	return said.IDToken, nil
}

// Verify answers who a token speaks of, by the keys of its issuer, which is
// asked for them where they are not known.
func (i *Issuers) Verify(ctx context.Context, issuer Issuer, text string, rules oidc.Rules) (*oidc.Identity, error) {
	token, err := oidc.Parse(text)
	if err != nil {
		return nil, err
	}
	if token.Issuer() != issuer.URL {
		return nil, errors.New("the token is another issuer's")
	}
	if err := token.Check(rules); err != nil {
		return nil, err
	}
	answer, known := i.Known(issuer)
	for asked := false; ; asked = true {
		if known || asked {
			if answer == nil || answer.Keys == nil {
				return nil, errors.New("the issuer's keys cannot be had")
			}
			id, err := token.Verify(answer.Keys, rules)
			var refused *oidc.Error
			if err == nil || asked || !errors.As(err, &refused) || refused.Reason != oidc.UnknownKey || !i.MayAskAgain(answer) {
				return id, err
			}
		}
		answer = i.Ask(ctx, issuer)
	}
}

package rolecall

import (
	"context"
	"net/http"

	"github.com/rolecall-iam/rolecall/service/signin"
)

// signIn makes the pages that people come to from their identity provider.
func (s *Server) signIn(c Config) (http.Handler, error) {
	return signin.New(signin.Config{
		URL: s.url, Offer: s.samlOffer, STS: s.door, Now: c.Now, Rand: c.Rand, Log: c.Log,
		Login: signin.LoginConfig{Directory: s.dir, Keys: s.keys, Door: s.door},
	})
}

// logsIn tells the browser of `aws login` from a request for a bucket of that
// name.
func logsIn(r *http.Request) bool {
	return r.Method == http.MethodGet && r.URL.Path == signin.AuthorizePath && r.Header.Get("Authorization") == "" && r.URL.Query().Has("client_id")
}

// samlOffer reads what a response offers out of the store as it is now.
func (s *Server) samlOffer(ctx context.Context, response, providerID string) (signin.Offer, error) {
	view, err := s.dir.View(context.WithoutCancel(ctx))
	if err != nil {
		return signin.Offer{}, err
	}
	defer view.Close()
	offered, err := s.sts.SAMLOffer(view, response, providerID, s.now())
	if err != nil {
		return signin.Offer{}, err
	}
	offer := signin.Offer{Seconds: offered.Seconds}
	for _, r := range offered.Roles {
		role := signin.Role{RoleARN: r.RoleARN, ProviderARN: r.ProviderARN, AccountID: r.Account.String()}
		if account, ok := view.Account(r.Account); ok {
			role.AccountName = account.Alias
		}
		offer.Roles = append(offer.Roles, role)
	}
	return offer, view.Err()
}

// SAMLPanics is how many SAML responses made their reader fail in a way that
// must not be. It stays 0.
func (s *Server) SAMLPanics() uint64 { return s.sts.Panics() }

package ssooidc

import (
	"context"
	"net/url"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/rolecall-iam/rolecall/api/ssooidc"
	"github.com/rolecall-iam/rolecall/authn/bearer"
	"github.com/rolecall-iam/rolecall/authn/oidc"
	"github.com/rolecall-iam/rolecall/service"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Sealer seals what a client keeps for us; service.Keys is the one of the
// product.
type Sealer interface {
	SealSecret(id, secret string) ([]byte, error)
	OpenSecret(id string, sealed []byte) (string, error)
}

// Service is the OpenID Connect API of IAM Identity Center.
type Service struct {
	sealer Sealer
	url    string
	starts *rate.Limiter // of device authorizations, which strangers ask for

	mu    sync.Mutex
	polls map[string]time.Time // when a device code was last asked about, by its hash

	verify  Verify // of tokens of trusted issuers; nil for none
	signing sync.Mutex
	key     *oidc.SigningKey // of ID tokens for applications; made at first use
}

// What strangers may begin: so much that nobody notices, and so little that
// what waits for approval stays small.
const (
	startsPerSecond = 20
	startsAtOnce    = 200
)

// New makes the service of a server that is reached at a URL; where that is
// empty, addresses are those that the client used.
func New(sealer Sealer, url string) *Service {
	return &Service{
		sealer: sealer, url: strings.TrimSuffix(url, "/"),
		starts: rate.NewLimiter(startsPerSecond, startsAtOnce), polls: map[string]time.Time{},
	}
}

// Operations are the operations that have a handler. Clients sign none but
// CreateTokenWithIAM.
func (s *Service) Operations() []service.Operation {
	return []service.Operation{
		service.BindOpen(ssooidc.RegisterClient, s.RegisterClient),
		service.BindOpen(ssooidc.StartDeviceAuthorization, s.StartDeviceAuthorization),
		service.BindOpen(ssooidc.CreateToken, s.CreateToken),
		service.Bind(ssooidc.CreateTokenWithIAM, withIAMNeeds, s.CreateTokenWithIAM),
	}
}

const (
	// deviceLife is how long a person has to approve a code.
	//
	// Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html
	// (expiresIn; botocore's SSOTokenFetcher notes ten minutes)
	deviceLife = 600 * time.Second
	// interval is how long a client is to wait between polls.
	interval = time.Second
)

// DevicePath is where people approve a device code.
const DevicePath = "/_/portal/device"

// StartDeviceAuthorization makes the two codes: one for the client, one for the
// person.
//
// Source: https://docs.aws.amazon.com/singlesignon/latest/OIDCAPIReference/API_StartDeviceAuthorization.html
func (s *Service) StartDeviceAuthorization(ctx context.Context, in *ssooidc.StartDeviceAuthorizationInput) (*ssooidc.StartDeviceAuthorizationOutput, error) {
	c := service.CallOf(ctx)
	client, err := s.proven(in.ClientId, in.ClientSecret, c.Now)
	if err != nil {
		return nil, err
	}
	if !client.may(deviceGrant) {
		return nil, unauthorizedClient()
	}
	instance, ok := instanceOf(&c.View.Reader, in.StartUrl)
	if !ok {
		return nil, invalidRequest("Invalid start URL provided")
	}
	if !s.starts.AllowN(c.Now, 1) {
		return nil, slowDown()
	}
	code, err := bearer.New(c.Rand)
	if err != nil {
		return nil, err
	}
	userCode, err := bearer.NewUserCode(c.Rand)
	if err != nil {
		return nil, err
	}
	device := &directory.SSODevice{
		Hash: bearer.Hash(code), UserCode: userCode, Store: instance.Store, Client: bearer.Hash(in.ClientId),
		Name: client.Name, Scopes: client.Scopes, State: directory.DevicePending, Created: c.Now.UTC(), Expires: c.Now.UTC().Add(deviceLife),
	}
	err = c.Update(ctx, func(tx *directory.Tx) error {
		tx.ForgetExpired(c.Now)
		tx.PutSSODevice(device)
		return nil
	})
	if err != nil {
		return nil, err
	}
	origin := s.url
	if origin == "" {
		origin = c.Origin()
	}
	page := origin + DevicePath
	complete := page + "?user_code=" + userCode
	lasts, wait := int32(deviceLife/time.Second), int32(interval/time.Second)
	return &ssooidc.StartDeviceAuthorizationOutput{
		DeviceCode: &code, UserCode: &userCode, VerificationUri: &page, VerificationUriComplete: &complete,
		ExpiresIn: &lasts, Interval: &wait,
	}, nil
}

// instanceOf finds the instance that a start URL means: the one whose identity
// store or instance id is a label of its host, as in
// https://d-1234567890.awsapps.com/start, else the only one.
func instanceOf(r *directory.Reader, start string) (*directory.Instance, bool) {
	u, err := url.Parse(start)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, false
	}
	var last, named *directory.Instance
	n := 0
	r.Instances(func(i *directory.Instance) bool {
		n, last = n+1, i
		for label := range strings.SplitSeq(strings.ToLower(u.Hostname()), ".") {
			if label == i.Store || label == i.ID {
				named = i
			}
		}
		return named == nil
	})
	if named != nil {
		return named, true
	}
	return last, n == 1
}

// tooSoon tells whether a client asks again before its interval is over, and
// notes that it asked. Half of it is enough, since clients and networks are not
// on time to the millisecond.
func (s *Service) tooSoon(hash string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.polls) > startsPerSecond*int(deviceLife/time.Second) {
		for other, at := range s.polls {
			if now.Sub(at) > deviceLife {
				delete(s.polls, other)
			}
		}
	}
	last, asked := s.polls[hash]
	s.polls[hash] = now
	return asked && now.Sub(last) < interval/2
}

func (s *Service) forgetPolls(hash string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.polls, hash)
}

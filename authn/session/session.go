package session

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

// Kind tells what a session is a session of.
type Kind uint8

// The kinds of session. The zero Kind is none of them.
const (
	_             Kind = iota
	AssumedRole        // AssumeRole, with SAML or web identity or without
	FederatedUser      // GetFederationToken
	UserSession        // GetSessionToken called by a user
	RootSession        // GetSessionToken called by the account's root
	AssumedRoot        // AssumeRoot
	kinds
)

// Session is all that is remembered of temporary credentials. Sessions that
// Open answers may be shared and are not to be changed.
type Session struct {
	// AccessKeyID is the ASIA... that the session goes by. It is not in the
	// token; Open fills in the one that came with it.
	AccessKeyID     string
	SecretAccessKey string

	Kind    Kind
	Account arn.AccountID

	// PrincipalID is the unique id whose policies are looked up at each use:
	// AROA... of the role, AIDA... of the user; empty for the root user.
	PrincipalID string
	// Name and Path are those of the role or user when the session was made.
	Name, Path string
	// SessionName is the role session's name or the federated user's.
	SessionName string
	// Issuer is the ARN of the principal that asked for the session; empty
	// for one that a provider vouched for.
	Issuer string

	// IssuedAt and Expires are whole seconds.
	IssuedAt, Expires time.Time
	// ChainDepth counts the sessions in a row that led here: 0 for one made
	// with long-term credentials or by a provider.
	ChainDepth int

	Policy     string   // inline session policy
	PolicyARNs []string // managed session policies
	Tags       []Tag
	// SourceIdentity stays the same along a chain.
	SourceIdentity string
	// MFATime is when the caller showed a code; zero where none was.
	MFATime time.Time

	// Provider is the SAML or OIDC provider's ARN, or
	// cognito-identity.amazonaws.com; empty without federation.
	Provider string
	// Claims are the provider's statements that stay condition keys.
	Claims []Claim
}

// Tag is a session tag. A transitive one goes on along a chain.
type Tag struct {
	Key, Value string
	Transitive bool
}

// Claim is one condition key with its values, such as saml:sub.
type Claim struct {
	Key    string
	Values []string
}

// SignInClaim is the condition key of sessions that came of signing in with the
// console's password: the ARN of the sign-in.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
// (aws:SignInSessionArn)
const SignInClaim = "aws:SignInSessionArn"

// SignedIn tells whether the session came of signing in with the console's
// password.
func (s *Session) SignedIn() bool {
	for _, c := range s.Claims {
		if c.Key == SignInClaim {
			return true
		}
	}
	return false
}

// Format prints what may be seen of a session, whatever the verb: no secret,
// no policy, no tag and no claim.
func (s Session) Format(f fmt.State, _ rune) {
	fmt.Fprintf(f, "session %s of %s %s/%s", s.AccessKeyID, s.Account, s.Name, s.SessionName)
}

// What Open answers of a token that is no good. The words are AWS's.
var (
	// ErrInvalid stands for InvalidClientTokenId.
	ErrInvalid = errors.New("The security token included in the request is invalid.") // AWS's words
	// ErrExpired stands for ExpiredToken.
	ErrExpired = errors.New("The security token included in the request is expired") // AWS's words
)

// ErrTooLarge is Seal's answer to a session that does not fit a token.
var ErrTooLarge = errors.New("session does not fit a token")

// MaxLife is the longest life of any session.
//
// Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
const MaxLife = 36 * time.Hour

// NewSecret makes a secret access key: forty characters, as AWS's are. It
// fails only where rand does.
func NewSecret(rand io.Reader) (string, error) {
	var raw [secretBytes]byte
	if _, err := io.ReadFull(rand, raw[:]); err != nil {
		return "", fmt.Errorf("make a secret access key: %w", err)
	}
	return base64.StdEncoding.EncodeToString(raw[:]), nil
}

// secretBytes is what forty characters of base64 hold.
const secretBytes = 30

package trail

import (
	"crypto/tls"
	"time"

	"github.com/rolecall-iam/rolecall/api"
	"github.com/rolecall-iam/rolecall/arn"
)

// Event is one call, as the door hands it over.
type Event struct {
	Time      time.Time // when the call was answered
	Operation *api.Operation
	Other     *Other        // in its place, where there is none
	Recipient arn.AccountID // whose trail it is in
	Identity  Identity
	Region    string // that the call was signed for
	SourceIP  string
	UserAgent string
	Host      string // that the client asked for
	RequestID string
	TLS       *tls.ConnectionState // nil without TLS

	Input  any // pointer to the operation's input; nil where it is not known
	Output any // pointer to its output; nil where it failed

	ErrorCode    string // "" for a call that was done
	ErrorMessage string // of an Other even without a code

	// Decided is what the call was decided on, for ByRequest. It is in no
	// CloudTrail record. Nobody changes it after.
	Decided []byte

	Carried    *Carried // what the input does not tell of the request; nil for nothing
	Additional string   // additionalEventData in JSON, or ""
}

// Identity is who made a call: CloudTrail's userIdentity element. Fields that
// are empty are left out.
type Identity struct {
	Type        string // Root, IAMUser, AssumedRole, FederatedUser, SAMLUser, WebIdentityUser, IdentityCenterUser, AWSAccount or Unknown
	PrincipalID string
	ARN         string
	Account     arn.AccountID
	AccessKeyID string
	UserName    string
	Provider    string   // identityProvider, of SAMLUser and WebIdentityUser
	OnBehalf    OnBehalf // of IdentityCenterUser
	InvokedBy   string   // the service that called for somebody
	Session     *Session // nil for long-term credentials
}

// Session is what is told of temporary credentials.
type Session struct {
	Created        time.Time
	MFA            bool
	SourceIdentity string
	AssumedRoot    bool // it is of AssumeRoot

	// Issuer is the role that was assumed, or who asked for a federated user's
	// session. It is zero for a session of a user or of the root user.
	Issuer Issuer
	// Provider is the web identity provider that the session began with.
	Provider string
}

// Issuer is the role, user or root user behind a session.
type Issuer struct {
	Type          string // Role, IAMUser or Root
	ID, ARN, Name string
	Account       arn.AccountID
}

package service

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/rolecall-iam/rolecall/arn"
	"github.com/rolecall-iam/rolecall/store/directory"
)

// Call is one request that came through the door, as handlers see it.
type Call struct {
	RequestID string
	Now       time.Time
	Rand      io.Reader
	Region    string        // that the request was signed for
	Partition string        // that the region belongs to
	Account   arn.AccountID // that the caller belongs to, and whose entities operations name
	Caller    *Caller

	// View is what the decision was made on; handlers that only read read
	// through it. It is closed when the call ends.
	View *directory.View

	http    *http.Request
	door    *Door
	message string // of a denial, sealed
	decided []byte // on what, for the trail

	quotas     directory.Quotas // by Quota, once it was asked
	quotasRead bool
}

// Quota answers the quota that was set for the caller's account under a name,
// and false where AWS's default holds. It may be asked within an Update too.
func (c *Call) Quota(name string) (int, bool) {
	c.readQuotas()
	limit, ok := c.quotas[name]
	return limit, ok
}

// readQuotas reads the quotas while the view is open. Within an Update it is
// not, and to open another beside the transaction's could wait for ever: for a
// writer that waits for the transaction.
func (c *Call) readQuotas() {
	if !c.quotasRead {
		c.quotas, c.quotasRead = c.View.Quotas(c.Account), true
	}
}

// Origin is the scheme and host that the caller reached the server under. The
// host is part of what was signed.
func (c *Call) Origin() string {
	if c.http.TLS != nil {
		return "https://" + c.http.Host
	}
	return "http://" + c.http.Host
}

// IssuerURL is the issuer of an account's outbound web identity federation: the
// UUID of directory.OutboundFederation under the server's own origin, where its
// keys can be fetched. Where the server is known to be reached by HTTPS, as
// behind a proxy, that is its origin, whatever the caller used.
func (c *Call) IssuerURL(issuer string) string {
	origin := c.Origin()
	if strings.HasPrefix(c.door.URL, "https://") {
		origin = strings.TrimSuffix(c.door.URL, "/")
	}
	return origin + "/_/issuer/" + issuer
}

type callKey struct{}

// CallOf answers the call that a handler's context belongs to. It panics
// outside the door, where no handler runs.
func CallOf(ctx context.Context) *Call { return ctx.Value(callKey{}).(*Call) }

// WithCall is ctx for the handler of a call.
func WithCall(ctx context.Context, c *Call) context.Context {
	return context.WithValue(ctx, callKey{}, c)
}

// Update changes what is stored, as directory.Update does: change may run
// several times. The view then shows what was written.
func (c *Call) Update(ctx context.Context, change func(tx *directory.Tx) error) error {
	c.readQuotas()
	err := c.door.Directory.UpdateFrom(ctx, c.View, change)
	if lag := c.door.lag; lag != nil {
		lag.note(c.door.Directory.Revision(), c.Now)
	}
	return err
}

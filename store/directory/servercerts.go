package directory

import (
	"time"

	"github.com/rolecall-iam/rolecall/arn"
)

const serverCertificateKind kind = "server-certificate"

// ServerCertificate is a certificate of a server, without its private key,
// which nobody can read back and nothing here uses. Of an Entity it has name,
// path and tags.
type ServerCertificate struct {
	Entity
	Body    string    `json:"body"`
	Chain   string    `json:"chain,omitempty"`
	Expires time.Time `json:"expires"`
}

// ARN is the certificate's name in the partition given.
func (c *ServerCertificate) ARN(partition string) string {
	return c.arn(partition, "server-certificate")
}

// Clone is a copy that may be changed and written back.
func (c *ServerCertificate) Clone() *ServerCertificate {
	d := *c
	d.Entity = c.Entity.clone()
	return &d
}

// ServerCertificate finds a server certificate by name, without regard to
// case.
func (r *Reader) ServerCertificate(account arn.AccountID, name string) (*ServerCertificate, bool) {
	return byName[ServerCertificate](r, serverCertificateKind, account, name)
}

// ServerCertificates walks the server certificates of an account in the order
// of their names, after the name given.
func (r *Reader) ServerCertificates(account arn.AccountID, after string, yield func(*ServerCertificate) bool) {
	walk(r, serverCertificateKind, account, after, yield)
}

// CountServerCertificates answers how many server certificates an account has.
func (r *Reader) CountServerCertificates(account arn.AccountID) int {
	return r.Total(account, CountedCertificates)
}

// CreateServerCertificate writes a new server certificate, as CreateUser does.
func (tx *Tx) CreateServerCertificate(c *ServerCertificate) {
	tx.create(serverCertificateKind, &c.Entity, c)
}

// PutServerCertificate writes a changed server certificate.
func (tx *Tx) PutServerCertificate(before, c *ServerCertificate) {
	tx.change(serverCertificateKind, &before.Entity, &c.Entity, c)
}

// DeleteServerCertificate removes a server certificate.
func (tx *Tx) DeleteServerCertificate(c *ServerCertificate) {
	tx.remove(serverCertificateKind, &c.Entity)
}

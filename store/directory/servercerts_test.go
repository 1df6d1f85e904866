package directory_test

import (
	"testing"

	"github.com/rolecall-iam/rolecall/store/directory"
)

func TestAServerCertificateIsFoundUnderTheNameItHas(t *testing.T) {
	d := open(t)
	c := &directory.ServerCertificate{Entity: entity("ASCA", "Web"), Body: "pem"}
	update(t, d, func(tx *directory.Tx) error { tx.CreateServerCertificate(c); return nil })
	renamed := c.Clone()
	renamed.Name, renamed.Path = "api", "/x/"
	update(t, d, func(tx *directory.Tx) error { tx.PutServerCertificate(c, renamed); return nil })
	view(t, d, func(v *directory.View) {
		if _, ok := v.ServerCertificate(account, "web"); ok {
			t.Error("it still has its old name")
		}
		got, ok := v.ServerCertificate(account, "API")
		if !ok || got.Body != "pem" || got.ARN("aws") != "arn:aws:iam::123456789012:server-certificate/x/api" {
			t.Errorf("found %+v", got)
		}
		n := 0
		v.ServerCertificates(account, "", func(*directory.ServerCertificate) bool { n++; return true })
		if n != 1 || v.CountServerCertificates(account) != 1 {
			t.Errorf("there are %d, or %d", n, v.CountServerCertificates(account))
		}
	})
	update(t, d, func(tx *directory.Tx) error { tx.DeleteServerCertificate(renamed); return nil })
	view(t, d, func(v *directory.View) {
		if n := v.CountServerCertificates(account); n != 0 {
			t.Errorf("there are still %d", n)
		}
	})
}

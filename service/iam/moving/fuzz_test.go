package moving

import (
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall/arn"
)

// FuzzRead holds that no file brings anything down, and that what is read moves
// in or is refused, and then moves out and in again as it was.
func FuzzRead(f *testing.F) {
	f.Add([]byte(real))
	f.Add([]byte(`{"Roles": [], "UserDetailList": null, "IsTruncated": false}`))
	f.Add([]byte(`{"Policies": [{"Arn": "arn:aws:iam::111122223333:policy/a"}], "NextToken": "x"}`))
	f.Add([]byte(strings.Repeat(`{"RoleDetailList":[`, 50)))
	f.Fuzz(func(t *testing.T, text []byte) {
		a, err := Read([]File{{Name: "f.json", Text: text}}, arn.AccountID{})
		if err != nil {
			return
		}
		d, done := emptyDirectory(t)
		defer done()
		if d.Load(t.Context(), a.Write) != nil {
			return
		}
		first := exported(t, d, a.ID, a.Partition)
		again, done := emptyDirectory(t)
		defer done()
		if b, err := moveIn(again, File{Name: "again.json", Text: []byte(first)}); err != nil || exported(t, again, b.ID, b.Partition) != first {
			t.Fatalf("%v in\n%s", err, first)
		}
	})
}

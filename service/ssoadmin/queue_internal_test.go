package ssoadmin

import (
	"fmt"
	"testing"

	"github.com/rolecall-iam/rolecall/store/directory"
)

// Two parts that are written at once have no account in common, unless it has
// more than one transaction makes; nothing is left out.
func TestWhatWaitsIsPartedBetweenAccounts(t *testing.T) {
	e := newEstate(t, 3, 1, 1)
	const most = manyAssigned
	for i, n := range []int{most * 3 / 4, most * 3 / 4, most*2 + most/2} {
		e.update(func(tx *directory.Tx) {
			for person := range n {
				a := directory.Assignment{Account: e.accounts[i], PermissionSet: e.sets[0], Type: directory.PrincipalUser, Principal: fmt.Sprintf("%08d", person)}
				tx.PutWaiting(e.instance.ID, a, fmt.Sprint(i, "-", person))
			}
		})
	}
	view, err := e.service.Directory.View(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	var sizes []int
	seen := map[string]bool{}
	for _, part := range partsOf(&view.Reader, e.instance.ID) {
		sizes = append(sizes, len(part))
		for _, w := range part {
			seen[w.request] = true
		}
	}
	if want := []int{most * 3 / 2, most * 2, most / 2}; fmt.Sprint(sizes) != fmt.Sprint(want) || len(seen) != most*4 {
		t.Errorf("parts of %v with %d requests, want %v", sizes, len(seen), want)
	}
}

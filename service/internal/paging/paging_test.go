package paging_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/rolecall-iam/rolecall/service/internal/paging"
)

// Pages of every size together are the list, each item once; the last has no
// token, also where it is full.
func TestPagesTogetherAreTheList(t *testing.T) {
	list := []string{"a", "b", "c", "d", "e", "f"}
	for size := range int32(9) {
		var seen []string
		token, pages := "", 0
		for {
			p, err := paging.New[string](token, size, 4)
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range list {
				if !p.AddAfter(key, key) {
					break
				}
			}
			seen, pages = append(seen, p.Items...), pages+1
			if (p.NextToken() == nil) != (p.Next == "") {
				t.Errorf("%v and %q", p.NextToken(), p.Next)
			}
			if token = p.Next; token == "" {
				break
			}
		}
		most := min(max(int(size), 0), 4)
		if most == 0 || size > 4 {
			most = 4
		}
		if want := (len(list) + most - 1) / most; !slices.Equal(seen, list) || pages != want {
			t.Errorf("%d a page: %v in %d pages, want %d", size, seen, pages, want)
		}
	}
}

func TestTokensOfOthersAreRefused(t *testing.T) {
	for _, token := range []string{"made up", "YQ", "AQ", "\x00", "AWE=", "////"} {
		if _, err := paging.New[int](token, 1, 1); !errors.Is(err, paging.ErrToken) {
			t.Errorf("%q: %v", token, err)
		}
	}
}

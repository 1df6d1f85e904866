package identitystore

import "github.com/rolecall-iam/rolecall/service/internal/paging"

// mostOnPage is how many items a page holds at most, and where nobody says.
const mostOnPage = 100

// newPage begins the page that a token stands for.
func newPage[T any](token string, size int32) (*paging.Page[T], error) {
	p, err := paging.New[T](token, size, mostOnPage)
	if err != nil {
		return nil, invalid("NextToken is not valid.")
	}
	return p, nil
}

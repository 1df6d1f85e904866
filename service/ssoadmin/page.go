package ssoadmin

import "github.com/rolecall-iam/rolecall/service/internal/paging"

// mostOnPage is how many items a page holds at most, and where nobody says.
//
// Source: MaxResults of https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSets.html
const mostOnPage = 100

// newPage begins the page that a token stands for.
func newPage[T any](token *string, size int32) (*paging.Page[T], error) {
	if token == nil {
		token = new(string)
	}
	p, err := paging.New[T](*token, size, mostOnPage)
	if err != nil {
		return nil, badToken()
	}
	return p, nil
}

// atMost is the size asked for, or that of the model's list where it is longer
// or nobody says.
func atMost(size, most int32) int32 {
	if size <= 0 {
		return most
	}
	return min(size, most)
}

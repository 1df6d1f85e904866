package organizations

import "github.com/rolecall-iam/rolecall/service/internal/paging"

// mostOnPage is how many items a page holds at most, and where nobody says.
//
// Source: MaxResults of https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html
const mostOnPage = 20

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

package ssoadmin

import "encoding/base64"

// mostOnPage is how many items a page holds at most, and where nobody says.
//
// Source: MaxResults of https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_ListPermissionSets.html
const mostOnPage = 100

// tokenPrefix tells our tokens from what a caller made up.
const tokenPrefix = "\x01"

// page collects one page of a walk that begins after a token's key.
type page[T any] struct {
	items []T
	next  *string
	after string
	size  int
	last  string
}

func newPage[T any](token *string, size int32) (*page[T], error) {
	p := &page[T]{size: int(size), items: []T{}}
	if p.size <= 0 || p.size > mostOnPage {
		p.size = mostOnPage
	}
	if token == nil || *token == "" {
		return p, nil
	}
	b, err := base64.RawURLEncoding.DecodeString(*token)
	if err != nil || len(b) < 2 || string(b[:1]) != tokenPrefix {
		return nil, badToken()
	}
	p.after = string(b[1:])
	return p, nil
}

// add takes an item with its key, and answers whether there is room for more.
func (p *page[T]) add(key string, item T) bool {
	if len(p.items) == p.size {
		token := base64.RawURLEncoding.EncodeToString([]byte(tokenPrefix + p.last))
		p.next = &token
		return false
	}
	p.items, p.last = append(p.items, item), key
	return true
}

// addAfter is add in a walk that begins before the page does.
func (p *page[T]) addAfter(key string, item T) bool { return key <= p.after || p.add(key, item) }

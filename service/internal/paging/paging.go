package paging

import (
	"encoding/base64"
	"errors"
)

// prefix tells our tokens from what a caller made up.
const prefix = "\x01"

// ErrToken is the answer to a token that is none of ours. Each service has its
// own words for it.
var ErrToken = errors.New("not a token of a page")

// Page is a page of a walk in the order of keys that begins after After.
type Page[T any] struct {
	Items []T    // an empty list is a list, as with AWS
	Next  string // token of the next page; empty for the last
	After string

	size int
	last string
}

// New begins the page that a token stands for, with at most size items where
// that is between 1 and most, and most otherwise. Its error is ErrToken.
func New[T any](token string, size int32, most int) (*Page[T], error) {
	p := &Page[T]{size: int(size), Items: []T{}}
	if p.size <= 0 || p.size > most {
		p.size = most
	}
	if token == "" {
		return p, nil
	}
	b, err := base64.RawStdEncoding.DecodeString(token)
	if err != nil || len(b) < 2 || string(b[:1]) != prefix {
		return nil, ErrToken
	}
	p.After = string(b[1:])
	return p, nil
}

// Add takes an item with its key, and answers whether there is room for more.
func (p *Page[T]) Add(key string, item T) bool {
	if len(p.Items) == p.size {
		p.Next = base64.RawStdEncoding.EncodeToString([]byte(prefix + p.last))
		return false
	}
	p.Items, p.last = append(p.Items, item), key
	return true
}

// AddAfter is Add in a walk that begins before the page does.
func (p *Page[T]) AddAfter(key string, item T) bool { return key <= p.After || p.Add(key, item) }

// NextToken is Next for answers in which it may be absent.
func (p *Page[T]) NextToken() *string {
	if p.Next == "" {
		return nil
	}
	return &p.Next
}

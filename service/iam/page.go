package iam

import (
	"cmp"
	"encoding/base64"
	"slices"
)

// defaultPage is how many items a list holds where MaxItems does not say.
//
// Source: MaxItems of https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUsers.html
const defaultPage = 100

// page is one page of a list, with the fields that every list answers.
// IsTruncated is always there, as with AWS; Marker only where there is more.
type page[T any] struct {
	Items       []T
	IsTruncated *bool
	Marker      *string
}

// walk yields items in the order of their keys, from the first whose key is
// greater than after.
type walk[T any] func(after string, yield func(T) bool)

// pageOf reads one page. A marker is the key of the last item of the page
// before, so a list stays whole while others come and go.
func pageOf[T any](marker string, maxItems int32, key func(T) string, items walk[T]) (page[T], error) {
	after, err := openMarker(marker)
	if err != nil {
		return page[T]{}, err
	}
	size := int(maxItems)
	if size <= 0 {
		size = defaultPage
	}
	p := page[T]{Items: []T{}} // an empty list is an element, as with AWS
	more := false
	items(after, func(item T) bool {
		if more = len(p.Items) == size; !more {
			p.Items = append(p.Items, item)
		}
		return !more
	})
	p.IsTruncated = &more
	if more {
		m := makeMarker(key(p.Items[size-1]))
		p.Marker = &m
	}
	return p, nil
}

// pageAs is pageOf with each item turned into what the answer shows.
func pageAs[T, W any](p page[T], shown func(T) W) page[W] {
	w := page[W]{Items: make([]W, 0, len(p.Items)), IsTruncated: p.IsTruncated, Marker: p.Marker}
	for _, item := range p.Items {
		w.Items = append(w.Items, shown(item))
	}
	return w
}

// inOrder walks a slice that is in any order.
func inOrder[T any](items []T, key func(T) string) walk[T] {
	sorted := slices.Clone(items)
	slices.SortStableFunc(sorted, func(a, b T) int { return cmp.Compare(key(a), key(b)) })
	return func(after string, yield func(T) bool) {
		for _, item := range sorted {
			if key(item) > after && !yield(item) {
				return
			}
		}
	}
}

// matching leaves out what does not hold.
func matching[T any](items walk[T], holds func(T) bool) walk[T] {
	return func(after string, yield func(T) bool) {
		items(after, func(item T) bool { return !holds(item) || yield(item) })
	}
}

// markerPrefix tells our markers from what a caller made up.
const markerPrefix = "\x01"

func makeMarker(key string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(markerPrefix + key))
}

func openMarker(marker string) (string, error) {
	if marker == "" {
		return "", nil
	}
	b, err := base64.RawURLEncoding.DecodeString(marker)
	if err != nil || len(b) < 2 || string(b[:1]) != markerPrefix {
		return "", badMarker()
	}
	return string(b[1:]), nil
}

package iam

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestPages(t *testing.T) {
	items := make([]string, 250)
	for i := range items {
		items[i] = fmt.Sprintf("item-%03d", 249-i)
	}
	itself := func(s string) string { return s }
	read := func(size int32) (sizes []int, all []string) {
		marker := ""
		for {
			p, err := pageOf(marker, size, itself, inOrder(items, itself))
			if err != nil {
				t.Fatal(err)
			}
			sizes, all = append(sizes, len(p.Items)), append(all, p.Items...)
			if *p.IsTruncated != (p.Marker != nil) {
				t.Fatalf("IsTruncated %v with marker %v", *p.IsTruncated, p.Marker)
			}
			if p.Marker == nil {
				return sizes, all
			}
			marker = *p.Marker
		}
	}
	cases := []struct {
		rule  string
		size  int32
		sizes []int
	}{
		{"MaxItems is 100 where it is not given", 0, []int{100, 100, 50}},
		{"a last full page says that it is the last", 125, []int{125, 125}},
		{"all at once", 1000, []int{250}},
	}
	for _, c := range cases {
		sizes, all := read(c.size)
		if !slices.Equal(sizes, c.sizes) || len(all) != 250 || !slices.IsSorted(all) {
			t.Errorf("%s: pages of %v with %d items in all", c.rule, sizes, len(all))
		}
	}
}

// FuzzMarker: a marker is ours or refused, never a panic.
func FuzzMarker(f *testing.F) {
	for _, seed := range []string{"", "AQ", "made-up", makeMarker("name"), makeMarker("\x00"), strings.Repeat("A", 4096), "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, marker string) {
		key, err := openMarker(marker)
		if err == nil && (key == "") != (marker == "") {
			t.Errorf("%q opened as %q", marker, key)
		}
	})
}

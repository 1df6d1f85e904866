// Package paging collects one page of a list. A token is the key of the last
// item of the page before, so a list stays whole while others come and go.
package paging

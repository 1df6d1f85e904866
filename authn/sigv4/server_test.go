package sigv4_test

import (
	"bufio"
	"net/http"
	"strings"
)

// readRequest reads a request as net/http's server does.
func readRequest(wire string) *http.Request {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(wire)))
	if err != nil {
		panic(err)
	}
	return r
}

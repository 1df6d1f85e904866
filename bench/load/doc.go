// Command load measures a running rolecall from outside, beside a bare
// net/http handler on the same machine in the same run: requests a second and
// CPU of the server process a request, start to first answer, and resident
// memory before and after a million AssumeRole calls.
//
//	make bench
//	go run ./load OLD NEW   # programs in turn, seven times; the best round of each
//
// Client and server share the machine. A client connection sends the same
// signed request again and again, as bytes, so that the client costs little;
// the CPU figures are of the server process alone and do not depend on it.
package main

// Package docs is the documentation as files, for who has the binary alone:
// rolecall docs prints its pages. A page that an answer names is among them; a
// test of cmd/rolecall holds that.
package docs

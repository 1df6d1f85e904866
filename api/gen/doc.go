// Command gen turns the API models in api/models into the packages api/iam, api/sts
// and so on, and api/all, which lists them. Run it from the module's root:
//
//	go run ./api/gen
//
// The same models always give the same files.
package main

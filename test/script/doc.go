// Package script runs the readable scripts of testdata against the real
// binary with real clients: the aws CLI, as people type it.
//
// Beside what testscript brings, a script has these commands:
//
//	serve [flags]      start the server; sets AWS_ENDPOINT_URL and the admin's keys
//	halt               end it with SIGTERM and wait (stop is testscript's own)
//	become             use the credentials in the last command's JSON output
//	admin              use the admin's keys again
//	saml               move the credentials in use to the profile [saml]
//	json PATH VALUE    compare one member of the last command's JSON output (~ for contains)
//	issuer NAME [HOST [PATH]]   start an OpenID Connect issuer; sets NAME_URL and others
//	token NAME CLAIMS FILE      have it sign the claims in a JSON file
//
// $NEWER_AWS is an aws CLI that has `aws login`, where [aws-login] holds.
package script

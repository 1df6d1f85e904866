// Command rolecall serves AWS's identity and access services on one address.
//
//	rolecall serve                    start the server (make run)
//	rolecall env                      the export lines for a running server
//	rolecall account create           add an AWS account
//	rolecall keys rotate              new keys for sessions and stored secrets
//	rolecall keys purge               a new key at once, and the end of every session
//	rolecall sessions revoke          end sessions before their time
//	rolecall backup FILE              copy the data, also while the server runs
//	rolecall restore FILE             lay a copy into an empty data directory
//	rolecall import FILE...           recreate a real account from what the aws CLI prints of it
//	rolecall export                   print an account in the same form
//	rolecall conformance [DIR]        hold cases of how AWS decides against the engine
//
// This package reads flags, environment and files, listens and handles
// signals; what the service is, is package rolecall. Commands that work on a
// server's data ask the running server through a socket in the data directory,
// which only the owner of that directory can reach, and open the data
// themselves where no server runs. Those that do so at once take turns: each
// waits for the others, ten seconds at most. So does a server that starts, but
// not for another server that has its data.
//
// Exit codes: 0 done, 1 refused or failed, 2 usage or unreadable input.
package main

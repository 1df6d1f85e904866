// Package arn holds the nouns that every other room speaks: Amazon Resource
// Names, account IDs and the unique identifiers of IAM entities.
//
// The values are small, comparable and made only by the functions of this
// package, so that a value that exists is a value that was checked. Nothing
// here asks the time, opens anything or logs; randomness is an argument.
package arn

// Package browser is what the pages that people sign in at have in common: the
// access portal's, and those of `aws login`.
//
// Tokens are kept in cookies that scripts do not see, that forms of other sites
// do not bring, and that by HTTPS nobody else can plant. Passwords are hashed
// few at a time, since each takes much memory; they wait in a line in which no
// network has all places.
package browser

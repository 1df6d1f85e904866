// Package accessanalyzer answers what can be said of policy documents before
// anybody stores them: ValidatePolicy and the checks of access.
//
// Nothing is read and nothing is written. The caller's policies decide about
// the call, as everywhere; the documents come with the request.
package accessanalyzer

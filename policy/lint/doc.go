// Package lint tells all that is wrong or doubtful in a policy document, as
// ValidatePolicy of AWS's Access Analyzer does, and what only rolecall knows to
// look for.
//
// Check reads the text as a tree, so that one fault does not hide the next, and
// goes over it once for each family of checks: elements, actions, resources,
// principals, conditions and their values, variables, and what a statement as a
// whole lets through. Checks lists them all; those of AWS have AWS's code, type
// and words, those of our own a name in small letters, which is that of a page
// in docs/denials. Which of AWS's checks are served, and how the doubtful ones
// are understood, docs/validate.md tells.
//
// What services there are, with their actions, resources and condition keys,
// the caller brings as a Reference. Nothing here opens, logs or asks the time,
// and the work for a document of any size and shape is bounded.
//
// Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html
package lint

// Package all lists the services that have a model.
package all

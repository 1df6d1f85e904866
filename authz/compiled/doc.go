// Package compiled decides.
package compiled

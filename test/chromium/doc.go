// Package chromium drives a headless Chromium over the DevTools protocol, for
// tests of pages: it opens, fills and clicks, and notes what the pages' security
// policy refuses.
package chromium

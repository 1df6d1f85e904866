package service

import "context"

// Leave waits for something else than the store, such as another server, and
// keeps no view open meanwhile: what an open view sees cannot be freed, and a
// store that outgrows its address space waits for it. What was read before is to
// be read again, since the view goes on at the newest revision. The context that
// wait gets ends where the client hangs up.
func (c *Call) Leave(wait func(context.Context)) error {
	return c.door.Directory.Leave(c.http.Context(), c.View, wait)
}

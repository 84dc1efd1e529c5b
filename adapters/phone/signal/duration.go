package signal

import "time"

// warning is how long before the end of its time a call is late.
const warning = time.Minute

// Late is closed a minute before a call that stands is ended because it has lasted too long, so that what has to
// be said can be. It is another one after each Last, and nil before the answer.
func (c *Call) Late() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.warned
}

// Last lets a call that stands go on for so long from now on, but never less than Config.MaxDuration.
func (c *Call) Last(most time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.phase == standing {
		c.last(max(most, c.e.MaxDuration))
	}
}

// last sets the alarm of the longest duration anew. The caller holds the lock.
func (c *Call) last(most time.Duration) {
	if c.longest != nil {
		c.longest.Stop()
	}
	warned, left := make(chan struct{}), min(warning, most/2)
	c.warned = warned
	c.longest = time.AfterFunc(most-left, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.warned == warned && c.phase == standing {
			close(warned)
			c.longest = time.AfterFunc(left, func() { c.leaveSoon(TooLong) })
		}
	})
}

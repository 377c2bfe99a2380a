//go:build !linux

package load

import "time"

// newSleeper returns the best sleeper for this system.
func newSleeper(start time.Time) sleeper { return newTimerSleeper(start) }

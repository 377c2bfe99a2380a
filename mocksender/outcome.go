package mocksender

// OutcomeOf says how a delivery with these attempts ended. Stopped tells that
// the run was cancelled before the policy gave up. It is the one place where an
// outcome is decided, [Held] apart, which is the endpoint's doing.
func OutcomeOf(attempts []Attempt, stopped bool) Outcome {
	unseen := false
	for i := range attempts {
		a := &attempts[i]
		if a.Acknowledged == Acknowledged || a.Acknowledged == Undocumented {
			return Delivered
		}
		unseen = unseen || a.Reply == nil && a.MayHaveArrived
	}
	switch {
	case stopped:
		return Cancelled
	case unseen:
		return Unknown
	}
	return Exhausted
}

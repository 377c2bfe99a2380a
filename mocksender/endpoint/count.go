package endpoint

import "time"

// Count takes the end of an attempt of a delivery that the caller keeps: [Succeeded] or [Missed], whose Delivery is not asked for. It
// moves the counters, and pauses or stops the endpoint, as [Machine.Apply] does for a delivery of the machine's own. What an
// endpoint that is not active is told changes nothing.
func (m *Machine) Count(now time.Time, f Fact) State {
	if !m.state.PausedUntil.After(now) {
		m.state.PausedUntil = time.Time{}
	}
	switch {
	case m.state.Status != Active:
	case f.Kind == Succeeded:
		m.succeeded()
	case f.Kind == Missed:
		m.failed(now, f)
	}
	return m.state
}

// Keeps tells whether the events of an endpoint in state s are kept until it is active again; otherwise they are lost.
func (s *Settings) Keeps(in Status) bool { return !s.drops(in) }

// failed counts a failure, and pauses or stops the endpoint where it asks for that.
func (m *Machine) failed(now time.Time, f Fact) []Effect {
	if f.Pause > 0 {
		m.state.PausedUntil = now.Add(f.Pause)
	}
	if m.missed(now, f); m.state.Status == Active && m.tooOften(now) {
		return m.become(now, m.settings.FailTo)
	}
	return nil
}

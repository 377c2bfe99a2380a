package harness

import (
	"bytes"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// Again returns a message as the provider sends it once more, a while after on the payload clock: the same bytes or, where
// the policy makes bodies anew, those of the same event at that moment. A message whose bytes are not those that are made
// for its event, such as one that a test changed, stays as it is.
func (r *Rig) Again(m mocksender.Message, after time.Duration) (mocksender.Message, error) {
	if !r.policy.Identity.Value.RefreshBody {
		return m, nil
	}
	if made, err := r.remake(m, m.Event.Time); err != nil || !bytes.Equal(made.Body, m.Body) {
		return m, nil //nolint:nilerr // nobody can make it, so it is a test's own
	}
	again, err := r.remake(m, m.Event.Time.Add(after))
	if err == nil {
		m.Body = again.Body
	}
	return m, err
}

// remake makes the message of an event as of a moment on the payload clock.
func (r *Rig) remake(m mocksender.Message, at time.Time) (mocksender.Message, error) {
	if r.config.Remake != nil {
		return r.config.Remake(m, at)
	}
	about := r.generator.Subject(m.Event.Number)
	about.Time = at
	return r.generator.MessageAbout(m.Event.Type, about)
}

// refresh makes the body of a later attempt, as of the first one's moment and the provider's waits since.
func (r *Rig) refresh(d mocksender.Delivery, _ int) ([]byte, error) {
	var waited time.Duration
	for i := range d.Attempts {
		waited += d.Attempts[i].Wait
	}
	if d.Next != nil {
		waited += d.Next.Wait
	}
	m, err := r.Again(d.Message, waited)
	return m.Body, err
}

// Recognizable tells whether a receiver can know a message's event when it comes again with another body: the event's
// identity is in the body or in a header.
func (r *Rig) Recognizable(m mocksender.Message) bool {
	return m.Event.ID != "" && bytes.Contains(m.Body, []byte(m.Event.ID)) || r.policy.TellsEvent()
}

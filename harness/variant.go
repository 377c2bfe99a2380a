package harness

import (
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// Variant makes event number n of a type from another of the valid payloads than
// the typical one.
func (r *Rig) Variant(event string, n uint64, profile payload.Profile) (mocksender.Message, error) {
	e, err := r.contract.Event(event)
	if err != nil {
		return mocksender.Message{}, err
	}
	g, err := r.variant(profile)
	if err != nil {
		return mocksender.Message{}, err
	}
	return g.Message(e.Name, n)
}

// Drifted makes event number n of a type as the provider may send it tomorrow,
// and says what was changed. Consecutive numbers go through all kinds of drift.
func (r *Rig) Drifted(event string, n uint64) (mocksender.Message, payload.Mutation, error) {
	e, err := r.contract.Event(event)
	if err != nil {
		return mocksender.Message{}, payload.Mutation{}, err
	}
	return r.generator.Drifted(e.Name, r.generator.Subject(n))
}

// About makes event number n of a type about subject number subject, after has
// passed on the payload clock since event 0 of the rig.
func (r *Rig) About(event string, n, subject uint64, after time.Duration) (mocksender.Message, error) {
	e, err := r.contract.Event(event)
	if err != nil {
		return mocksender.Message{}, err
	}
	return r.generator.MessageAbout(e.Name, payload.Subject{Number: subject, Event: n, Time: r.config.Time.Add(after)})
}

// variant keeps one generator for each profile, since each keeps compiled plans.
func (r *Rig) variant(profile payload.Profile) (*payload.Generator, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if g := r.variants[profile]; g != nil {
		return g, nil
	}
	g, err := payload.New(r.contract, r.payloads(profile))
	if err == nil {
		r.variants[profile] = g
	}
	return g, err
}

func (r *Rig) payloads(profile payload.Profile) payload.Options {
	c := &r.config
	return payload.Options{
		Seed: c.Seed, Time: c.Time, Interval: c.Interval, Secret: c.Secret, Set: c.Set,
		Subjects: c.Subjects, Examples: c.Examples, Profile: profile,
		Signed: r.policy.SignedHeaders(),
	}
}

package receiver

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"sync"
	"time"

	"github.com/tidwall/gjson"
)

// Effect is what one event did to the receiver.
type Effect struct {
	// Key is what makes two deliveries the same event.
	Key      string `json:"key"`
	Contract string `json:"contract"`
	Event    string `json:"event"`
	// ID is the event's own identifier, "" when its payload has none.
	ID string `json:"id,omitempty"`
	// Digest is the SHA-256 of the body in hexadecimal.
	Digest string `json:"digest"`
	// Subject identifies what the event is about, "" when the contract does not say.
	Subject string `json:"subject,omitempty"`
	// Happened is the payload's time, zero when it has none.
	Happened time.Time `json:"happened,omitzero"`
	Arrived  time.Time `json:"arrived"`
	// Body is the payload.
	Body json.RawMessage `json:"-"`
}

// Filter selects effects; its zero value selects all.
type Filter struct {
	Contract, Event, ID, Digest, Subject string
	// Paths are gjson paths into the payload with the text that must be there.
	Paths map[string]string
}

func (f *Filter) takes(e *Effect) bool {
	for _, pair := range [][2]string{
		{f.Contract, e.Contract}, {f.Event, e.Event}, {f.ID, e.ID},
		{f.Digest, e.Digest}, {f.Subject, e.Subject},
	} {
		if pair[0] != "" && pair[0] != pair[1] {
			return false
		}
	}
	for path, want := range f.Paths {
		if got := gjson.GetBytes(e.Body, path); !got.Exists() || got.String() != want {
			return false
		}
	}
	return true
}

// Store keeps effects. It must be safe for concurrent use.
type Store interface {
	// Put keeps the effect unless one with its key is there, and reports whether it was new.
	Put(e Effect) bool
	// Advance makes e the newest event of its subject when there is none, or when
	// newer, given the present one, says so.
	Advance(e Effect, newer func(old Effect) bool)
	// Effects returns those that the filter selects, in the order in which they were put.
	Effects(f Filter) []Effect
	// State returns the newest event's payload of a subject, nil when there is none.
	State(contract, subject string) json.RawMessage
}

// Memory is a [Store] that lasts as long as the process.
type Memory struct {
	mu      sync.Mutex
	keys    map[string]bool
	effects []Effect
	newest  map[subjectKey]Effect
}

type subjectKey struct{ contract, subject string }

// NewMemory returns an empty store.
func NewMemory() *Memory {
	return &Memory{keys: map[string]bool{}, newest: map[subjectKey]Effect{}}
}

// Put implements [Store].
func (m *Memory) Put(e Effect) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.keys[e.Key] {
		return false
	}
	m.keys[e.Key] = true
	m.effects = append(m.effects, e)
	return true
}

// Advance implements [Store].
func (m *Memory) Advance(e Effect, newer func(old Effect) bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	k := subjectKey{e.Contract, e.Subject}
	if old, ok := m.newest[k]; !ok || newer(old) {
		m.newest[k] = e
	}
}

// Clear forgets everything.
func (m *Memory) Clear() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.keys, m.effects, m.newest = map[string]bool{}, nil, map[subjectKey]Effect{}
}

// Effects implements [Store].
func (m *Memory) Effects(f Filter) []Effect {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := []Effect{}
	for i := range m.effects {
		if f.takes(&m.effects[i]) {
			found = append(found, m.effects[i])
		}
	}
	return found
}

// State implements [Store].
func (m *Memory) State(contract, subject string) json.RawMessage {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.newest[subjectKey{contract, subject}].Body
}

// identify names the event: by its own identifier where the payload has one,
// else by its bytes, since such a sender repeats them unchanged.
func identify(x *Exchange) *Answer {
	digest := sha256.Sum256(x.Body)
	e := Effect{
		Contract: x.desk.contract.Name(), Event: x.Event,
		Digest: hex.EncodeToString(digest[:]), Arrived: x.Arrived, Body: x.Body,
	}
	if d := x.desk.event(x.Event); d != nil {
		e.ID = x.fact(d.facts.ID)
		e.Subject = x.fact(d.facts.Subject)
		e.Happened = readTime(x.fact(d.facts.Time))
	}
	e.Key = e.Contract + " " + e.Event + " "
	if e.ID != "" {
		e.Key += "id " + e.ID
	} else {
		e.Key += "digest " + e.Digest
	}
	x.Effect = e
	return nil
}

func (x *Exchange) fact(path string) string {
	if path == "" {
		return ""
	}
	return x.Document.Get(path).String()
}

func store(x *Exchange) *Answer {
	x.Stored = x.Put()
	return nil
}

// apply keeps an event that happened before the subject's newest from becoming its state.
func apply(x *Exchange) *Answer {
	if x.Stored {
		x.Advance(func(old Effect) bool { return !x.Effect.Happened.Before(old.Happened) })
	}
	return nil
}

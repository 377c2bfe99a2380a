package probe

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/load"
)

// CompletionConfig says how to see that events were processed after they were acknowledged. It is one of three ways:
//
//   - URL has a place that differs from event to event, and Count: each event is looked at by itself, as many at once as Looks
//     says; of a faster run it is a sample;
//   - URL has none, and IDs: the answer lists the keys of processed events, or streams them as lines (application/x-ndjson or
//     text/event-stream), and every event is found by its Key;
//   - URL has none, and Count: the number of processed events. No event is told from another: the time is that of the one that was
//     acknowledged as the same in number, as if the receiver kept the order, and what is missing has no name.
type CompletionConfig struct {
	Config
	// IDs is a gjson path to a list of keys in the answer, or to the key in a line of a stream.
	IDs string
	// Key is what the keys are: @id, @sha256 of the body, or a gjson path into the payload. "": @id.
	Key string
	// Looks is how many events are looked at at once. 0: 8.
	Looks int
	// Interval is the time between two looks, and so how exact times are. 0: 50 ms.
	Interval time.Duration
}

// Completed is what became of events after their acknowledgement.
type Completed struct {
	// Way says in words how it was seen.
	Way string `json:"way"`
	// Acknowledged counts the events that the receiver took, Followed those of them that were looked for, Processed those that
	// were seen to have an effect.
	Acknowledged uint64 `json:"acknowledged"`
	Followed     uint64 `json:"followed"`
	Processed    uint64 `json:"processed"`
	// Time is from the moment at which the acknowledged attempt was due to the look that saw the effect.
	Time load.Summary `json:"time"`
	// Missing are the keys of the first events that were acknowledged and followed but not processed, oldest first; how many there
	// are is Followed less Processed.
	Missing []string `json:"missing,omitempty"`
	// Stray is a key that the answer held where it held none of an event, "" otherwise: another kind of key may be meant.
	Stray string `json:"stray,omitempty"`
	// Problem is why the last look failed, "" if it did not.
	Problem string `json:"problem,omitempty"`
}

// Lost is how many events were acknowledged and followed but not processed, 0 if the last look failed and nobody knows.
func (c *Completed) Lost() uint64 {
	if c.Problem != "" {
		return 0
	}
	return c.open()
}

func (c *Completed) open() uint64 { return c.Followed - min(c.Followed, c.Processed) }

// The bounds of what is remembered.
const (
	defaultLooks    = 8
	defaultInterval = 50 * time.Millisecond
	maxFollowed     = 1_000_000 // events that are waited for
	maxMissing      = 100
)

// Completion follows events. It is safe for concurrent use. Make one with [NewCompletion].
type Completion struct {
	probe    *Probe
	config   CompletionConfig
	single   bool // each event by itself
	mu       sync.Mutex
	open     map[string]*followed // by key
	order    []*followed          // by acknowledgement; those that were processed at its begin are dropped
	times    load.Times
	result   Completed
	start    int // what the count was before the first event; -1: not known
	arrivals chan *followed
	early    map[string]time.Time // keys that were seen before their acknowledgement was
	stray    string               // the last key that was no event's
}

// followed is an event that is waited for.
type followed struct {
	key     string
	number  uint64
	due     time.Time
	message mocksender.Message
	done    bool
}

// NewCompletion checks the configuration. The error lists every problem.
func NewCompletion(config CompletionConfig) (*Completion, error) {
	if config.IDs != "" {
		config.Count = cmp.Or(config.Count, config.IDs)
	}
	p, err := New(config.Config)
	problems := []error{err}
	config.Key = cmp.Or(config.Key, "@id")
	if err := checkPlace(config.Key); err != nil {
		problems = append(problems, fmt.Errorf("key: %w", err))
	}
	if config.Looks < 0 || config.Interval < 0 {
		problems = append(problems, errors.New("looks, interval: want none below 0"))
	}
	c := &Completion{probe: p, config: config, open: map[string]*followed{}, early: map[string]time.Time{}, start: -1}
	c.config.Looks, c.config.Interval = cmp.Or(config.Looks, defaultLooks), cmp.Or(config.Interval, defaultInterval)
	c.single = p != nil && p.TellsApart()
	c.arrivals = make(chan *followed, max(0, c.config.Looks))
	if c.single && config.IDs != "" {
		problems = append(problems, errors.New("ids: a list of all events has no place for one in its URL"))
	}
	return c, errors.Join(problems...)
}

// Begin looks once before the first event, so that what was processed earlier does not count. The error is that of the look.
func (c *Completion) Begin(ctx context.Context) error {
	switch {
	case c.single:
		c.result.Way = fmt.Sprintf("each event by itself, %d at once", c.config.Looks)
		return nil
	case c.config.IDs != "":
		c.result.Way = "by the keys of processed events"
		return nil
	}
	c.result.Way = "by the number of processed events"
	n, err := c.probe.Effects(ctx, mocksender.Message{})
	c.start = n
	return err
}

// Acknowledged takes an event in, and is quick.
func (c *Completion) Acknowledged(a *load.Acknowledgement) {
	m := mocksender.Message{Event: mocksender.Event{ID: a.ID, Type: a.Event, Number: a.Number}, Body: a.Body}
	f := &followed{number: a.Number, due: a.Due}
	if c.single {
		m.Body = slices.Clone(a.Body)
		f.message = m
	}
	if c.single || c.config.IDs != "" {
		f.key, _ = valueAt(&m, c.config.Key) // without a key it is found by nobody, and so missing
	}
	c.mu.Lock()
	c.result.Acknowledged++
	follow := len(c.open) < maxFollowed && len(c.order) < maxFollowed
	if c.single {
		follow = follow && len(c.arrivals) < cap(c.arrivals) // only this function sends, under the lock
	}
	if follow {
		c.follow(f)
	}
	c.mu.Unlock()
}

func (c *Completion) follow(f *followed) {
	c.result.Followed++
	c.order = append(c.order, f)
	if at, seen := c.early[f.key]; seen && f.key != "" {
		delete(c.early, f.key)
		c.complete(f, at)
		return
	}
	if c.config.IDs != "" {
		c.open[f.key] = f
	}
	if c.single {
		c.arrivals <- f
	}
}

// complete notes that an event was processed. The lock is held.
func (c *Completion) complete(f *followed, at time.Time) {
	if f.done {
		return
	}
	f.done = true
	f.message = mocksender.Message{}
	delete(c.open, f.key)
	c.result.Processed++
	c.times.Record(at.Sub(f.due))
	for len(c.order) > 0 && c.order[0].done {
		c.order = c.order[1:]
	}
}

// Settled tells that every event that is followed was processed.
func (c *Completion) Settled() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.result.open() == 0
}

// Result is what was seen so far. The error is that of [load.Times.Summary].
func (c *Completion) Result() (Completed, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := c.result
	var err error
	r.Time, err = c.times.Summary()
	if r.Processed == 0 && r.Followed > 0 {
		r.Stray = c.stray
	}
	for _, f := range c.order {
		if len(r.Missing) == maxMissing || !c.single && c.config.IDs == "" {
			break
		}
		if !f.done {
			r.Missing = append(r.Missing, cmp.Or(f.key, fmt.Sprintf("event number %d", f.number)))
		}
	}
	return r, err
}

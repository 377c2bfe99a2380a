package harness

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// ErrNoProbe says that effects cannot be seen because the rig has no probe.
var ErrNoProbe = errors.New("no probe: nothing shows what the receiver did (give the URL of one and the path of its count)")

// Rig plays one provider to one receiver. It is safe for concurrent use; make one
// with [New], and Close it at the end.
type Rig struct {
	config    Config
	contract  *contract.Contract
	policy    *policy.Policy
	secret    mocksender.Secret
	probe     *probe.Probe
	generator *payload.Generator

	mu      sync.Mutex
	senders map[string]*mocksender.Sender
	fakes   map[string]bool
	// variants make payloads that are not typical.
	variants map[payload.Profile]*payload.Generator
	numbers  map[string]uint64
	counts   map[string]int
}

// New checks the configuration and builds a rig; nothing is sent. The error lists every problem.
func New(config Config) (*Rig, error) {
	r := &Rig{
		config: config, contract: config.Contract, policy: config.Policy,
		secret: config.Secret, probe: config.Probe,
		senders: map[string]*mocksender.Sender{}, fakes: map[string]bool{},
		numbers: map[string]uint64{}, counts: map[string]int{}, variants: map[payload.Profile]*payload.Generator{},
	}
	problems := config.check()
	if len(problems) == 0 {
		var err error
		r.generator, err = payload.New(config.Contract, r.payloads(config.Profile))
		problems = append(problems, err)
		_, err = r.sender(Shipping{})
		problems = append(problems, err)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return r, nil
}

// Close closes the connections that the rig keeps. No delivery may be under way.
func (r *Rig) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.senders {
		s.Close()
	}
}

// Contract returns the contract that the rig goes by.
func (r *Rig) Contract() *contract.Contract { return r.contract }

// Policy returns the policy that the rig delivers by. It must not be changed.
func (r *Rig) Policy() *policy.Policy { return r.policy }

// Target returns the receiver's URL.
func (r *Rig) Target() string { return r.config.Target }

// Secret returns the endpoint's credential.
func (r *Rig) Secret() mocksender.Secret { return r.secret }

// Authenticates tells whether the provider proves to the receiver who it is.
func (r *Rig) Authenticates() bool { return r.policy.Authenticates() }

// TimeScale returns the scale of the waits between attempts.
func (r *Rig) TimeScale() mocksender.Scale { return r.config.TimeScale }

// Probed tells whether effects can be seen.
func (r *Rig) Probed() bool { return r.probe != nil }

// TellsApart tells whether the probe counts the effects of some events only, and not of all together.
func (r *Rig) TellsApart() bool { return r.probe != nil && r.probe.TellsApart() }

// SeesState tells whether the probe shows which event of a subject is the newest.
func (r *Rig) SeesState() bool { return r.probe != nil && r.probe.SeesState() }

// StateAfter compares the receiver's state with what a message's event should have
// left behind. Without a probe the error is [ErrNoProbe].
func (r *Rig) StateAfter(ctx context.Context, m mocksender.Message) (got, want string, err error) {
	if r.probe == nil {
		return "", "", ErrNoProbe
	}
	return r.probe.State(ctx, m)
}

// Direct tells that nothing stands between the rig and the target, so that faults can, see [Shipping].
func (r *Rig) Direct() bool { return r.config.Proxy == nil }

// Message makes event number n of a type. The same seed and number make the same bytes.
func (r *Rig) Message(event string, n uint64) (mocksender.Message, error) {
	e, err := r.contract.Event(event)
	if err != nil {
		return mocksender.Message{}, err
	}
	return r.generator.Message(e.Name, n)
}

// Deliver makes the next event of a type and delivers it by the policy, with all
// its attempts. The error is a fault of ours, or the cause of a cancelled ctx;
// what the receiver does is in the delivery.
func (r *Rig) Deliver(ctx context.Context, event string) (Delivery, error) {
	m, err := r.Message(event, r.next(event))
	if err != nil {
		return Delivery{rig: r}, err
	}
	return r.Send(ctx, m, Shipping{})
}

// Effects counts what a delivery's event did at the receiver so far. Without a
// probe the error is [ErrNoProbe].
func (r *Rig) Effects(ctx context.Context, d Delivery) (int, error) {
	messages := []mocksender.Message{d.Message}
	for i := range d.Attempts {
		messages = append(messages, d.Sent(&d.Attempts[i]))
	}
	return r.EffectsOf(ctx, messages...)
}

// EffectsOf counts what the event of a message, or of messages in which it came with different bodies, did at the receiver so
// far, also before it was delivered: on a receiver that remembers earlier runs, the count may not begin at zero.
func (r *Rig) EffectsOf(ctx context.Context, messages ...mocksender.Message) (int, error) {
	if r.probe == nil {
		return 0, ErrNoProbe
	}
	return r.probe.Effects(ctx, messages...)
}

// Report records a finding.
func (r *Rig) Report(f Finding) {
	if r.config.Recorder != nil {
		r.config.Recorder.Finding(f)
	}
}

// Repeat returns the hookrig command that repeats the run for the scenarios that a
// label filter selects, "" when the rig was not told how it was started.
func (r *Rig) Repeat(only string) string {
	if len(r.config.Command) == 0 {
		return ""
	}
	words := make([]string, 0, len(r.config.Command)+2)
	for _, w := range r.config.Command {
		words = append(words, r.plain(w))
	}
	if only != "" {
		words = append(words, "--only", word(only))
	}
	return strings.Join(words, " ")
}

// plain quotes a word only when a shell would read more than a word in it.
func (r *Rig) plain(text string) string {
	safe := func(c rune) bool {
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune("-_./:=@,+%", c)
	}
	if text != "" && !strings.ContainsFunc(text, func(c rune) bool { return !safe(c) }) && !strings.Contains(text, r.secretText()) {
		return text
	}
	return r.quote(text)
}

// next numbers the events of a type.
func (r *Rig) next(event string) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.numbers[event]
	r.numbers[event]++
	return n
}

// deliveryID names the k-th delivery of an event: the same in a repeated run.
func (r *Rig) deliveryID(m *mocksender.Message) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	key := fmt.Sprintf("%s/%s/%d", r.contract.Name(), m.Event.Type, m.Event.Number)
	r.counts[key]++
	return key + "." + strconv.Itoa(r.counts[key])
}

// invented tells that a value is a credential that was made up for a test.
func (r *Rig) invented(value string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.fakes[value]
}

package scenarios

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/onsi/ginkgo/v2"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// book is what the specs of a run share in one process.
type book struct {
	config   *Config
	subjects []subject

	mu       sync.Mutex
	current  *trial
	controls map[string]control
	reduced  map[string]int // reductions by contract and status
	down     *harness.UnreachableError
	faults   []error
}

// subject is one event of one provider: what a table of specs has an entry for.
type subject struct {
	rig   *harness.Rig
	event contract.EventType
	// first tells that it is the contract's first event: the one that the quick set looks at where
	// all events are alike.
	first bool
}

func (s subject) hasBody() bool { return s.event.MediaType != "" }

func (s subject) sendsJSON() bool { return contract.IsJSON(s.event.MediaType) }

func newBook(config *Config) *book {
	b := &book{config: config, controls: map[string]control{}, reduced: map[string]int{}}
	for _, rig := range config.Rigs {
		for i, e := range rig.Contract().Events() {
			b.subjects = append(b.subjects, subject{rig: rig, event: e, first: i == 0})
		}
	}
	return b
}

// register builds the tree. It is called once, right before the specs run.
func (b *book) register() {
	for _, theme := range []func(*book){responses, authentication, malformed, tolerance, idempotency, ordering, retries, transitions, recovery, timing, transport} {
		theme(b)
	}
	ginkgo.ReportAfterEach(func(report ginkgo.SpecReport) { b.close(&report) })
}

// rule is what one spec asserts.
type rule struct {
	// name is stable, and a label (rule:NAME); theme is the file's.
	name, theme string
	// text states the rule as Ginkgo's It reads.
	text string
	// source is where the rule comes from, why says why a receiver's owner should care.
	source, why string
	// slow takes the rule out of the quick set: it waits for something.
	slow bool
	// everywhere puts the rule into the quick set for every event, not for the first only.
	everywhere bool
}

// origin is where a value of a policy comes from: its page, or that and why it is assumed.
func origin[T any](f policy.Fact[T]) string {
	if f.Grade == policy.Assumption {
		return "assumption: " + f.Reason
	}
	return f.Source
}

// suits tells whether a table has an entry for a subject; nil suits all.
type suits func(s subject) bool

// table makes a container of specs for each event of each contract.
func (b *book) table(theme string, fits suits, body func(s subject)) {
	args := []any{ginkgo.Label("theme:" + theme), func(s subject) { body(s) }}
	entries := 0
	for _, s := range b.subjects {
		if fits == nil || fits(s) {
			args = append(args, ginkgo.Entry(s.rig.Contract().Name()+" "+s.event.Name, s, ginkgo.Label(EventLabel(s.event.Name), contractLabel(s.rig))))
			entries++
		}
	}
	if entries > 0 {
		ginkgo.DescribeTableSubtree(theme+":", args...)
	}
}

// errTooLong ends a spec that has used up its limit.
var errTooLong = errors.New("the limit of the scenario is reached")

// it makes a spec of a rule. Limit is how long it may take: beyond it nothing is known of the receiver, which has the
// provider's timeout for each answer, so the rule is inconclusive then and not broken.
func (b *book) it(r rule, s subject, limit time.Duration, body func(t *trial)) {
	set := "full"
	switch {
	case r.slow:
		set = "slow"
	case s.first || r.everywhere:
		set = "quick"
	}
	limit += 2 * b.config.Patience
	ginkgo.It(r.text, ginkgo.Offset(1), ginkgo.Label("rule:"+r.name, set), func(ctx ginkgo.SpecContext) {
		limited, cancel := context.WithTimeoutCause(ctx, limit, errTooLong)
		defer cancel()
		t := &trial{ctx: limited, book: b, rule: r, subject: s, limit: limit, text: ginkgo.CurrentSpecReport().FullText()}
		b.open(t)
		body(t)
	})
}

func (b *book) open(t *trial) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.current = t
}

// blame keeps a fault of ours; the first is enough to stop the run.
func (b *book) blame(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.faults = append(b.faults, err)
}

func (b *book) fault() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return errors.Join(b.faults...)
}

func (b *book) lose(u *harness.UnreachableError) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.down = u
}

func (b *book) gone() *harness.UnreachableError {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.down
}

func unreachable(err error) (*harness.UnreachableError, bool) {
	var u *harness.UnreachableError
	ok := errors.As(err, &u)
	return u, ok
}

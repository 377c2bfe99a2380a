package fault

import (
	"cmp"
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// room holds requests back until there are enough of them, and lets them go one after
// the other in another order: the next when the one before has been answered.
type room struct {
	size int
	wait time.Duration // how long a request waits for others

	mu      sync.Mutex
	waiting []*guest
}

// guest is one request in a room.
type guest struct {
	name   string
	random *rand.Rand
	called chan struct{} // closed when its order is known
	before *guest        // whom it follows, nil for the first
	gone   chan struct{} // closed when it was answered
}

// enter returns when it is this request's turn; false when ctx ended. leave must be called once
// after true, when the next one may go.
func (r *room) enter(ctx context.Context, name string, random *rand.Rand) (leave func(), ok bool) {
	g := &guest{name: name, random: random, called: make(chan struct{}), gone: make(chan struct{})}
	r.add(g)
	timer := time.NewTimer(r.wait)
	defer timer.Stop()
	select {
	case <-g.called:
	case <-timer.C:
		r.remove(g)
	case <-ctx.Done():
		r.remove(g)
	}
	if g.before != nil {
		select {
		case <-g.before.gone:
		case <-ctx.Done():
		}
	}
	if ctx.Err() != nil {
		close(g.gone)
		return nil, false
	}
	return func() { close(g.gone) }, true
}

// add takes a request in, and lets all go when the room is full.
func (r *room) add(g *guest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = append(r.waiting, g)
	if len(r.waiting) < r.size {
		return
	}
	order := shuffled(r.waiting)
	for i, next := range order {
		if i > 0 {
			next.before = order[i-1]
		}
		close(next.called)
	}
	r.waiting = nil
}

// remove takes a request out that goes by itself, unless it was called meanwhile.
func (r *room) remove(g *guest) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = slices.DeleteFunc(r.waiting, func(other *guest) bool { return other == g })
}

// shuffled returns another order than that of the names, which is that of sending: which of
// several requests at once comes in first is chance, and must not change what a seed gives.
func shuffled(guests []*guest) []*guest {
	sent := slices.SortedFunc(slices.Values(guests), func(a, b *guest) int {
		return cmp.Or(len(a.name)-len(b.name), strings.Compare(a.name, b.name)) // 9 before 10
	})
	order := slices.Clone(sent)
	random := sent[0].random
	for len(order) > 1 && slices.Equal(order, sent) {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	return order
}

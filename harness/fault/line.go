package fault

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"net"
	"slices"
	"strings"

	"github.com/hookrig/hookrig/mocksender"
)

// Line is the line between a sender and its receivers, with faults in it. It is
// safe for concurrent use and may serve several senders; make one with [New].
type Line struct {
	seed   uint64
	faults []fault
}

// New reads faults, each written as name,param=value,… ("lost-ack,by=reset"); [Kinds]
// lists them. Several act together. The seed decides whatever is drawn, so that the same
// deliveries meet the same faults in every run and at any parallelism.
//
// The error lists every problem, with the nearest name for an unknown one.
func New(seed uint64, faults ...string) (*Line, error) {
	l := &Line{seed: seed}
	var problems []error
	for _, text := range faults {
		f, err := parse(text)
		problems = append(problems, err)
		l.faults = append(l.faults, f)
	}
	for _, f := range l.faults {
		if f.http2 && len(l.faults) > 1 {
			problems = append(problems, fmt.Errorf("fault %s: not together with others, which change HTTP/1.1", f.kind))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return l, nil
}

// Has tells that one of the faults is of a kind. A nil Line has none.
func (l *Line) Has(kind string) bool {
	return l != nil && slices.ContainsFunc(l.faults, func(f fault) bool { return f.kind == kind })
}

// String returns the faults as they were written, separated by spaces. A nil Line has none.
func (l *Line) String() string {
	if l == nil {
		return ""
	}
	texts := make([]string, len(l.faults))
	for i, f := range l.faults {
		texts[i] = f.text
	}
	return strings.Join(texts, " ")
}

// Install puts the line between a sender that is made with config and its receivers. A nil Line changes nothing.
func (l *Line) Install(config *mocksender.Config) {
	switch {
	case l == nil || len(l.faults) == 0:
	case l.faults[0].http2:
		config.HTTP2 = true
	default:
		config.Intercept = l.Intercept
	}
}

// Parallel returns how many deliveries must be under way at once for the faults to
// show: more than one for those that are about several.
func (l *Line) Parallel() int {
	n := 1
	if l != nil {
		for _, f := range l.faults {
			n = max(n, f.parallel)
		}
	}
	return n
}

// Intercept makes a connection with the line's faults, for [mocksender.Config]. It takes
// HTTP/1.1 requests that have a Content-Length or no body.
func (l *Line) Intercept(ctx context.Context, dial func(context.Context) (net.Conn, error)) (net.Conn, error) {
	raw, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	return newConn(context.WithoutCancel(ctx), l, raw, dial), nil
}

// fresh tells that no connection may be used twice.
func (l *Line) fresh() bool {
	for _, f := range l.faults {
		if f.fresh {
			return true
		}
	}
	return false
}

// spoil applies the faults that hit this attempt.
func (l *Line) spoil(x *exchange, delivery string, attempt int) {
	for i := range l.faults {
		f := &l.faults[i]
		x.random = l.random(i, delivery, attempt)
		if f.apply != nil && f.hits.holds(attempt) && x.random.Float64() < f.share {
			f.apply(x)
		}
	}
}

// random depends on the seed, the fault, the delivery and the attempt only.
func (l *Line) random(fault int, delivery string, attempt int) *rand.Rand {
	h := fnv.New64a()
	_, _ = fmt.Fprintf(h, "%d/%d/%s", fault, attempt, delivery) // a hash takes everything
	return rand.New(rand.NewPCG(l.seed, h.Sum64()))
}

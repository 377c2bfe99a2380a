package k6

import (
	"context"
	"errors"
	"fmt"

	"github.com/grafana/sobek"
	"go.k6.io/k6/js/common"
	"go.k6.io/k6/js/modules"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/load"
)

// user is a contract in the hands of one virtual user, with a connection of its own.
type user struct {
	vu        modules.VU
	source    *source
	extension *Extension
	lane      *load.Lane
	shown     *shown
}

// open makes sure that there is a lane.
func (u *user) open() error {
	state := u.vu.State()
	if state == nil {
		return errors.New("hookrig: next and deliver are for virtual users, not for the init context")
	}
	if u.lane != nil {
		return nil
	}
	if err := u.source.prepare(state); err != nil {
		return err
	}
	u.lane = u.source.lanes.Open()
	return nil
}

// next is next(event) of a script: an event that nobody else sends, as it should be sent. The object has body (an
// ArrayBuffer), headers, method, url (if the contract was told to), the event's id, type and number, and params, which has the
// headers as k6's http wants them.
func (u *user) next(call sobek.FunctionCall) sobek.Value {
	rt := u.vu.Runtime()
	object, err := u.request(rt, call.Argument(0).String())
	if err != nil {
		common.Throw(rt, err)
	}
	return object
}

func (u *user) request(rt *sobek.Runtime, event string) (*sobek.Object, error) {
	if err := u.open(); err != nil {
		return nil, err
	}
	r, err := u.lane.Request(u.vu.Context(), event, u.extension.take(u.source.segment))
	if err != nil {
		return nil, err
	}
	if u.source.options.to == "" {
		r.URL = ""
	}
	if u.shown == nil {
		u.shown = newShown(rt)
	}
	return u.shown.event(&r), nil
}

// deliver is deliver(event, {count}) of a script: so many events that nobody else sends, one after the other over the virtual
// user's connection. It is all in k6's metrics, and returns how many there were of each outcome and status.
func (u *user) deliver(call sobek.FunctionCall) sobek.Value {
	rt := u.vu.Runtime()
	sum, err := u.send(call.Argument(0).String(), call.Argument(1))
	if err != nil {
		common.Throw(rt, err)
	}
	return rt.ToValue(sum)
}

func (u *user) send(event string, options sobek.Value) (map[string]any, error) {
	count, err := countOf(options)
	if err != nil {
		return nil, err
	}
	if u.source.options.to == "" {
		return nil, errors.New("hookrig: deliver: want the receiver's URL: contract(name, {to: …})")
	}
	if err := u.open(); err != nil {
		return nil, err
	}
	ctx := u.vu.Context()
	m := newMeter(u.vu.State(), event, u.source.options.to, int(count))
	err = u.exchange(ctx, m, event, count)
	m.push(ctx)
	if err != nil && ctx.Err() == nil {
		return nil, err
	}
	return m.sum(), nil
}

// exchange sends until all is sent or the virtual user has to stop.
func (u *user) exchange(ctx context.Context, m *meter, event string, count int64) error {
	for range count {
		if ctx.Err() != nil {
			return nil
		}
		d, err := u.lane.Deliver(ctx, event, u.extension.take(u.source.segment))
		if err != nil {
			return err
		}
		m.add(&d)
	}
	return nil
}

// maxCount keeps the samples of one call, which are handed over at its end, within some megabytes.
const maxCount = 10_000

// countOf reads {count}; without it one event is sent.
func countOf(options sobek.Value) (int64, error) {
	if sobek.IsUndefined(options) || sobek.IsNull(options) {
		return 1, nil
	}
	given, ok := options.Export().(map[string]any)
	if !ok {
		return 0, fmt.Errorf("hookrig: deliver: options: want an object such as {count: 100}, got %s", options)
	}
	count := int64(1)
	for name, value := range given {
		n, ok := value.(int64)
		switch {
		case name != "count":
			return 0, fmt.Errorf("hookrig: deliver: unknown option %q: want count", name)
		case !ok || n < 1 || n > maxCount:
			return 0, fmt.Errorf("hookrig: deliver: count: %v: want a whole number from 1 to %d", value, maxCount)
		}
		count = n
	}
	return count, nil
}

// taken tells whether a receiver took an event, as its policy reads the reply.
func taken(d *load.Delivered) bool {
	return d.Answer == mocksender.Acknowledged || d.Answer == mocksender.Undocumented
}

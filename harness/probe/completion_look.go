package probe

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/mocksender"
)

// Run looks until ctx ends.
func (c *Completion) Run(ctx context.Context) {
	switch {
	case c.single:
		var looking sync.WaitGroup
		for range c.config.Looks {
			looking.Go(func() { c.watch(ctx) })
		}
		looking.Wait()
	case c.config.IDs != "":
		c.every(ctx, c.list)
	default:
		c.every(ctx, c.total)
	}
}

// every looks again and again.
func (c *Completion) every(ctx context.Context, look func(context.Context) error) {
	tick := time.NewTicker(c.config.Interval)
	defer tick.Stop()
	for {
		c.note(ctx, look(ctx))
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// note keeps why a look failed, unless it was stopped.
func (c *Completion) note(ctx context.Context, err error) {
	if err != nil && ctx.Err() != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.result.Problem = ""
	if err != nil {
		c.result.Problem = err.Error()
	}
}

// watch follows one event after the other to its effect.
func (c *Completion) watch(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case f := <-c.arrivals:
			message := f.message
			one, stop := context.WithCancel(ctx)
			c.every(one, func(ctx context.Context) error {
				n, err := c.probe.Effects(ctx, message)
				if n > 0 {
					c.mu.Lock()
					c.complete(f, time.Now())
					c.mu.Unlock()
					stop()
				}
				return err
			})
			stop()
		}
	}
}

// total compares the number of processed events to that of acknowledged ones.
func (c *Completion) total(ctx context.Context) error {
	n, err := c.probe.Effects(ctx, mocksender.Message{})
	if err != nil {
		return err
	}
	at := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.order) > 0 && c.result.Processed < uint64(max(0, n-c.start)) { //nolint:gosec // not negative
		c.complete(c.order[0], at)
	}
	return nil
}

// maxList is the longest list of keys that is read, in bytes.
const maxList = 64 << 20

// list reads the keys of processed events: all of them at once, or one in each line as they come.
func (c *Completion) list(ctx context.Context) error {
	_, err := c.probe.ask(ctx, c.config.URL, func(r *http.Response) error {
		if kind := r.Header.Get("Content-Type"); strings.Contains(kind, "ndjson") || strings.Contains(kind, "event-stream") {
			return c.stream(r.Body)
		}
		return c.whole(r.Body)
	})
	return err
}

// whole reads all keys at once.
func (c *Completion) whole(r io.Reader) error {
	body, err := read(r, maxList)
	if errors.Is(err, errTooLong) {
		return fmt.Errorf("%w: a stream has no such limit", err)
	}
	if err != nil {
		return err
	}
	found := gjson.GetBytes(body, c.config.IDs)
	if !found.IsArray() {
		return fmt.Errorf("ids %q: no list in the answer", c.config.IDs)
	}
	at := time.Now()
	found.ForEach(func(_, id gjson.Result) bool {
		c.processed(id.String(), at, false)
		return true
	})
	return nil
}

// stream reads lines, each a JSON document, or an event of server-sent events.
func (c *Completion) stream(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxReply)
	for lines.Scan() {
		line := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte("data:")))
		if id := gjson.GetBytes(line, c.config.IDs); id.Exists() {
			c.processed(id.String(), time.Now(), true)
		}
	}
	return lines.Err()
}

// processed completes the event with a key. A stream tells of each event once, maybe before its acknowledgement is known here.
func (c *Completion) processed(key string, at time.Time, once bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if f := c.open[key]; f != nil {
		c.complete(f, at)
		return
	}
	c.stray = key
	if once && len(c.early) < maxFollowed {
		c.early[key] = at
	}
}

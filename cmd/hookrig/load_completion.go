package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/mocksender"
)

// completionFlags say how to see that acknowledged events were processed.
type completionFlags struct {
	url, count, ids, key string
	wait                 time.Duration
}

func (c *completionFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&c.url, "probe-url", "", "`URL` that shows what was processed; with {data.customer.customer_id} or the like, of one event")
	f.StringVar(&c.count, "probe-count", "", "gjson `path` to a number, or to an array to be counted, in the probe's answer")
	f.StringVar(&c.ids, "probe-ids", "", "gjson `path` to the list of the processed events' keys in the probe's answer, or to the key in a line of its stream")
	f.StringVar(&c.key, "probe-key", "", "what the keys are: @id, @sha256 of the body, or a `path` into the payload (default @id)")
	f.DurationVar(&c.wait, "probe-for", 10*time.Second, "how long after the run acknowledged events are looked for")
}

// probing reads the flags.
func (l *loading) probing() error {
	p := &l.probe
	switch {
	case p.url == "" && (p.ids != "" || p.key != ""):
		return usagef("--probe-ids, --probe-key: want --probe-url too")
	case p.url == "":
		return nil
	case l.flags.findMax:
		return usage(errors.New("--find-max and --probe-url: a search is many runs, and the probe is for one"))
	}
	count := p.count
	if p.ids == "" {
		count = first(count, defaultCount)
	}
	var err error
	l.completion, err = probe.NewCompletion(probe.CompletionConfig{IDs: p.ids, Key: p.key, Config: probe.Config{URL: p.url, Count: count,
		Header: l.to.header, Transport: harness.Transport(l.to.guard, l.to.tls, l.to.proxy)}})
	if err != nil {
		return usage(fmt.Errorf("--probe-%s", strings.ReplaceAll(err.Error(), "\n", "\n--probe-")))
	}
	l.config.Acknowledged = l.completion.Acknowledged
	return nil
}

// follow begins to look. The function that it returns waits for what is left, and says what was seen.
func (l *loading) follow(ctx context.Context) (func() (*probe.Completed, error), error) {
	if l.completion == nil {
		return func() (*probe.Completed, error) { return nil, nil }, nil
	}
	if err := l.completion.Begin(ctx); err != nil {
		return nil, usage(err)
	}
	l.say("looking at %s for what was processed", mocksender.Delivery{URL: l.probe.url}.Redacted().URL)
	looking, stop := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		l.completion.Run(looking)
		close(ended)
	}()
	return func() (*probe.Completed, error) {
		l.await(ctx)
		stop()
		<-ended
		r, err := l.completion.Result()
		return &r, err
	}, nil
}

// await gives the receiver time to process what it acknowledged.
func (l *loading) await(ctx context.Context) {
	const look = 20 * time.Millisecond
	limit := time.NewTimer(l.probe.wait)
	defer limit.Stop()
	tick := time.NewTicker(look)
	defer tick.Stop()
	for !l.completion.Settled() {
		select {
		case <-ctx.Done():
			return
		case <-limit.C:
			return
		case <-tick.C:
		}
	}
}

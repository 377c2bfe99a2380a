package main

import (
	"context"
	"errors"
	"io"
	"iter"
	"sync"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// task is one delivery of a run.
type task struct {
	event    chosen
	delivery mocksender.Delivery
}

// tasks makes the deliveries of a new run, one when it is its turn.
func (s *sending) tasks(events []chosen, o payload.Options) iter.Seq2[task, error] {
	return func(yield func(task, error) bool) {
		for at := range s.payload.spots(len(events)) {
			e := events[at.index]
			name := e.contract.Name()
			m, err := messageAt(s.makers[name], e.event.Name, at, o)
			j := task{event: e}
			if err == nil {
				j.delivery = s.rigs[name].Plan(m)
			}
			if !yield(j, err) {
				return
			}
		}
	}
}

// allTasks returns what the run has to do: everything new, or what is left of the run that is
// resumed. It is in the journal before anything is sent, so that nothing that was queued is lost.
func (s *sending) allTasks(events []chosen, o payload.Options, file *recordFile) ([]task, error) {
	if s.resumed != nil {
		return s.left(events)
	}
	var all []task
	for j, err := range s.tasks(events, o) {
		if err != nil {
			return nil, err
		}
		all = append(all, j)
	}
	return all, file.queue(all, s.to.secret)
}

// queue writes the deliveries of a run before they are sent, and syncs once.
func (r *recordFile) queue(all []task, secret mocksender.Secret) error {
	if r.file == nil {
		return nil
	}
	journal := mocksender.NewJournal(struct{ io.Writer }{r.file}, secret)
	for _, j := range all {
		if err := journal.Observe(j.delivery); err != nil {
			return err
		}
	}
	return nil // the first attempt's line syncs these too
}

// journal returns what writes the attempts to the record, nil without one.
func (r *recordFile) journal(secret mocksender.Secret) *mocksender.Journal {
	if r.file == nil {
		return nil
	}
	return mocksender.NewJournal(r.file, secret)
}

func inOrder(all []task) iter.Seq2[task, error] {
	return func(yield func(task, error) bool) {
		for _, j := range all {
			if !yield(j, nil) {
				return
			}
		}
	}
}

// deliverEach delivers one after the other, or as many at once as the faults need.
func (s *sending) deliverEach(ctx context.Context, tasks iter.Seq2[task, error]) error {
	var group []task
	for j, err := range tasks {
		if err != nil {
			return err
		}
		if group = append(group, j); len(group) < s.line.Parallel() {
			continue
		}
		if err := s.deliverTogether(ctx, group); err != nil {
			return err
		}
		group = nil
	}
	return s.deliverTogether(ctx, group)
}

func (s *sending) deliverTogether(ctx context.Context, group []task) error {
	if len(group) == 1 {
		return s.deliver(ctx, group[0])
	}
	problems := make([]error, len(group))
	var all sync.WaitGroup
	for i, j := range group {
		all.Go(func() { problems[i] = s.deliver(ctx, j) })
	}
	all.Wait()
	return errors.Join(problems...)
}

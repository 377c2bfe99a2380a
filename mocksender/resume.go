package mocksender

import (
	"context"
	"errors"
	"fmt"
	"syscall"
)

// Resumption is a delivery of an interrupted run.
type Resumption struct {
	// Delivery is ready for [Sender.Deliver]; if Settled, there is nothing left to do.
	Delivery Delivery
	Settled  bool
	// MayHaveArrived tells that the receiver may have the event already although no attempt was
	// acknowledged, and Why says how, in words: going on may deliver it twice.
	MayHaveArrived bool
	Why            string
}

// ErrOtherBody says that a body that was made again is not the one that was sent before.
var ErrOtherBody = errors.New("not the body that was sent before")

// Resume says how a delivery of an interrupted run stands, and prepares it to be continued: an attempt that
// was under way is noted as one that may have arrived, and the policy says when the next one is due, from the
// end of the last. A delivery that the run's end cancelled, or that its endpoint held, goes on.
//
// remake makes the message again, since a record has no credentials; nil takes the message as it is recorded.
// Either must have the very bytes that were sent, or the error is [ErrOtherBody], wrapped. A URL with
// credentials the caller puts back.
func (s *Sender) Resume(r Recorded, remake func(Delivery) (Message, error)) (Resumption, error) {
	d := r.Delivery
	if d.Outcome != "" && d.Outcome != Cancelled && d.Outcome != Held {
		return Resumption{Delivery: d, Settled: true}, nil
	}
	if err := r.restore(&d, remake); err != nil {
		return Resumption{}, err
	}
	if next := d.Next; next != nil && !next.Begun.IsZero() {
		d.Attempts = append(d.Attempts[:len(d.Attempts):len(d.Attempts)], interrupted(next))
	}
	d.Outcome, d.Next = "", nil
	out := Resumption{Delivery: d}
	out.Why, out.MayHaveArrived = unseen(d.Attempts)
	if len(d.Attempts) > 0 {
		s.settle(context.Background(), &out.Delivery)
		out.Settled = out.Delivery.Outcome != ""
	}
	return out, nil
}

// unseen says by which of the attempts the event may have arrived unanswered; the last one counts.
func unseen(attempts []Attempt) (why string, ok bool) {
	for i := range attempts {
		if a := &attempts[i]; a.Reply == nil && a.MayHaveArrived {
			why, ok = fmt.Sprintf("attempt %d: no whole reply", a.Number), true
			if a.Failure != nil {
				why = fmt.Sprintf("attempt %d: %s", a.Number, a.Failure.Text)
			}
		}
	}
	return why, ok
}

// interrupted is the attempt that was under way when its run broke off.
func interrupted(next *Retry) Attempt {
	return Attempt{
		Number: next.Number, Planned: next.At, Wait: next.Wait, Sent: next.Begun, Settled: next.Begun,
		Failure:        &Failure{Kind: FailureCancelled, Text: "the run broke off during the exchange"},
		MayHaveArrived: true, Acknowledged: Unacknowledged,
	}
}

// restore puts the sent message in place of the recorded one.
func (r *Recorded) restore(d *Delivery, remake func(Delivery) (Message, error)) error {
	if remake == nil {
		if !r.Whole() {
			return fmt.Errorf("delivery %s: %w: credentials were removed from the record, and nothing makes it again", d.ID, ErrOtherBody)
		}
		return nil
	}
	m, err := remake(*d)
	if err != nil {
		return fmt.Errorf("delivery %s: message: %w", d.ID, err)
	}
	if r.BodySHA256 != "" && !r.fits(m.Body) {
		return fmt.Errorf("delivery %s: %w: check contract, seed and secret", d.ID, ErrOtherBody)
	}
	d.Message = m
	return nil
}

// unsyncable tells that a file is of a kind that has no disk behind it.
func unsyncable(err error) bool {
	return errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP)
}

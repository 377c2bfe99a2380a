package load

import "time"

// Times counts durations as a run counts its own: to three digits, in memory that does not grow with their number. The zero value
// is empty. It is not safe for concurrent use.
type Times struct{ h histogram }

// Record counts a duration; a negative one counts as 0.
func (t *Times) Record(d time.Duration) { t.h.record(d) }

// Summary is what was counted, with the distribution. The error says that the distribution cannot be written.
func (t *Times) Summary() (Summary, error) { return t.h.whole() }

// Acknowledgement is an attempt that the receiver took. It is good during the call alone.
type Acknowledgement struct {
	// Event is the event's name, Number its place in the run, ID its identity.
	Event, ID string
	Number    uint64
	// Body is the payload. It must not be kept or changed.
	Body []byte
	// Due is when the attempt was meant to be sent, Taken when its reply was whole.
	Due, Taken time.Time
}

// acknowledged tells who wants to know.
func (w *worker) acknowledged(j *job, done time.Duration) {
	tell := w.e.config.Acknowledged
	if tell == nil {
		return
	}
	s := &w.shot
	tell(&Acknowledgement{Event: s.event.Name, ID: string(s.id), Number: j.number, Body: s.body(),
		Due: w.e.start.Add(j.due), Taken: w.e.start.Add(done)})
}

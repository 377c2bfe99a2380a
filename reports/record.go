package reports

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/hookrig/hookrig/harness"
)

// NDJSON writes the run record: one JSON object per line, the header first, then
// scenarios, deliveries and findings, and the summary of a run that ended. [Read]
// reads it back.
//
// The error is w's, or says that a value has no JSON form.
func NDJSON(w io.Writer, run harness.Run) error {
	recorder := NewRecorder(w)
	err := recorder.Record(harness.Record{Header: &run.Header})
	for i := range run.Scenarios {
		err = errors.Join(err, recorder.Record(harness.Record{Scenario: &run.Scenarios[i]}))
	}
	for i := range run.Deliveries {
		err = errors.Join(err, recorder.Record(harness.Record{Delivery: &run.Deliveries[i]}))
	}
	for i := range run.Changes {
		err = errors.Join(err, recorder.Record(harness.Record{Change: &run.Changes[i]}))
	}
	for i := range run.Findings {
		err = errors.Join(err, recorder.Record(harness.Record{Finding: &run.Findings[i]}))
	}
	for i := range run.Seconds {
		err = errors.Join(err, recorder.Record(harness.Record{Second: &run.Seconds[i]}))
	}
	if run.Load != nil {
		err = errors.Join(err, recorder.Record(harness.Record{Load: run.Load}))
	}
	if run.Summary != nil {
		err = errors.Join(err, recorder.Record(harness.Record{Summary: run.Summary}))
	}
	return err
}

// Recorder writes a run record while the run goes on, one whole line per write, so
// that a run that dies leaves everything up to its last record. It may be used
// concurrently. Make one with [NewRecorder].
type Recorder struct {
	mu      sync.Mutex
	w       io.Writer
	started bool
	err     error // the first write error; nothing is written after it
}

// NewRecorder returns a Recorder that writes to w without buffering.
func NewRecorder(w io.Writer) *Recorder { return &Recorder{w: w} }

// Record writes one record. The first must be the header, and later ones must not;
// exactly one of the record's pointers must be set. Kind and the header's Version
// are filled in. Credentials are taken out. After a failed write every call returns that error.
func (r *Recorder) Record(record harness.Record) error {
	kind, err := kindOf(&record)
	if err != nil {
		return err
	}
	record.Kind = kind
	line, err := json.Marshal(recordWithoutSecrets(record))
	if err != nil {
		return fmt.Errorf("%s record: %w", kind, err)
	}
	return r.write(kind, append(line, '\n'))
}

func (r *Recorder) write(kind string, line []byte) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.err != nil {
		return r.err
	}
	if first := kind == kindHeader; first == r.started {
		return fmt.Errorf("%s record: the header comes first, and once", kind)
	}
	r.started = true
	_, r.err = r.w.Write(line)
	return r.err
}

const (
	kindHeader   = "header"
	kindScenario = "scenario"
	kindDelivery = "delivery"
	kindChange   = "change"
	kindFinding  = "finding"
	kindSecond   = "second"
	kindLoad     = "load"
	kindSummary  = "summary"
	// kindProgress is a delivery as a [mocksender.Journal] writes it: under way.
	kindProgress = "progress"
)

// kindOf names the pointer that is set.
func kindOf(record *harness.Record) (string, error) {
	kind, set := "", 0
	for _, field := range []struct {
		kind string
		set  bool
	}{
		{kindHeader, record.Header != nil},
		{kindScenario, record.Scenario != nil},
		{kindDelivery, record.Delivery != nil},
		{kindChange, record.Change != nil},
		{kindFinding, record.Finding != nil},
		{kindSecond, record.Second != nil},
		{kindLoad, record.Load != nil},
		{kindSummary, record.Summary != nil},
	} {
		if field.set {
			kind = field.kind
			set++
		}
	}
	if set != 1 {
		return "", fmt.Errorf("record: holds %d things, want exactly one", set)
	}
	return kind, nil
}

// recordWithoutSecrets copies what it changes: the caller's run stays as it is.
func recordWithoutSecrets(record harness.Record) harness.Record {
	switch {
	case record.Header != nil:
		header := headerRecordWithoutSecrets(*record.Header)
		header.Version = harness.RecordVersion
		record.Header = &header
	case record.Delivery != nil:
		delivery := deliveryWithoutSecrets(*record.Delivery)
		record.Delivery = &delivery
	case record.Finding != nil:
		finding := findingWithoutSecrets(*record.Finding)
		record.Finding = &finding
	}
	return record
}

package reports

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// ErrTruncated is matched by the error of [Read] when the record's last line is cut off and
// nothing else is wrong. The run that comes with it holds everything before.
var ErrTruncated = errors.New("the last line is cut off")

// ErrOlder is matched by the error of [Read] when the record is of a version that is read no more.
var ErrOlder = errors.New("the record is older than this hookrig reads")

// ErrNewer is matched by the error of [Read] when a newer hookrig wrote the record.
var ErrNewer = errors.New("the record is newer than this hookrig reads")

const (
	// maxLine bounds the memory that one line may take.
	maxLine = 64 << 20
	// maxProblems bounds the errors that are listed.
	maxProblems = 10
)

// Read collects a run record that [NDJSON] or a [Recorder] wrote.
//
// A last line that was cut off, as a killed run leaves it, is tolerated: the run is good up to
// there, and the error matches [ErrTruncated]. Deliveries of which only a journal tells, because
// the run broke off, are in the run as they were last; they count as cancelled unless an attempt
// was acknowledged. Any other error means that the
// run must not be used; it names each bad line by its number, from 1. A record of a
// newer version is refused with an error that matches [ErrNewer], one of an older version that is read no more with [ErrOlder].
func Read(r io.Reader) (harness.Run, error) {
	d := decoder{r: bufio.NewReader(r), progress: map[string]*mocksender.Delivery{}}
	for d.next() {
		d.decode()
	}
	if err := d.failure(); err != nil {
		return harness.Run{}, err
	}
	for _, id := range d.begun {
		if p := d.progress[id]; p != nil {
			p.Outcome = cmp.Or(p.Outcome, mocksender.OutcomeOf(p.Attempts, true))
			d.run.Deliveries = append(d.run.Deliveries, *p)
			delete(d.progress, id)
		}
	}
	return d.run, d.truncated
}

type decoder struct {
	r         *bufio.Reader
	number    int    // of the line, from 1
	text      []byte // the line without its end
	whole     bool   // the line has its end
	started   bool   // the header was read
	run       harness.Run
	progress  map[string]*mocksender.Delivery // by ID, without those that were recorded as settled
	begun     []string                        // the IDs of progress, in order
	problems  []error
	more      int // problems that are not listed
	truncated error
	fatal     error // nothing after it can be read
}

// next reads one line that is not empty.
func (d *decoder) next() bool {
	for d.fatal == nil {
		line, err := readLine(d.r)
		if len(line) > 0 {
			d.number++
		}
		d.whole = bytes.HasSuffix(line, []byte("\n"))
		d.text = bytes.TrimSpace(line)
		switch {
		case err != nil && !errors.Is(err, io.EOF):
			d.fatal = fmt.Errorf("line %d: %w", d.number, err)
			return false
		case len(d.text) > 0:
			return true
		case err != nil:
			return false
		}
	}
	return false
}

// readLine reads up to and with the next line end, but no more than [maxLine] bytes.
func readLine(r *bufio.Reader) ([]byte, error) {
	var line []byte
	for {
		part, err := r.ReadSlice('\n')
		line = append(line, part...)
		if len(line) > maxLine {
			return line, fmt.Errorf("longer than %d MiB", maxLine>>20)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return line, err
		}
	}
}

func (d *decoder) decode() {
	var probe struct {
		Kind   string `json:"kind"`
		Header *struct {
			Version int `json:"version"`
		} `json:"header"`
	}
	var record harness.Record
	err := json.Unmarshal(d.text, &probe)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax) && !d.whole && d.started:
		d.truncated = fmt.Errorf("line %d: %w; the run is reported up to there", d.number, ErrTruncated)
		return
	case err == nil && probe.Header != nil && probe.Header.Version > harness.RecordVersion:
		// Looked at before the rest, which a newer version may have changed.
		d.fatal = fmt.Errorf("line %d: %w: it has version %d, and this hookrig knows up to %d; use the hookrig that wrote it, or a newer one",
			d.number, ErrNewer, probe.Header.Version, harness.RecordVersion)
		return
	case err == nil:
		err = json.Unmarshal(d.text, &record)
	}
	if err == nil {
		err = d.collect(&record)
	}
	switch {
	case err == nil:
	case errors.Is(err, ErrOlder):
		d.fatal = fmt.Errorf("line %d: %w", d.number, err)
	case !d.started:
		d.fatal = fmt.Errorf("line %d: not a hookrig run record: %w", d.number, err)
	case len(d.problems) < maxProblems:
		d.problems = append(d.problems, fmt.Errorf("line %d: %w", d.number, err))
	default:
		d.more++
	}
}

// collect adds one record to the run.
func (d *decoder) collect(record *harness.Record) error {
	kind, err := kindOf(record)
	switch {
	case record.Kind == "":
		return errors.New(`"kind" is missing`)
	case !known(record.Kind):
		return fmt.Errorf("unknown kind %q (known: header, scenario, progress, delivery, change, finding, second, load, summary)", record.Kind)
	case err != nil:
		return err
	case kind != record.Kind && (kind != kindDelivery || record.Kind != kindProgress):
		return fmt.Errorf("kind is %q, but the line holds a %s", record.Kind, kind)
	case !d.started && kind != kindHeader:
		return fmt.Errorf("it begins with a %s, want a header", kind)
	case d.started && kind == kindHeader:
		return errors.New("a second header: this looks like two records in one file")
	case kind == kindHeader && record.Header.Version < 1:
		return fmt.Errorf("%w: it has version %d, and this hookrig reads from 1 on; run it again to get a new one", ErrOlder, record.Header.Version)
	}
	d.started = true
	d.add(record)
	return nil
}

func (d *decoder) add(record *harness.Record) {
	switch record.Kind {
	case kindHeader:
		d.run.Header = *record.Header
	case kindScenario:
		d.run.Scenarios = append(d.run.Scenarios, *record.Scenario)
	case kindProgress:
		if id := record.Delivery.ID; d.progress[id] == nil {
			d.begun = append(d.begun, id)
		}
		d.progress[record.Delivery.ID] = record.Delivery
	case kindDelivery:
		delete(d.progress, record.Delivery.ID)
		d.run.Deliveries = append(d.run.Deliveries, *record.Delivery)
	case kindChange:
		d.run.Changes = append(d.run.Changes, *record.Change)
	case kindFinding:
		d.run.Findings = append(d.run.Findings, *record.Finding)
	case kindSecond:
		d.run.Seconds = append(d.run.Seconds, *record.Second)
	case kindLoad:
		d.run.Load = record.Load
	case kindSummary:
		d.run.Summary = record.Summary
	}
}

func known(kind string) bool {
	switch kind {
	case kindHeader, kindScenario, kindProgress, kindDelivery, kindChange, kindFinding, kindSecond, kindLoad, kindSummary:
		return true
	}
	return false
}

// failure joins what makes the run unusable, nil when it is usable.
func (d *decoder) failure() error {
	if d.fatal == nil && !d.started {
		return errors.New("empty: a run record begins with a header line")
	}
	list := d.problems
	if d.fatal != nil {
		list = append(list, d.fatal)
	}
	if d.more > 0 {
		list = append(list, fmt.Errorf("and %s more", plural(d.more, "line")))
	}
	if len(list) > 0 && d.truncated != nil {
		list = append(list, d.truncated)
	}
	return errors.Join(list...)
}

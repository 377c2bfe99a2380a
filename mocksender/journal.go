package mocksender

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"sync"
)

// Journal writes what happens to deliveries as NDJSON while it happens, so that a run that breaks off
// loses no evidence: its methods Announce and Observe are for the [Config] of a [Sender]. Each line is
//
//	{"kind":"progress","delivery":{…},"bodySha256":"…"}
//
// with the delivery as it was then, credentials removed, and the hash of the whole body. A Journal is safe
// for concurrent use.
type Journal struct {
	mu      sync.Mutex
	w       io.Writer
	secrets []Secret
}

// NewJournal returns a journal that writes to w. If w has a method Sync() error, as files have, a line is
// on disk when Announce or Observe returns. The secrets are removed wherever they turn up.
func NewJournal(w io.Writer, secrets ...Secret) *Journal { return &Journal{w: w, secrets: secrets} }

// progress is one line of a journal. Lines of a run's record have the same form and other kinds.
type progress struct {
	Kind       string    `json:"kind"`
	Delivery   *Delivery `json:"delivery"`
	BodySHA256 string    `json:"bodySha256,omitempty"`
}

const kindProgress = "progress"

// Announce writes that an attempt begins. The error is that of the writer.
func (j *Journal) Announce(d Delivery) error { return j.write(d) }

// Observe writes how an attempt ended. The error is that of the writer.
func (j *Journal) Observe(d Delivery) error { return j.write(d) }

func (j *Journal) write(d Delivery) error {
	sum := sha256.Sum256(d.Message.Body)
	d = d.Redacted(j.secrets...)
	line, err := json.Marshal(progress{Kind: kindProgress, Delivery: &d, BodySHA256: hex.EncodeToString(sum[:])})
	if err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if _, err := j.w.Write(append(line, '\n')); err != nil {
		return fmt.Errorf("journal: %w", err)
	}
	// Pipes and terminals cannot be synced, and need not be.
	if s, ok := j.w.(interface{ Sync() error }); ok {
		if err := s.Sync(); err != nil && !unsyncable(err) {
			return fmt.Errorf("journal: %w", err)
		}
	}
	return nil
}

// Recorded is a delivery as a journal has it last.
type Recorded struct {
	Delivery Delivery
	// BodySHA256 is the hash of the body before credentials were removed from it, in hex, or "" in a record without.
	BodySHA256 string
}

// Whole tells whether the recorded body is the one that was sent: nothing had to be removed from it.
func (r *Recorded) Whole() bool { return r.BodySHA256 == "" || r.fits(r.Delivery.Message.Body) }

// fits tells whether body is the one that was sent.
func (r *Recorded) fits(body []byte) bool {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]) == r.BodySHA256
}

// maxJournalLine bounds the memory that one line may take, in bytes.
const maxJournalLine = 64 << 20

// ReadJournal reads what a [Journal] wrote, or a run's record, and returns each delivery as it was last,
// in the order in which they were first seen. Lines of other kinds are skipped, and so is a last line that was
// cut off, as a killed run leaves it. Any other line that is not JSON is an error that names its number.
func ReadJournal(r io.Reader) ([]Recorded, error) {
	var all []Recorded
	place := map[string]int{}
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxJournalLine)
	var broken error // becomes an error if another line follows
	for number := 1; lines.Scan(); number++ {
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 {
			continue
		}
		if broken != nil {
			return nil, broken
		}
		var line progress
		if err := json.Unmarshal(text, &line); err != nil {
			broken = fmt.Errorf("line %d: not a record: %w", number, err)
			continue
		}
		if line.Delivery == nil || line.Kind != kindProgress && line.Kind != "delivery" {
			continue
		}
		i, known := place[line.Delivery.ID]
		if !known {
			i = len(all)
			place[line.Delivery.ID] = i
			all = append(all, Recorded{})
		}
		if line.BodySHA256 == "" {
			line.BodySHA256 = all[i].BodySHA256
		}
		all[i] = Recorded{Delivery: *line.Delivery, BodySHA256: line.BodySHA256}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("journal: %w", err)
	}
	if broken != nil && len(all) == 0 {
		return nil, broken
	}
	return all, nil
}

package reports

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// htmlDelivery is a row of the list of deliveries.
type htmlDelivery struct {
	Tags     htmlTags
	At       string
	Event    string
	Outcome  string
	Good     bool
	Attempts []htmlAttempt
}

type htmlAttempt struct {
	Answer mocksender.Answer
	Label  string
}

// htmlEvidence is what was sent and what came back, escaped. It is packed, and the script shows it when a row is
// opened: thousands of them would make the page large, and slow to open.
type htmlEvidence struct {
	ID       string   `json:"i"`
	Cited    []int    `json:"f,omitempty"` // by findings, counted from 1
	Attempts []string `json:"a"`
	Sent     string   `json:"q"`
	Replies  []string `json:"r"`
}

const (
	maxHTMLDeliveries = 10_000
	maxHTMLAttempts   = 30 // of one delivery
	// evidenceBudget bounds the exchanges of all deliveries together, as they are in the page.
	evidenceBudget = 8 << 20
	// evidenceMost bounds what is kept of one delivery, in bytes before it is compressed.
	evidenceMost = 24 << 10
)

// rows lists the deliveries in their order.
func (x *htmlIndex) rows() (list []htmlDelivery, more int) {
	n := min(len(x.run.Deliveries), maxHTMLDeliveries)
	begin := x.span(n).from
	for i := range n {
		d := x.sent(i)
		row := htmlDelivery{Tags: x.tagsOf(i), Event: brief(d.Message.Event.Type), Outcome: sentence(string(d.Outcome)),
			Good: d.Outcome == mocksender.Delivered}
		if row.Outcome == "" {
			row.Outcome = "not settled"
		}
		if at := x.begin(i); !at.IsZero() {
			row.At = fmt.Sprintf("%.3f s", at.Sub(begin).Round(time.Millisecond).Seconds())
		}
		for k := range d.Attempts {
			if k == maxHTMLAttempts {
				row.Attempts = append(row.Attempts, htmlAttempt{Label: fmt.Sprintf("and %d more", len(d.Attempts)-k)})
				break
			}
			a := &d.Attempts[k]
			row.Attempts = append(row.Attempts, htmlAttempt{Answer: a.Acknowledged, Label: attemptLabel(a)})
		}
		list = append(list, row)
	}
	return list, len(x.run.Deliveries) - n
}

// evidence packs the exchanges of the first n deliveries: JSON, compressed, in the alphabet of base64 for addresses, which
// HTML leaves as it is. What findings cite is kept in full as long as it can be.
func (x *htmlIndex) evidence(n int) (string, error) {
	for share := evidenceMost; ; share /= 2 {
		var b bytes.Buffer
		if err := x.pack(&b, n, share); err != nil {
			return "", err
		}
		if base64.RawURLEncoding.EncodedLen(b.Len()) <= evidenceBudget || share == 0 {
			return base64.RawURLEncoding.EncodeToString(b.Bytes()), nil
		}
	}
}

func (x *htmlIndex) pack(w io.Writer, n, share int) error {
	packed := gzip.NewWriter(w)
	encoder := json.NewEncoder(packed)
	for i := range n {
		limit := share
		if len(x.cited[i]) > 0 {
			limit = min(evidenceMost, 4*share)
		}
		if err := encoder.Encode(x.exchanges(i, limit)); err != nil {
			return err
		}
	}
	return packed.Close()
}

// exchanges are the message and the replies of a delivery in about limit bytes.
func (x *htmlIndex) exchanges(i, limit int) htmlEvidence {
	var e htmlEvidence
	d := x.sent(i)
	head := d.Message.Method + " " + d.URL + "\n"
	if d.Message.Query != "" {
		head = d.Message.Method + " " + d.URL + "?" + d.Message.Query + "\n"
	}
	header := d.Message.Header
	if len(d.Attempts) > 0 {
		header = d.Attempts[0].Header
	}
	e.ID, e.Cited = brief(d.ID), x.cited[i]
	share := limit / 2 / max(1, len(d.Attempts))
	for k := range d.Attempts {
		if k == maxHTMLAttempts {
			break
		}
		e.Replies = append(e.Replies, evidenceText(answerText(&d.Attempts[k]), share))
		e.Attempts = append(e.Attempts, shorten(sentence(exchange(&d.Attempts[k])), 300))
		limit -= len(e.Replies[k])
	}
	e.Sent = evidenceText(head+headText(header)+"\n"+string(d.Message.Body)+laterBodies(d), max(limit, share))
	return e
}

// laterBodies are those of attempts that did not repeat the first one's.
func laterBodies(d *mocksender.Delivery) string {
	var b strings.Builder
	for i := range d.Attempts {
		if a := &d.Attempts[i]; a.Body != nil {
			fmt.Fprintf(&b, "\n\nAttempt %d, made anew:\n%s", a.Number, a.Body)
		}
	}
	return b.String()
}

func answerText(a *mocksender.Attempt) string {
	reply, note := a.Reply, ""
	if a.Failure != nil {
		reply, note = a.Failure.Partial, a.Failure.Text+"\n"
	}
	if reply == nil {
		return note
	}
	return fmt.Sprintf("%s%s %d %s\n%s\n%s", note, reply.Proto, reply.Status, reply.Reason, headText(reply.Header), reply.Body)
}

// evidenceText escapes a text line by line. It cuts it at limit bytes, and says so.
func evidenceText(text string, limit int) string {
	begin := beginning(text, limit)
	escaped := strings.Join(visibleLines(begin), "\n")
	if rest := len(text) - len(begin); rest > 0 {
		escaped += fmt.Sprintf(" … %d bytes more: the NDJSON record has them", rest)
	}
	return escaped
}

// beginning is at most limit bytes of a text, whole characters only.
func beginning(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	for limit > 0 && s[limit]&0xC0 == 0x80 {
		limit--
	}
	return s[:limit]
}

package fault

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"
)

// exchange is one request and its reply, with what the faults make of them. A fault
// changes a few of its fields; conn carries them out.
type exchange struct {
	head   []string // request line and headers
	body   []byte
	random *rand.Rand // of the fault that is being applied

	// Before the request: how long it is held, how long a used connection must have been
	// idle, and where it takes its turn among others.
	hold, idle time.Duration
	turn       *room

	// The request: how often it is sent, and how.
	copies   int  // besides itself
	together bool // all at once, otherwise one after the other
	chunk    int  // bytes of a chunk; 0: not chunked
	piece    int  // bytes of a write; 0: as it comes
	// Bytes per second, of everything, of the head and of the body; 0: no limit.
	rate, headRate, bodyRate int
	expect                   time.Duration // how long to wait for 100 Continue before the body; 0: not
	keep                     float64       // share of the body that is sent
	after                    ending

	// The reply: one of our own in place of the receiver's, how long it is held, what happens to it.
	instead   []byte
	replyHold time.Duration
	loss      loss
}

// ending is what happens to the connection once the request was written.
type ending int

const (
	open ending = iota
	closed
	broken // reset
)

// loss is how a reply gets lost.
type loss int

const (
	kept loss = iota
	lostInSilence
	lostInReset
)

// takeExchange takes a whole request from the beginning of pending, nil while there is none.
func takeExchange(pending *[]byte) (*exchange, error) {
	head, rest, found := bytes.Cut(*pending, []byte("\r\n\r\n"))
	if !found {
		return nil, nil //nolint:nilnil // it is not there yet
	}
	x := &exchange{head: strings.Split(string(head), "\r\n"), keep: 1}
	length, err := x.length()
	if err != nil || len(rest) < length {
		return nil, err
	}
	x.body = bytes.Clone(rest[:length])
	*pending = rest[length:]
	return x, nil
}

func (x *exchange) length() (int, error) {
	if i := x.header("Content-Length"); i > 0 {
		_, value, _ := strings.Cut(x.head[i], ":")
		return strconv.Atoi(strings.TrimSpace(value))
	}
	return 0, nil
}

// header returns the line of a header, 0 if there is none.
func (x *exchange) header(name string) int {
	for i, line := range x.head[1:] {
		if n, _, _ := strings.Cut(line, ":"); strings.EqualFold(n, name) {
			return i + 1
		}
	}
	return 0
}

// set gives a header that is there another line, and adds one that is not.
func (x *exchange) set(name, line string) {
	if i := x.header(name); i > 0 {
		x.head[i] = line
		return
	}
	x.head = append(x.head, line)
}

// written returns head and body as they go on the wire.
func (x *exchange) written() (head, body []byte) {
	body = x.body
	lines := strings.Join(x.head, "\r\n")
	if x.chunk > 0 {
		body = chunks(body, x.chunk)
	}
	return []byte(lines + "\r\n\r\n"), body[:int(float64(len(body))*x.keep)]
}

// chunks frames a body, https://www.rfc-editor.org/rfc/rfc9112#section-7.1.
func chunks(body []byte, size int) []byte {
	var b bytes.Buffer
	for from := 0; from < len(body); from += size {
		part := body[from:min(from+size, len(body))]
		_, _ = fmt.Fprintf(&b, "%x\r\n%s\r\n", len(part), part) // a buffer takes everything
	}
	b.WriteString("0\r\n\r\n")
	return b.Bytes()
}

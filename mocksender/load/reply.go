package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Limits of a reply, in bytes; a longer one is not read to its end.
const (
	maxReplyHead = 256 << 10
	maxReplyBody = 1 << 20
	maxInterim   = 16 // replies of status 1xx before the real one
	replyBuffer  = 4 << 10
)

// replyError is a reply that is not HTTP/1.x as RFC 9112 has it.
type replyError struct{ text string }

func (e *replyError) Error() string { return e.text }

func malformed(format string, args ...any) error { return &replyError{fmt.Sprintf(format, args...)} }

// reply is what is kept of a reply.
type reply struct {
	status     int
	retryAfter string // the header's value, kept for replies that are not 2xx
	head, body int    // bytes
	// last tells that the connection ends with this reply.
	last bool
	// truncated tells that the body was longer than [maxReplyBody] and not read to its end.
	truncated bool
}

// replyReader reads replies, strictly and without keeping their bodies. An error of fill is
// returned as it is, io.EOF as io.ErrUnexpectedEOF once a reply began, and what is not HTTP as a [*replyError].
type replyReader struct {
	fill  func(into []byte) (int, error)
	buf   []byte
	r, w  int
	begun bool // a byte of the present reply was read
}

// buffered tells that the receiver sent more than the replies that were read.
func (b *replyReader) buffered() bool { return b.r < b.w }

// more reads at least one more byte.
func (b *replyReader) more() error {
	if b.r == b.w {
		b.r, b.w = 0, 0
	}
	if b.w == len(b.buf) {
		if b.r > 0 {
			b.w = copy(b.buf, b.buf[b.r:b.w])
			b.r = 0
		} else {
			b.buf = append(b.buf, make([]byte, max(len(b.buf), replyBuffer))...)
		}
	}
	n, err := b.fill(b.buf[b.w:])
	b.w += n
	if n > 0 {
		b.begun = true
		return nil
	}
	if errors.Is(err, io.EOF) && b.begun {
		return io.ErrUnexpectedEOF
	}
	if err == nil {
		return io.ErrNoProgress
	}
	return err
}

// line returns the next line without its end; it is valid until the next read. room is what is left for it.
func (b *replyReader) line(room *int) ([]byte, error) {
	for searched := b.r; ; {
		if i := bytes.IndexByte(b.buf[searched:b.w], '\n'); i >= 0 {
			line := b.buf[b.r : searched+i]
			b.r = searched + i + 1
			if *room -= len(line) + 1; *room < 0 {
				return nil, malformed("its header is over %d bytes", maxReplyHead)
			}
			return bytes.TrimSuffix(line, []byte("\r")), nil
		}
		length := b.w - b.r
		if length > *room {
			return nil, malformed("its header is over %d bytes", maxReplyHead)
		}
		if err := b.more(); err != nil {
			return nil, err
		}
		searched = b.r + length
	}
}

// framing is what a reply's header says of its body and connection.
type framing struct {
	length    int64 // -1: not said
	chunked   bool
	close     bool
	keepAlive bool
}

// read reads one reply.
func (b *replyReader) read() (reply, error) {
	b.begun = b.buffered()
	for range maxInterim {
		out, f, err := b.readHead()
		if err != nil {
			return out, err
		}
		if out.status == 101 {
			return out, malformed("it answers 101, and nothing was asked to be switched")
		}
		if out.status >= 200 {
			err = b.readBody(&out, f)
			return out, err
		}
	}
	return reply{}, malformed("more than %d replies of status 1xx", maxInterim)
}

func (b *replyReader) readHead() (reply, framing, error) {
	room := maxReplyHead
	out, f := reply{}, framing{length: -1}
	line, err := b.line(&room)
	if err != nil {
		return out, f, err
	}
	var minor byte
	if out.status, minor, err = statusLine(line); err != nil {
		return out, f, err
	}
	for {
		if line, err = b.line(&room); err != nil {
			return out, f, err
		}
		if len(line) == 0 {
			break
		}
		if err := f.header(line, &out); err != nil {
			return out, f, err
		}
	}
	out.head = maxReplyHead - room
	out.last = f.close || minor == '0' && !f.keepAlive
	return out, f, nil
}

// statusLine reads "HTTP/1.1 200 OK" (RFC 9112, section 4).
func statusLine(line []byte) (status int, minor byte, err error) {
	const form = "HTTP/1.x 200"
	if len(line) < len(form) || string(line[:7]) != "HTTP/1." || line[7] != '0' && line[7] != '1' || line[8] != ' ' || len(line) > len(form) && line[len(form)] != ' ' {
		return 0, 0, malformed("its first line is %.40q, want HTTP/1.1 and a status", line)
	}
	for _, c := range line[9:12] {
		if c < '0' || c > '9' {
			return 0, 0, malformed("its status is %q, want three digits", line[9:12])
		}
		status = 10*status + int(c-'0')
	}
	if status < 100 {
		return 0, 0, malformed("its status is %d, want 100 or more", status)
	}
	return status, line[7], nil
}

// header reads one header line, and keeps what matters here.
func (f *framing) header(line []byte, out *reply) error {
	colon := bytes.IndexByte(line, ':')
	if colon <= 0 || !isToken(line[:colon]) {
		return malformed("%.40q is no header line", line)
	}
	name, value := line[:colon], bytes.Trim(line[colon+1:], " \t")
	switch len(name) { // cheaper than comparing every name
	case len("content-length"):
		if equalFold(name, "content-length") {
			return f.contentLength(value)
		}
	case len("transfer-encoding"):
		if equalFold(name, "transfer-encoding") {
			if f.chunked || !equalFold(value, "chunked") {
				return malformed("its Transfer-Encoding is %.40q, want chunked, once", value)
			}
			f.chunked = true
		}
	case len("connection"):
		if equalFold(name, "connection") {
			f.connection(value)
		}
	case len("retry-after"):
		if equalFold(name, "retry-after") && out.status >= 300 {
			out.retryAfter = string(value)
		}
	}
	return nil
}

func (f *framing) connection(value []byte) {
	for option := range bytes.SplitSeq(value, []byte(",")) {
		option = bytes.Trim(option, " \t")
		f.close = f.close || equalFold(option, "close")
		f.keepAlive = f.keepAlive || equalFold(option, "keep-alive")
	}
}

func (f *framing) contentLength(value []byte) error {
	const digits = 18 // fit an int64
	if len(value) == 0 || len(value) > digits {
		return malformed("its Content-Length is %.40q", value)
	}
	n := int64(0)
	for _, c := range value {
		if c < '0' || c > '9' {
			return malformed("its Content-Length is %.40q", value)
		}
		n = 10*n + int64(c-'0')
	}
	if f.length >= 0 && f.length != n {
		return malformed("it has two Content-Lengths, %d and %d", f.length, n)
	}
	f.length = n
	return nil
}

func equalFold(b []byte, lower string) bool { return strings.EqualFold(string(b), lower) }

// isToken tells whether name is a token of RFC 9110, section 5.6.2.
func isToken(name []byte) bool {
	for _, c := range name {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-' {
			continue
		}
		if !strings.ContainsRune("!#$%&'*+.^_`|~", rune(c)) {
			return false
		}
	}
	return true
}

// readBody reads past the body (RFC 9112, section 6.3).
func (b *replyReader) readBody(out *reply, f framing) error {
	switch {
	case out.status == 204 || out.status == 304:
		return nil
	case f.chunked:
		out.last = out.last || f.length >= 0 // two framings: what follows cannot be trusted
		return b.readChunks(out)
	case f.length >= 0:
		return b.skip(f.length, out)
	}
	out.last = true
	for !out.truncated {
		err := b.skip(1, out)
		if errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// skip reads past n bytes of the body, or gives up at the limit.
func (b *replyReader) skip(n int64, out *reply) error {
	for n > 0 {
		if out.body >= maxReplyBody {
			out.truncated, out.last = true, true
			return nil
		}
		if b.r == b.w {
			if err := b.more(); err != nil {
				return err
			}
		}
		part := min(n, int64(b.w-b.r), int64(maxReplyBody-out.body))
		b.r += int(part)
		out.body += int(part)
		n -= part
	}
	return nil
}

func (b *replyReader) readChunks(out *reply) error {
	for {
		room := maxReplyHead
		line, err := b.line(&room)
		if err != nil {
			return err
		}
		size, err := chunkSize(line)
		if err != nil {
			return err
		}
		if size == 0 {
			return b.readTrailer()
		}
		if err := b.skip(size, out); err != nil || out.truncated {
			return err
		}
		if line, err = b.line(&room); err != nil {
			return err
		}
		if len(line) > 0 {
			return malformed("a chunk of its body is longer than it says")
		}
	}
}

// chunkSize reads the hexadecimal size before a chunk; extensions are ignored.
func chunkSize(line []byte) (int64, error) {
	digits, _, _ := bytes.Cut(line, []byte(";"))
	digits = bytes.TrimRight(digits, " \t")
	const most = 15 // hexadecimal digits that fit an int64
	if len(digits) == 0 || len(digits) > most {
		return 0, malformed("the size of a chunk is %.40q", line)
	}
	n := int64(0)
	for _, c := range digits {
		i := strings.IndexByte("0123456789abcdef", c|0x20)
		if c >= '0' && c <= '9' {
			i = int(c - '0')
		}
		if i < 0 || c < '0' {
			return 0, malformed("the size of a chunk is %.40q", line)
		}
		n = n<<4 | int64(i)
	}
	return n, nil
}

func (b *replyReader) readTrailer() error {
	for room := maxReplyHead; ; {
		line, err := b.line(&room)
		if err != nil || len(line) == 0 {
			return err
		}
	}
}

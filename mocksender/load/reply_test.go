package load

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
)

// readFrom reads one reply from r, and returns the reader for more.
func readFrom(r io.Reader) (reply, *replyReader, error) {
	b := &replyReader{buf: make([]byte, 64), fill: r.Read}
	out, err := b.read()
	return out, b, err
}

func TestReplies(t *testing.T) {
	long := strings.Repeat("x", 10_000)
	for _, test := range []struct {
		name, wire string
		want       reply
		refused    string // a part of the error
	}{
		{name: "plain", wire: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", want: reply{status: 200, body: 2}},
		{name: "no reason", wire: "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", want: reply{status: 200}},
		{name: "line ends without CR", wire: "HTTP/1.1 200 OK\nContent-Length: 2\n\nok", want: reply{status: 200, body: 2}},
		{name: "no body by its status", wire: "HTTP/1.1 204 No Content\r\n\r\n", want: reply{status: 204}},
		{name: "chunked", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3;a=b\r\nabc\r\nA\r\n0123456789\r\n0\r\nX: y\r\n\r\n", want: reply{status: 200, body: 13}},
		{name: "until it closes", wire: "HTTP/1.1 200 OK\r\n\r\nhello", want: reply{status: 200, body: 5, last: true}},
		{name: "the last one", wire: "HTTP/1.1 503 Down\r\nConnection: x, Close\r\nContent-Length: 0\r\n\r\n", want: reply{status: 503, last: true}},
		{name: "HTTP/1.0", wire: "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", want: reply{status: 200, last: true}},
		{name: "HTTP/1.0 kept alive", wire: "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n", want: reply{status: 200}},
		{name: "interim replies", wire: "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 201 C\r\nContent-Length: 0\r\n\r\n", want: reply{status: 201}},
		{name: "Retry-After", wire: "HTTP/1.1 429 Slow\r\nretry-after: 120\r\nContent-Length: 0\r\n\r\n", want: reply{status: 429, retryAfter: "120"}},
		{name: "a long header", wire: "HTTP/1.1 200 OK\r\nX: " + long + "\r\nContent-Length: 1\r\n\r\n1", want: reply{status: 200, body: 1}},
		{name: "both framings", wire: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", want: reply{status: 200, last: true}},
		{name: "too much", wire: "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + strings.Repeat(long, 200), want: reply{status: 200, body: maxReplyBody, last: true, truncated: true}},

		{name: "not HTTP", wire: "SSH-2.0-OpenSSH\r\n", refused: "its first line"},
		{name: "HTTP/2", wire: "HTTP/2.0 200 OK\r\n\r\n", refused: "its first line"},
		{name: "a status of four digits", wire: "HTTP/1.1 2000 OK\r\n\r\n", refused: "its first line"},
		{name: "a status that is none", wire: "HTTP/1.1 2x0 OK\r\n\r\n", refused: "three digits"},
		{name: "status 99", wire: "HTTP/1.1 099 OK\r\n\r\n", refused: "100 or more"},
		{name: "a switch", wire: "HTTP/1.1 101 S\r\n\r\n", refused: "101"},
		{name: "interim replies without end", wire: strings.Repeat("HTTP/1.1 100 C\r\n\r\n", 99), refused: "more than 16"},
		{name: "no name", wire: "HTTP/1.1 200 OK\r\n: x\r\n\r\n", refused: "no header line"},
		{name: "a space before the colon", wire: "HTTP/1.1 200 OK\r\nContent-Length : 0\r\n\r\n", refused: "no header line"},
		{name: "a folded line", wire: "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", refused: "no header line"},
		{name: "two lengths", wire: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n12", refused: "two Content-Lengths"},
		{name: "a negative length", wire: "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", refused: "Content-Length"},
		{name: "a length beyond int64", wire: "HTTP/1.1 200 OK\r\nContent-Length: 9999999999999999999\r\n\r\n", refused: "Content-Length"},
		{name: "another coding", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", refused: "Transfer-Encoding"},
		{name: "a chunk without size", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", refused: "the size of a chunk"},
		{name: "a chunk that is too long", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n0\r\n\r\n", refused: "longer than it says"},
		{name: "a header without end", wire: "HTTP/1.1 200 OK\r\n" + strings.Repeat("A: "+long+"\r\n", 30), refused: "over 262144 bytes"},
		{name: "cut off", wire: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", refused: io.ErrUnexpectedEOF.Error()},
		{name: "cut off in a chunk", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", refused: io.ErrUnexpectedEOF.Error()},
		{name: "nothing", refused: io.EOF.Error()},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, _, err := readFrom(strings.NewReader(test.wire))
			bytewise, _, byteErr := readFrom(iotest.OneByteReader(strings.NewReader(test.wire)))
			if test.refused != "" {
				if err == nil || byteErr == nil || !strings.Contains(err.Error(), test.refused) || !strings.Contains(byteErr.Error(), test.refused) {
					t.Errorf("errors %v and byte by byte %v, want %q", err, byteErr, test.refused)
				}
				return
			}
			if at := strings.Index(test.wire, "\r\n\r\n"); at >= 0 && !strings.HasPrefix(test.wire, "HTTP/1.1 1") { // interim replies have heads of their own
				test.want.head = at + 4
			} else {
				got.head, bytewise.head = 0, 0
			}
			if err != nil || got != test.want || byteErr != nil || bytewise != test.want {
				t.Errorf("got %+v, %v and byte by byte %+v, %v, want %+v", got, err, bytewise, byteErr, test.want)
			}
		})
	}
}

func TestRepliesOneAfterTheOther(t *testing.T) {
	_, b, err := readFrom(strings.NewReader("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"))
	if err != nil || !b.buffered() {
		t.Fatalf("error %v, buffered %t", err, b.buffered())
	}
	if second, err := b.read(); err != nil || second.status != 404 || b.buffered() {
		t.Errorf("second %+v, %v, buffered %t", second, err, b.buffered())
	}
}

// FuzzReply checks that nothing a receiver sends makes the reader panic or hang, and that where net/http takes a
// reply of the same bytes too, both see the same one.
func FuzzReply(f *testing.F) {
	for _, seed := range []string{
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		"HTTP/1.0 204 No Content\r\nConnection: keep-alive\r\n\r\n",
		"HTTP/1.1 100 C\r\n\r\nHTTP/1.1 500 E\r\nRetry-After: 1\r\n\r\nx",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		got, b, err := readFrom(bytes.NewReader(wire))
		slow, _, slowErr := readFrom(iotest.OneByteReader(bytes.NewReader(wire)))
		if (err == nil) != (slowErr == nil) || err == nil && got != slow {
			t.Fatalf("at once %+v, %v; byte by byte %+v, %v", got, err, slow, slowErr)
		}
		if cap(b.buf) > 2*maxReplyHead {
			t.Fatalf("%d bytes of memory", cap(b.buf))
		}
		if err != nil || got.truncated || bytes.HasPrefix(wire, []byte("HTTP/1.1 1")) || bytes.HasPrefix(wire, []byte("HTTP/1.0 1")) {
			return
		}
		response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(wire)), &http.Request{Method: http.MethodPost})
		if err != nil {
			return
		}
		body, err := io.ReadAll(response.Body)
		if err == nil && (response.StatusCode != got.status || len(body) != got.body) {
			t.Fatalf("net/http reads %d with %d bytes, we %+v", response.StatusCode, len(body), got)
		}
	})
}

func TestBrokenConnectionsAreTold(t *testing.T) {
	broke := errors.New("broke")
	_, _, err := readFrom(iotest.ErrReader(broke))
	if !errors.Is(err, broke) {
		t.Errorf("error %v", err)
	}
}

package receiver_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/harness/receiver"
)

// One connection takes requests in both spellings, also behind a body that looks like a head.
func TestSpellingOfHeaderNamesIsSeen(t *testing.T) {
	flaw, err := receiver.FlawNamed("crashes-on-lower-case-headers")
	if err != nil {
		t.Fatal(err)
	}
	c := config(t)
	c.Flaw, c.MaxBody = flaw.Apply, 1<<20
	s := start(t, c)
	connection, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = connection.Close() }()
	answers := bufio.NewReader(connection)
	trap := `{"kind":"order.paid","key":"s3cret","order":{"number":%d},"x":"` + strings.Repeat("POST /shop HTTP/1.1 ", 5000) + `"}`
	for i, row := range []struct {
		names  string
		status int
	}{
		{"Host: h\r\nContent-Type: application/json\r\nX-Key: s3cret", 200},
		{"host: h\r\ncontent-type: application/json\r\nx-key: s3cret", 500},
		{"HOST: h\r\nContent-Type: application/json\r\nX-KEY: s3cret", 200},
		{"Host: h\r\nCONTENT-TYPE: application/json\r\nX-Key: s3cret", 500},
	} {
		body := fmt.Sprintf(trap, i)
		_, err := fmt.Fprintf(connection, "POST /shop HTTP/1.1\r\n%s\r\nContent-Length: %d\r\n\r\n%s", row.names, len(body), body)
		if err != nil {
			t.Fatal(err)
		}
		response, err := http.ReadResponse(answers, nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, response.Body); err != nil {
			t.Fatal(err)
		}
		if response.StatusCode != row.status {
			t.Errorf("%q: got %d, want %d", row.names, response.StatusCode, row.status)
		}
	}
}

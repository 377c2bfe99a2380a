package contract_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// largeDocument writes an OpenAPI document of about the given size with that many webhooks, whose schemas refer to each
// other in circles of so many.
func largeDocument(webhooks, bytes, circle int) string {
	var b strings.Builder
	b.Grow(bytes + bytes/8)
	b.WriteString("openapi: 3.1.0\ninfo:\n  title: Large\n  version: '1'\nwebhooks:\n")
	for i := range webhooks {
		fmt.Fprintf(&b, "  event.%d:\n    post:\n      requestBody:\n        required: true\n        content:\n          application/json:\n            schema:\n              $ref: '#/components/schemas/S%d'\n      responses:\n        '200':\n          description: OK\n", i, i)
	}
	b.WriteString("components:\n  schemas:\n")
	perSchema := (bytes - b.Len()) / webhooks
	for i := range webhooks {
		from := b.Len()
		fmt.Fprintf(&b, "    S%d:\n      type: object\n      required: [f0]\n      properties:\n        next:\n          $ref: '#/components/schemas/S%d'\n        self:\n          $ref: '#/components/schemas/S%d'\n", i, i-i%circle+(i+1)%circle, i)
		for f := 0; b.Len()-from < perSchema; f++ {
			fmt.Fprintf(&b, "        f%d:\n          type: string\n          description: The field number %d of schema %d, which nobody reads.\n          maxLength: 40\n          example: something\n", f, f, i)
		}
	}
	return b.String()
}

// TestLargeDocuments bounds the time generously, since a shared machine under the race detector is slow: what it would
// notice is work that grows with the square of the document. BenchmarkLoadLarge measures.
func TestLargeDocuments(t *testing.T) {
	text := largeDocument(300, 2<<20, 4)
	begin := time.Now()
	c := parse(t, text)
	if got := len(c.Events()); got != 300 {
		t.Fatalf("%d events", got)
	}
	if got := c.CheckPayload("event.299", nil, []byte(`{"f0":1}`)); len(got) != 1 {
		t.Errorf("got %+v", got)
	}
	if took := time.Since(begin); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}

// An event that needs all of a document is judged as any other.
func TestAnEventThatNeedsTheWholeDocument(t *testing.T) {
	c := parse(t, largeDocument(300, 1<<20, 300))
	if got := c.CheckPayload("event.7", nil, []byte(`{"f0":"","next":{"f0":"","next":{"f0":""}}}`)); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
	got := c.CheckPayload("event.299", nil, []byte(`{"f0":"","next":{"f0":"","next":{"f0":"","next":{"f1":2}}}}`))
	if len(got) != 2 || got[0].Instance != "/next/next/next" || got[1].Instance != "/next/next/next/f1" {
		t.Fatalf("got %+v", got)
	}
	if text := strings.Split(largeDocument(300, 1<<20, 300), "\n")[got[1].Pos.Line-1]; strings.TrimSpace(text) != "type: string" {
		t.Errorf("%v is %q", got[1].Pos, text)
	}
}

// BenchmarkWholeDocument compiles the schema of an event that needs all of a document of 10 MB.
func BenchmarkWholeDocument(b *testing.B) {
	text := []byte(largeDocument(300, 10<<20, 300))
	for b.Loop() {
		c, err := contract.Parse("large.yaml", text)
		if err != nil {
			b.Fatal(err)
		}
		c.CheckPayload("event.0", nil, []byte(`{}`))
	}
}

// BenchmarkLoadLarge reads a document of 10 MB with 300 webhooks and lists its events, and fails beyond 3 s. It reports the memory that is kept.
func BenchmarkLoadLarge(b *testing.B) {
	text := []byte(largeDocument(300, 10<<20, 4))
	b.SetBytes(int64(len(text)))
	var kept *contract.Contract
	for b.Loop() {
		begin := time.Now()
		c, err := contract.Parse("large.yaml", text)
		if err != nil || len(c.Events()) != 300 {
			b.Fatal(err)
		}
		if took := time.Since(begin); took > 3*time.Second {
			b.Errorf("took %v", took)
		}
		kept = c
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MiB-kept")
	runtime.KeepAlive(kept)
}

// BenchmarkFirstUse compiles the schema of one event of that document.
func BenchmarkFirstUse(b *testing.B) {
	c, err := contract.Parse("large.yaml", []byte(largeDocument(300, 10<<20, 4)))
	if err != nil {
		b.Fatal(err)
	}
	i := 0
	for b.Loop() {
		if _, err := c.Payload(fmt.Sprintf("event.%d", i%300)); err != nil {
			b.Fatal(err)
		}
		c.CheckPayload(fmt.Sprintf("event.%d", i%300), nil, []byte(`{}`))
		i += 4
	}
}

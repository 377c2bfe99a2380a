package payload_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// largeContract is a document of about the given size with 300 webhooks: schemas of
// many described members that refer to themselves and, four by four, to each other.
func largeContract(bytes int) string {
	const webhooks = 300
	var b strings.Builder
	b.WriteString("openapi: 3.1.0\ninfo: {title: Large, version: '1'}\nwebhooks:\n")
	for i := range webhooks {
		fmt.Fprintf(&b, "  event.%d: {post: {requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/S%d'}}}}}}\n", i, i)
	}
	b.WriteString("components:\n  schemas:\n")
	kinds := []string{"type: string, maxLength: 40", "type: integer, minimum: 1", "type: string, format: date-time", "type: string, enum: [active, paused, ended]",
		"type: number, minimum: 0, maximum: 100", "type: boolean", "type: array, items: {type: string}, maxItems: 3", "type: string, pattern: '^[A-Z]{2}-[0-9]{4}$'"}
	share := (bytes - b.Len()) / webhooks
	for i := range webhooks {
		from := b.Len()
		fmt.Fprintf(&b, "    S%d:\n      type: object\n      required: [f0, f1]\n      properties:\n        next: {$ref: '#/components/schemas/S%d'}\n        self: {$ref: '#/components/schemas/S%d'}\n", i, i-i%4+(i+1)%4, i)
		for f := 0; b.Len()-from < share; f++ {
			fmt.Fprintf(&b, "        f%d: {%s, description: 'The member number %d of schema %d. %s'}\n", f, kinds[f%len(kinds)], f, i, strings.Repeat("What it says here nobody reads. ", 10))
		}
	}
	return b.String()
}

// BenchmarkCompileLarge is the first event of a document of 10 MB with 300 webhooks,
// from the document that is read to a plan that is proved.
func BenchmarkCompileLarge(b *testing.B) {
	c, err := contract.Parse("large.yaml", []byte(largeContract(10<<20)))
	if err != nil {
		b.Fatal(err)
	}
	n := 0
	for b.Loop() {
		if _, err := payload.Compile(c, fmt.Sprintf("event.%d", n%300), payload.Options{Time: time.Date(2026, 1, 15, 3, 0, 0, 0, time.UTC)}); err != nil {
			b.Fatal(err)
		}
		n += 4 // none of them shares a schema with those before
	}
}

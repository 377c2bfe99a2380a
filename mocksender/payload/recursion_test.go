package payload_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender/payload"
)

// tangle is a document in which each of n schemas refers to all of them.
func tangle(n int) string {
	var b strings.Builder
	b.WriteString("openapi: 3.1.0\ninfo: {title: Tangle, version: '1'}\nwebhooks:\n  e: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/S0'}}}}}}\ncomponents:\n  schemas:\n")
	for i := range n {
		fmt.Fprintf(&b, "    S%d:\n      type: object\n      required: [name]\n      properties:\n        name: {type: string}\n        children: {type: array, items: {$ref: '#/components/schemas/S%d'}}\n", i, i)
		for k := range n {
			fmt.Fprintf(&b, "        to%d: {$ref: '#/components/schemas/S%d'}\n", k, k)
		}
	}
	return b.String()
}

// TestTangledSchemas: schemas that refer to each other in all directions make
// payloads of a bounded size; the number of ways through them is
// 9 factorial.
func TestTangledSchemas(t *testing.T) {
	c := parse(t, tangle(9))
	for _, profile := range []payload.Profile{payload.Full} {
		p, err := payload.Compile(c, "e", payload.Options{Time: clock, Profile: profile})
		if err != nil {
			t.Errorf("%s: %v", profile, err)
			continue
		}
		body := p.Append(nil, &payload.Subject{Time: clock})
		if len(body) > 1<<20 || p.Pools() > 32<<20 {
			t.Errorf("%s: a payload of %d bytes, pools of %d", profile, len(body), p.Pools())
		}
	}
}

// TestRecursionIsShownOnce: a list of a schema's own kind holds some, which hold no
// more; a single optional member of it is left out of ordinary payloads and shown in full ones.
func TestRecursionIsShownOnce(t *testing.T) {
	c := parse(t, tangle(1))
	made := func(profile payload.Profile) (all string) {
		p, err := payload.Compile(c, "e", payload.Options{Time: clock, Profile: profile})
		if err != nil {
			t.Fatal(err)
		}
		for i := range uint64(20) {
			all += string(p.Append(nil, &payload.Subject{Number: i, Event: i, Time: clock}))
		}
		return all
	}
	typical, full := made(payload.Typical), made(payload.Full)
	if !strings.Contains(typical, `"children":[{"name"`) || strings.Contains(typical, "to0") {
		t.Errorf("typical: %.300s", typical)
	}
	if !strings.Contains(full, `"to0":{"name"`) || strings.Contains(full, `"to0":{"name":"a","to0"`) {
		t.Errorf("full: %.300s", full)
	}
}

package contract_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// realDocument is a document of real size and all that real ones have: 300 webhooks, schemas that refer to themselves and to
// each other, over three files, by pointers, $anchor, $dynamicRef and $defs, and callbacks. Together they have about the given
// number of bytes.
func realDocument(bytes int) fstest.MapFS {
	const webhooks, files = 300, 3
	var main strings.Builder
	main.WriteString("openapi: 3.1.0\ninfo: {title: Real, version: '1'}\nwebhooks:\n")
	for i := range webhooks {
		fmt.Fprintf(&main, "  thing.%d.changed:\n    post:\n      operationId: thing%dChanged\n      requestBody:\n        required: true\n        content:\n          application/json:\n            schema: {$ref: 'schemas/s%d.yaml#/schemas/S%d'}\n      responses: {'2XX': {description: OK}}\n", i, i, i%files, i)
	}
	main.WriteString("paths:\n  /hooks:\n    post:\n      callbacks:\n        ping: {'{$request.body#/url}': {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Tree'}}}}}}}\n      responses: {'200': {description: OK}}\n")
	main.WriteString("components:\n  schemas:\n    Tree: {$id: 'https://example.com/tree', $dynamicAnchor: node, type: object, properties: {children: {type: array, items: {$dynamicRef: '#node'}}}}\n")
	fsys := fstest.MapFS{"api.yaml": {Data: []byte(main.String())}}
	for f := range files {
		var b strings.Builder
		b.WriteString("schemas:\n")
		for i := f; i < webhooks; i += files {
			from := b.Len()
			fmt.Fprintf(&b, "  S%d:\n    $anchor: a%d\n    type: object\n    required: [f0, own]\n    properties:\n      self: {$ref: '#a%d'}\n      next: {$ref: '#/schemas/S%d'}\n      other: {$ref: 's%d.yaml#/schemas/S%d'}\n      tree: {$ref: '../api.yaml#/components/schemas/Tree'}\n      own: {$ref: '#/schemas/S%d/$defs/own'}\n    $defs:\n      own: {type: object, properties: {n: {type: integer}}}\n", i, i, i, i-i%12+(i+3)%12, (i+1)%files, i-i%12+(i+1)%12, i)
			b.WriteString("    patternProperties:\n      '^x': {type: string}\n    dependentSchemas:\n")
			for n := 0; b.Len()-from < (bytes-main.Len())/webhooks; n++ {
				fmt.Fprintf(&b, "      f%d:\n        description: What holds when member number %d of schema %d is there.\n        maxProperties: 4000\n", n, n, i)
			}
		}
		fsys[fmt.Sprintf("schemas/s%d.yaml", f)] = &fstest.MapFile{Data: []byte(b.String())}
	}
	return fsys
}

func TestDocumentsOfRealShape(t *testing.T) {
	c, err := contract.Load(realDocument(400<<10), "api.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if n := len(c.Events()); n != 301 {
		t.Errorf("%d events", n)
	}
	good := `{"f0":1,"own":{"n":1},"self":{"f0":1,"own":{}},"other":{"f0":1,"own":{},"tree":{"children":[{"children":[]}]}}}`
	wantNone(t, c.CheckPayload("thing.17.changed", nil, []byte(good)))
	for _, change := range [][2]string{{`"n":1`, `"n":"x"`}, {`"children":[]`, `"children":1`}, {`"self":{"f0":1,`, `"self":{`}} {
		if got := c.CheckPayload("thing.17.changed", nil, []byte(strings.Replace(good, change[0], change[1], 1))); len(got) != 1 {
			t.Errorf("%s: %+v", change[1], got)
		}
	}
	if got := c.CheckPayload("ping", nil, []byte(`{"children":[{"children":1}]}`)); len(got) != 1 {
		t.Errorf("callback: %+v", got)
	}
}

// BenchmarkLoadReal loads and lists a document of 10 MB in four files, and fails beyond 3 s or 1 GiB of living heap. Files
// are read when they are first needed: "list" reads the main one, "one event" all of them, and "everything" follows all
// references of all events, which nobody has to wait for.
func BenchmarkLoadReal(b *testing.B) {
	fsys := realDocument(10 << 20)
	run := func(name string, most time.Duration, use func(*contract.Contract)) {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				begin := time.Now()
				c, err := contract.Load(fsys, "api.yaml")
				if err != nil || len(c.Events()) != 301 {
					b.Fatal(err)
				}
				use(c)
				if took := time.Since(begin); took > most {
					b.Errorf("took %v", took)
				}
				boundHeap(b)
				runtime.KeepAlive(c)
			}
		})
	}
	run("list", 3*time.Second, func(*contract.Contract) {})
	run("one event", 3*time.Second, func(c *contract.Contract) {
		if got := c.CheckPayload("thing.17.changed", nil, []byte(`{"f0":1,"own":{}}`)); len(got) != 0 {
			b.Errorf("%+v", got)
		}
	})
	run("everything", 30*time.Second, func(c *contract.Contract) {
		for _, e := range c.Events() {
			if _, err := c.Payload(e.Name); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// boundHeap reports the living heap and fails above 1 GiB.
func boundHeap(b *testing.B) {
	b.Helper()
	b.StopTimer()
	defer b.StartTimer()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.HeapAlloc)/(1<<20), "MiB")
	if m.HeapAlloc > 1<<30 {
		b.Errorf("%d MiB", m.HeapAlloc>>20)
	}
}

// BenchmarkCheckLarge finds the faults of a document of 10 MB, 76,000 examples among them.
func BenchmarkCheckLarge(b *testing.B) {
	text := []byte(largeDocument(300, 10<<20, 4))
	for b.Loop() {
		c, err := contract.Parse("large.yaml", text)
		if err != nil {
			b.Fatal(err)
		}
		if problems := c.Check(); len(problems) != 0 {
			b.Fatal(problems[0])
		}
	}
}

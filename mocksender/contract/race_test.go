package contract_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// TestFirstUseMayBeConcurrent is worth its name only under the race detector.
func TestFirstUseMayBeConcurrent(t *testing.T) {
	t.Parallel()
	c := parse(t, guarded+"paths: {}\n")
	header := http.Header{"Content-Type": {"application/json"}, "X-Request-Id": {"1"}, "X-Attempt": {"2"}, "Cookie": {"session=abc"}, "X-Token": {"x"}}
	bad := header.Clone()
	bad.Del("X-Request-Id")
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range 32 {
		all.Go(func() {
			<-start
			for range 20 {
				if got := c.CheckPayload("w", header, []byte(`{}`)); len(got) != 0 {
					t.Errorf("goroutine %d: %+v", i, got)
				}
				if got := c.CheckPayload("w", bad, []byte(`[]`)); len(got) != 2 {
					t.Errorf("goroutine %d: %+v", i, got)
				}
				if got := c.CheckPayload("free", header, []byte(`{}`)); len(got) != 0 {
					t.Errorf("goroutine %d: %+v", i, got)
				}
				if _, err := c.Payload("w"); err != nil {
					t.Error(err)
				}
				c.CheckReply("w", contract.Reply{Status: 200})
			}
		})
	}
	close(start)
	all.Wait()
}

func TestFirstUseOfSchemasAndSecondOpinionsMayBeConcurrent(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("openapi: 3.1.0\ninfo: {title: T, version: '1'}\nwebhooks:\n")
	for i := range 8 {
		fmt.Fprintf(&text, "  e%d: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/Node'}}}}, responses: {'200': {description: x, content: {application/json: {schema: {$ref: '#/components/schemas/Node'}}}}}}}\n", i)
	}
	text.WriteString("components: {schemas: {Node: {type: object, required: [id], properties: {id: {type: integer}, child: {$ref: '#/components/schemas/Node'}}}}}\n")
	c := parse(t, text.String())
	var all sync.WaitGroup
	roots := make([]*contract.Schema, 32)
	for i := range 32 {
		all.Go(func() {
			event := fmt.Sprintf("e%d", i%8)
			if got := c.CheckPayload(event, nil, []byte(`{"id":1,"child":{"id":"x"}}`)); len(got) != 1 {
				t.Errorf("%s: %+v", event, got)
			}
			if got, err := c.SecondOpinion(event, []byte(`{"id":1,"child":{"id":"x"}}`)); err != nil || len(got) == 0 {
				t.Errorf("%s: second opinion %+v, %v", event, got, err)
			}
			s, err := c.Payload("e0")
			if err != nil {
				t.Error(err)
				return
			}
			if roots[i], err = c.Resolve(s); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, s := range roots {
		if s != roots[0] {
			t.Fatal("one place gave two schemas")
		}
	}
}

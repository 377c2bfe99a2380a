package contract_test

import (
	"errors"
	"testing"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// FuzzParse: whatever the text, there is a contract that can be used or a *LoadError whose every problem has a place.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "openapi: 3.1.0\n", several, replies, guarded, head + "{$ref: '#/x'}\n", head + "{$dynamicRef: '#x', $id: ':', nullable: true}\n",
		`{"openapi":"3.1.0","webhooks":{"w":{"post":{"requestBody":{"content":{"application/json":{"schema":{"allOf":[{"$ref":"#"}]}}}}}}}}`,
		"a: &a [*a]\n", "a: !!int x\n", "? [a]\n: b\n", "x: {<<: [1]}\n", "{\"a\":1e5,}", "\xff\xfe", head + "{$ref: '#/webhooks/w/post/requestBody/content/application~1json/schema'}\n",
	} {
		f.Add([]byte(seed), true)
		f.Add([]byte(seed), false)
	}
	f.Fuzz(func(t *testing.T, data []byte, json bool) {
		name := map[bool]string{true: "d.json", false: "d.yaml"}[json]
		c, err := contract.Parse(name, data)
		if err != nil {
			var load *contract.LoadError
			if !errors.As(err, &load) || len(load.Problems) == 0 {
				t.Fatalf("error %v (%T)", err, err)
			}
			for _, p := range load.Problems {
				if p.Pos.File != name || p.Pos.Line < 1 || p.Pos.Column < 1 || p.Message == "" {
					t.Errorf("problem without a place: %+v", p)
				}
			}
			return
		}
		for _, e := range c.Events() {
			// What the schema says does not matter here, only that judging ends without a panic.
			_, _ = c.Payload(e.Name)
			c.CheckPayload(e.Name, nil, []byte(`{"a":[1,"x",null]}`))
			c.CheckReply(e.Name, contract.Reply{Status: 200, Body: []byte(`{}`)})
		}
		c.Check()
	})
}

package payload

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// drawer turns the fuzzer's bytes into decisions; behind the last byte all are 0.
type drawer struct{ data []byte }

func (d *drawer) next(n int) int {
	if len(d.data) == 0 {
		return 0
	}
	b := d.data[0]
	d.data = d.data[1:]
	return int(b) % n
}

var (
	fuzzTypes    = []string{"string", "integer", "number", "boolean", "null", "array", "object"}
	fuzzPatterns = []string{"^a", "b$", "^[a-z]{2,4}$", "[0-9]", "^(x|yy)*$", "^(?=.*1).*$", "^(?!a)", `\bq\b`, "^$", "é+"}
	fuzzFormats  = []string{"date", "email", "uuid", "ipv4", "uri", "date-time", "byte", "nonsense"}
	fuzzNames    = []string{"a", "b", "c", "kind"}
	fuzzValues   = []any{nil, true, 0, 3, -1.5, "", "a", "xyy", []any{1}, map[string]any{"a": 1}}
)

func one[T any](d *drawer, list []T) T { return list[d.next(len(list))] }

// schema draws a schema. References lead to the components A and B.
func (d *drawer) schema(depth int) any {
	if depth > 4 || len(d.data) == 0 {
		return d.next(4) > 0
	}
	s := map[string]any{}
	for range 1 + d.next(4) {
		d.keyword(s, depth+1)
	}
	return s
}

func (d *drawer) list(depth int) (out []any) {
	for range 1 + d.next(3) {
		out = append(out, d.schema(depth))
	}
	return out
}

func (d *drawer) named(depth int, names []string) map[string]any {
	out := map[string]any{}
	for range 1 + d.next(3) {
		out[one(d, names)] = d.schema(depth)
	}
	return out
}

func (d *drawer) keyword(s map[string]any, depth int) {
	keywords := []func(){
		func() { s["type"] = one(d, fuzzTypes) },
		func() { s["type"] = []any{one(d, fuzzTypes[:4]), "null"} },
		func() { s["const"] = one(d, fuzzValues) },
		func() { s["enum"] = []any{one(d, fuzzValues), one(d, fuzzValues)} },
		func() { s["minLength"] = d.next(9) },
		func() { s["maxLength"] = d.next(12) },
		func() { s["pattern"] = one(d, fuzzPatterns) },
		func() { s["format"] = one(d, fuzzFormats) },
		func() { s["minimum"] = d.next(20) - 5 },
		func() { s["maximum"] = d.next(30) - 5 },
		func() { s["exclusiveMinimum"] = float64(d.next(20)) / 4 },
		func() { s["exclusiveMaximum"] = float64(d.next(80)) / 4 },
		func() { s["multipleOf"] = []any{1, 2, 3, 0.5, 0.1, 7}[d.next(6)] },
		func() { s["items"] = d.schema(depth) },
		func() { s["prefixItems"] = d.list(depth) },
		func() { s["contains"] = d.schema(depth) },
		func() { s["minContains"] = d.next(4) },
		func() { s["maxContains"] = d.next(4) },
		func() { s["minItems"] = d.next(5) },
		func() { s["maxItems"] = d.next(5) },
		func() { s["uniqueItems"] = true },
		func() { s["properties"] = d.named(depth, fuzzNames) },
		func() { s["patternProperties"] = d.named(depth, fuzzPatterns) },
		func() { s["additionalProperties"] = d.schema(depth) },
		func() { s["propertyNames"] = d.schema(depth) },
		func() { s["required"] = []any{one(d, fuzzNames)} },
		func() { s["required"] = []any{"a", "b"} },
		func() { s["minProperties"] = d.next(4) },
		func() { s["maxProperties"] = d.next(4) },
		func() { s["dependentRequired"] = map[string]any{one(d, fuzzNames): []any{one(d, fuzzNames)}} },
		func() { s["dependentSchemas"] = d.named(depth, fuzzNames) },
		func() { s["unevaluatedProperties"] = d.schema(depth) },
		func() { s["unevaluatedItems"] = d.schema(depth) },
		func() { s["allOf"] = d.list(depth) },
		func() { s["anyOf"] = d.list(depth) },
		func() { s["oneOf"] = d.list(depth) },
		func() { s["not"] = d.schema(depth) },
		func() { s["if"] = d.schema(depth); s["then"] = d.schema(depth); s["else"] = d.schema(depth) },
		func() { s["$ref"] = "#/components/schemas/" + one(d, []string{"A", "B"}) },
		func() { s["contentEncoding"] = one(d, []string{"base64", "base16"}) },
		func() { s["readOnly"] = true },
		func() { s["writeOnly"] = true },
	}
	one(d, keywords)()
}

// Any schema gives an error or a value that the contract's validator accepts,
// without a panic and in bounded time.
func FuzzSolve(f *testing.F) {
	for seed := range uint64(40) {
		r := rand.New(rand.NewPCG(seed, 3))
		data := make([]byte, 10+r.IntN(80))
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := &drawer{data}
		root, a, b := d.schema(0), d.schema(1), d.schema(1)
		text, err := json.Marshal(map[string]any{
			"openapi": "3.1.0", "info": map[string]any{"title": "t", "version": "1"},
			"webhooks": map[string]any{"w": map[string]any{"post": map[string]any{"requestBody": map[string]any{"content": map[string]any{
				"application/json": map[string]any{"schema": root}}}}}},
			"components": map[string]any{"schemas": map[string]any{"A": a, "B": b}},
		})
		if err != nil {
			t.Fatal(err)
		}
		c, err := contract.Parse("fuzz.json", text)
		if err != nil {
			return
		}
		s, err := c.Payload("w")
		if err != nil || s == nil {
			return
		}
		start := time.Now()
		v, err := newSolver(c, gofakeit.NewFaker(rand.NewPCG(uint64(len(data)), 1), false)).solve(s, "w")
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("took %s: %s", took, text)
		}
		if err != nil {
			return
		}
		body, err := encoding{}.appendValue(nil, v)
		if err != nil {
			t.Fatal(err)
		}
		if violations := c.ValidateAt(s, body); len(violations) > 0 && violations[0].Rule != "schema" {
			t.Errorf("%.300s violates %v of %s", body, violations, text)
		}
	})
}

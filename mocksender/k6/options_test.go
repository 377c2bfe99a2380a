package k6

import (
	"strings"
	"testing"
)

func TestOptionsSayEveryProblem(t *testing.T) {
	_, err := readOptions(map[string]any{
		"too": "x", "to": "https://example.com/hooks", "seed": -1.5, "events": "customer.nightly", "timeout": "soon", "profile": "typicl",
		"headers": 3, "traceparent": "yes",
	})
	if err == nil {
		t.Fatal("no error")
	}
	for _, want := range []string{`unknown option "too" (did you mean "to"?)`, "example.com is not loopback", "seed: -1.5", "events: want a list",
		"timeout: ", `"typicl" (did you mean "typical"?)`, "headers: want an object", "traceparent: want true or false"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("lacks %q:\n%v", want, err)
		}
	}
	o, err := readOptions(map[string]any{"to": "http://hooks.staging/", "mayLoad": []any{"hooks.staging"}, "secret": "s3cret", "seed": int64(7)})
	if err != nil || o.seed != 7 || !o.seeded || o.secret.Reveal() != "s3cret" {
		t.Errorf("%+v, %v", o, err)
	}
}

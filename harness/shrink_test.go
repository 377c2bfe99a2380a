package harness_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// TestShrinkNamesTheCause has receivers that refuse for one reason each, and asks for what is left of a payload.
func TestShrinkNamesTheCause(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		refuses func(body gjson.Result) bool
		want    string // the smallest payload
		says    string
	}{
		"too long": {func(b gjson.Result) bool { return utf8.RuneCountInString(b.Get("name").Str) > 20 },
			`{"id":"","name":"aaaaaaaaaaaaaaaaaaaaa"}`, `all in it is plain but /name = "aaaaaaaaaaaaaaaaaaaaa"`},
		"too many": {func(b gjson.Result) bool { return len(b.Get("tags").Array()) > 2 },
			`{"id":"","name":"","tags":["","",""]}`, `plain but /tags = ["","",""]`},
		"an optional member is missing": {func(b gjson.Result) bool { return !b.Get("inner.note").Exists() },
			`{"id":"","name":""}`, "it is taken with /inner, which the contract lets it do without"},
		"everything": {func(gjson.Result) bool { return true }, "", "every payload of the event is refused, the plainest too"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if err != nil || row.refuses(gjson.ParseBytes(body)) {
					w.WriteHeader(http.StatusUnprocessableEntity)
				}
			}))
			defer server.Close()
			got := smallestOf(t, server.URL)
			if !strings.Contains(got.String(), row.says) || row.want != "" && string(got.Body) != row.want || got.Sends > 64 {
				t.Errorf("%d sends: %s", got.Sends, got)
			}
		})
	}
}

// smallestOf reduces the first payload that a receiver refuses.
func smallestOf(t *testing.T, target string) harness.Smallest {
	t.Helper()
	c, err := contract.Parse("small.yaml", []byte(`
openapi: 3.1.0
info: {title: Small, version: "1"}
webhooks:
  made: {post: {requestBody: {content: {application/json: {schema: {type: object, required: [id, name], properties: {
    id: {type: string}, name: {type: string, maxLength: 60}, tags: {type: array, maxItems: 4, items: {type: string}},
    inner: {type: object, required: [note], properties: {note: {type: string}, other: {type: integer}}}}}}}}, responses: {"200": {description: ok}}}}
`))
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Named("zipit")
	if err != nil {
		t.Fatal(err)
	}
	from := config(t, "zipit", target)
	from.Contract, from.Policy = c, p
	r := rig(t, from)
	for _, profile := range []payload.Profile{payload.Boundary, payload.Sparse} {
		for n := range uint64(60) {
			m, err := r.Variant("made", n, profile)
			if err != nil {
				t.Fatal(err)
			}
			d, err := r.Send(t.Context(), m, harness.Shipping{Once: true, Alone: true})
			if err != nil {
				t.Fatal(err)
			}
			if d.Last().Reply.Status == http.StatusUnprocessableEntity {
				smallest, err := r.Shrink(t.Context(), d, 64, time.Minute)
				if err != nil {
					t.Fatal(err)
				}
				return smallest
			}
		}
	}
	t.Fatal("nothing was refused")
	return harness.Smallest{}
}

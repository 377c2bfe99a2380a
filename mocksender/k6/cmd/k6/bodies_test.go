package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// sample is what is known of some bodies of one kind.
type sample struct {
	bodies int
	size   int
	values map[string]map[string]bool // by member
}

func (s *sample) add(t *testing.T, body []byte) {
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		t.Error(err)
		return
	}
	s.bodies, s.size = s.bodies+1, s.size+len(body)
	s.walk("", v)
}

func (s *sample) walk(at string, v any) {
	if object, ok := v.(map[string]any); ok {
		for name, member := range object {
			s.walk(at+"/"+name, member)
		}
		return
	}
	if s.values == nil {
		s.values = map[string]map[string]bool{}
	}
	if s.values[at] == nil {
		s.values[at] = map[string]bool{}
	}
	s.values[at][fmt.Sprint(v)] = true
}

// The benchmark compares hookrig with bodies that are made in JavaScript. They are as valid, as different and as long: what
// varies in hookrig's varies there too, and is unique there too.
func TestBodiesInJavaScriptAreHookrigsEqual(t *testing.T) {
	const bodies = 500
	chargeover, err := contract.Load(fixtures.FS, "contracts/chargeover.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var theirs, ours sample
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		if wrong := chargeover.CheckPayload("customer.nightly", r.Header, body); len(wrong) > 0 {
			t.Errorf("%v\n%s", wrong, body)
		}
		theirs.add(t, body)
	}))
	defer server.Close()
	script, err := filepath.Abs("../../bench/javascript.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"javascript.js", "nightly.js", "run.js"} { // k6 reads them: here it is so that go test sees changes
		if _, err := os.Stat(filepath.Join(filepath.Dir(script), name)); err != nil {
			t.Fatal(err)
		}
	}
	if code, said := start(t.Context(), t, fmt.Sprintf(`import run from 'file://%s';
		export const options = {scenarios: {all: {executor: 'shared-iterations', vus: 4, iterations: %d, maxDuration: '5m'}}};
		export default run;`, filepath.ToSlash(script), bodies), server.URL); code != 0 {
		t.Fatalf("exit %d\n%s", code, said)
	}
	g, err := payload.New(chargeover, payload.Options{Seed: 7, Time: time.Date(2026, 1, 15, 3, 0, 0, 0, time.UTC), Secret: token,
		Profile: payload.Full})
	if err != nil {
		t.Fatal(err)
	}
	for n := range uint64(bodies) {
		m, err := g.Message("customer.nightly", n)
		if err != nil {
			t.Fatal(err)
		}
		ours.add(t, m.Body)
	}
	if theirs.bodies != bodies || math.Abs(float64(theirs.size)/float64(ours.size)-1) > 0.02 {
		t.Errorf("%d bodies of %d bytes, want %d of about %d", theirs.bodies, theirs.size/theirs.bodies, bodies, ours.size/bodies)
	}
	for member, values := range ours.values {
		got := len(theirs.values[member])
		if len(values) > 1 && got < 2 || len(values) == bodies && got != bodies || got == 0 {
			t.Errorf("%s has %d different values, hookrig's %d", member, got, len(values))
		}
	}
}

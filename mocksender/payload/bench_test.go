package payload_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// The benchmarks compare, in one run: a compiled plan (plan), a copy of bytes of
// the same size (copy, which no generator can beat), and encoding/json over the
// decoded payload (json, what a program without plans would do at best, since it
// makes no values at all). Quote the ratios: single figures drift with the machine.
//
//	go test -run '^$' -bench Append -count 6 ./mocksender/payload
var benchEvents = []struct{ contract, event string }{
	{"chargeover", "customer.nightly"},
	{"zipit", "billing:subscriptionStart"},
}

func BenchmarkAppend(b *testing.B) {
	for _, at := range benchEvents {
		p := compiled(b, at.contract, at.event)
		body := p.Append(nil, &payload.Subject{Time: profileTime})
		b.Run(at.event+"/plan", func(b *testing.B) {
			s := &payload.Subject{Time: profileTime}
			buf := make([]byte, 0, 2*len(body))
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				buf = p.Append(buf[:0], s)
				s.Number++
				s.Event++
			}
		})
		b.Run(at.event+"/cold", func(b *testing.B) { benchmarkCold(b, p, len(body)) })
		b.Run(at.event+"/copy", func(b *testing.B) {
			buf := make([]byte, 0, 2*len(body))
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				buf = append(buf[:0], body...)
			}
		})
		b.Run(at.event+"/json", func(b *testing.B) {
			var v map[string]any
			if err := json.Unmarshal(body, &v); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			b.SetBytes(int64(len(body)))
			for b.Loop() {
				if _, err := json.Marshal(v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// benchmarkCold measures a payload as a sender makes it: between two, the system's network code has had the processor's caches.
// Only the time of Append counts, as ns/payload.
func benchmarkCold(b *testing.B, p *payload.Plan, size int) {
	s := &payload.Subject{Time: profileTime}
	buf, others := make([]byte, 0, 2*size), make([]byte, 768<<10)
	const line = 64
	spent := time.Duration(0)
	for b.Loop() {
		for i := 0; i < len(others); i += line {
			others[i]++
		}
		begin := time.Now()
		buf = p.Append(buf[:0], s)
		spent += time.Since(begin)
		s.Number++
		s.Event++
	}
	b.ReportMetric(float64(spent)/float64(b.N), "ns/payload")
}

func compiled(b *testing.B, name, event string) *payload.Plan {
	b.Helper()
	c, err := contract.Load(fixtures.FS, "contracts/"+name+".yaml")
	if err != nil {
		b.Fatal(err)
	}
	p, err := payload.Compile(c, event, payload.Options{Seed: 7, Time: time.Date(2026, 1, 15, 3, 0, 0, 0, time.UTC), Secret: "abc"})
	if err != nil {
		b.Fatal(err)
	}
	return p
}

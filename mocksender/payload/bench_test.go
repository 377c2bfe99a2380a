package payload_test

import (
	"testing"
	"time"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

func BenchmarkAppend(b *testing.B) {
	for _, at := range []struct{ contract, event string }{{"chargeover", "customer.nightly"}, {"zipit", "billing:subscriptionStart"}} {
		b.Run(at.event, func(b *testing.B) {
			c, err := contract.Load(fixtures.FS, "contracts/"+at.contract+".yaml")
			if err != nil {
				b.Fatal(err)
			}
			o := payload.Options{Seed: 7, Time: time.Date(2026, 1, 15, 3, 0, 0, 0, time.UTC), Secret: "abc"}
			p, err := payload.Compile(c, at.event, o)
			if err != nil {
				b.Fatal(err)
			}
			var body []byte
			s := &payload.Subject{Time: o.Time}
			n := uint64(0)
			b.ReportAllocs()
			for b.Loop() {
				s.Number, s.Event = n, n
				body = p.Append(body[:0], s)
				n++
			}
			b.SetBytes(int64(len(body)))
		})
	}
}

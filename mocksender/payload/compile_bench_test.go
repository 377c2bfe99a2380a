package payload_test

import (
	"testing"
	"time"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// BenchmarkCompile is what an event costs before its first payload, the proof by
// 64 validated payloads included: "first" with the validator's own schema, in
// ms/compile (its ns/op counts the reading of the document too), the other without.
func BenchmarkCompile(b *testing.B) {
	for _, at := range []struct{ contract, event string }{{"chargeover", "customer.nightly"}, {"zipit", "billing:subscriptionStart"}} {
		b.Run(at.event+"/first", func(b *testing.B) {
			spent := time.Duration(0)
			for b.Loop() {
				c, err := contract.Load(fixtures.FS, "contracts/"+at.contract+".yaml")
				if err != nil {
					b.Fatal(err)
				}
				before := time.Now()
				if _, err := payload.Compile(c, at.event, payload.Options{Time: clock, Secret: "hush"}); err != nil {
					b.Fatal(err)
				}
				spent += time.Since(before)
			}
			b.ReportMetric(float64(spent.Milliseconds())/float64(b.N), "ms/compile")
		})
		b.Run(at.event, func(b *testing.B) {
			c, err := contract.Load(fixtures.FS, "contracts/"+at.contract+".yaml")
			if err != nil {
				b.Fatal(err)
			}
			c.CheckPayload(at.event, nil, []byte("{}"))
			for b.Loop() {
				if _, err := payload.Compile(c, at.event, payload.Options{Time: clock, Secret: "hush"}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

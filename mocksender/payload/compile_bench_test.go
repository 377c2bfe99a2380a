package payload_test

import (
	"testing"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// BenchmarkCompile is what an event costs before its first payload, the proof by
// 64 validated payloads included. The validator's own schema is compiled before.
func BenchmarkCompile(b *testing.B) {
	for _, at := range []struct{ contract, event string }{{"chargeover", "customer.nightly"}, {"zipit", "billing:subscriptionStart"}} {
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

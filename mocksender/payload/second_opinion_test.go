package payload_test

import (
	"testing"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// Every payload was judged by the schema that it was made from. Here libopenapi-validator, which reads the document by
// itself, judges 64 of each event and profile.
func TestLibopenapiTakesThePayloadsOfEachProfile(t *testing.T) {
	t.Parallel()
	count, profiles := 64, []payload.Profile{payload.Typical, payload.Minimal, payload.Full, payload.Boundary, payload.Sparse}
	if testing.Short() {
		count, profiles = 2, []payload.Profile{payload.Typical, payload.Boundary}
	}
	for _, name := range fixtures.ContractNames() {
		c, err := contract.Load(fixtures.FS, "contracts/"+name+".yaml")
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range c.Events() {
			for _, profile := range profiles {
				p, err := payload.Compile(c, e.Name, payload.Options{Seed: 11, Time: clock, Profile: profile})
				if err != nil {
					t.Fatal(err)
				}
				for i := range uint64(count) {
					body := p.Append(nil, &payload.Subject{Number: i, Event: i, Time: clock})
					found, err := c.SecondOpinion(e.Name, body)
					if err != nil || len(found) > 0 {
						t.Fatalf("%s, %s, payload %d: %v %v\n%s", e.Name, profile, i, found, err, body)
					}
				}
			}
		}
	}
}

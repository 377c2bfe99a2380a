package payload_test

import (
	"testing"

	"github.com/hookrig/hookrig/fixtures"
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
		for _, profile := range profiles {
			g := sharedBuiltIn(t, name, profile)
			for _, e := range g.Contract().Events() {
				for i := range uint64(count) {
					body := bodyOf(t, g, e.Name, i)
					if found, err := g.Contract().SecondOpinion(e.Name, body); err != nil || len(found) > 0 {
						t.Fatalf("%s, %s, payload %d: %v %v\n%s", e.Name, profile, i, found, err, body)
					}
				}
			}
		}
	}
}

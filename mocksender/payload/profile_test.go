package payload

import "testing"

func TestCoveringCodesCoverEveryPair(t *testing.T) {
	t.Parallel()
	for _, columns := range []int{0, 1, 2, 3, 4, 5, 10, 11, 35, 36, 138} {
		codes := coveringCodes(columns)
		if len(codes) != columns {
			t.Fatalf("%d columns: got %d codes", columns, len(codes))
		}
		for i := range codes {
			for j := range i {
				seen := map[[2]uint64]bool{}
				for row := range codes[i].rows {
					seen[[2]uint64{codes[i].absent >> row & 1, codes[j].absent >> row & 1}] = true
				}
				if len(seen) != 4 {
					t.Fatalf("%d columns: %d and %d show only %v", columns, i, j, seen)
				}
			}
		}
	}
}

package payload

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// Profile says which of the many valid payloads are made.
type Profile string

// The profiles. The zero value is Typical.
const (
	Typical  Profile = "typical"  // what the provider is likely to send
	Minimal  Profile = "minimal"  // required members only
	Full     Profile = "full"     // every member, none of them null or empty by chance
	Boundary Profile = "boundary" // values at the limits of what the schema allows
	Sparse   Profile = "sparse"   // optional members come and go, every pair of them in every combination
	Drift    Profile = "drift"    // what a provider may send tomorrow; see [Mutation]
)

// Profiles lists the profiles.
func Profiles() []Profile { return []Profile{Typical, Minimal, Full, Boundary, Sparse, Drift} }

// ParseProfile reads the name of a profile; "" is Typical.
func ParseProfile(name string) (Profile, error) {
	if name == "" {
		return Typical, nil
	}
	p := Profile(name)
	if slices.Contains(Profiles(), p) {
		return p, nil
	}
	words := make([]string, 0, len(Profiles()))
	for _, known := range Profiles() {
		words = append(words, string(known))
	}
	return "", fmt.Errorf("unknown profile %q%s: want %s", name, contract.DidYouMean(name, words), strings.Join(words, ", "))
}

// applyProfile changes which members there are. What values they have is decided
// where the values are made.
func (b *builder) applyProfile() {
	switch b.o.Profile {
	case Typical, "":
		b.root.walk(func(n *node) { n.hidden = n.hidden || n.again && !n.required && n.spec.maker == "" })
	case Minimal:
		b.root.walk(func(n *node) { n.hidden = !n.required })
	case Full:
		b.root.walk(func(n *node) {
			full := *n.spec
			full.nullRate, full.emptyRate, full.omitRate, full.stringRate = 0, 0, 0, 0
			n.spec, n.fewest, n.counts = &full, len(n.children), nil
		})
	case Sparse:
		var optional []*node
		b.root.walk(func(n *node) {
			if !n.required {
				optional = append(optional, n)
			}
		})
		for i, code := range coveringCodes(len(optional)) {
			optional[i].sparse = &sparse{code: code.absent, rows: code.rows, key: keyOf(optional[i].path + "#sparse")}
		}
	}
}

// walk visits a node and everything below it.
func (n *node) walk(visit func(*node)) {
	visit(n)
	for _, child := range n.children {
		child.walk(visit)
	}
}

// sparse leaves out an optional member by a covering array over the event numbers.
type sparse struct {
	code uint64 // bit r is set when the member is absent in row r
	rows uint64
	key  uint64
}

// skips flips whole columns from one pass over the rows to the next, which keeps
// every pair covered and makes other sets.
func (p *sparse) skips(s *Subject) bool {
	row, pass := s.Event%p.rows, s.Event/p.rows
	flip := pass > 0 && mix(pass^p.key)&1 == 1
	return p.code>>row&1 == 1 != flip
}

type coveringCode struct{ absent, rows uint64 }

// coveringCodes returns a binary covering array of strength two with the fewest
// rows, after Kleitman and Spencer (Families of k-independent sets, 1973): a row
// of zeros, and below it for each column another half of the remaining rows.
// Any two columns then show all four combinations.
func coveringCodes(columns int) []coveringCode {
	rows := 2
	for halves(rows-1, (rows+1)/2) < columns {
		rows++
	}
	codes := make([]coveringCode, 0, columns)
	ones := (rows + 1) / 2
	// Gosper's hack walks the subsets of a size in order.
	for set := uint64(1)<<ones - 1; len(codes) < columns; {
		codes = append(codes, coveringCode{absent: set << 1, rows: uint64(rows)}) //nolint:gosec // rows is small
		low := set & -set
		ripple := set + low
		set = (set^ripple)>>2/low | ripple
	}
	return codes
}

// halves is the number of subsets of size k of n elements, at most a million.
func halves(n, k int) int {
	count := 1
	for i := range k {
		count = count * (n - i) / (i + 1)
		if count > 1e6 {
			return 1e6
		}
	}
	return max(count, 0)
}

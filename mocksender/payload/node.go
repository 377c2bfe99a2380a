package payload

import "github.com/hookrig/hookrig/mocksender/contract"

// node is one place of the payload: an object, an array of a few elements, or a leaf.
type node struct {
	path, name string
	parent     *node
	index      int                // the element's index in an array, or -1
	schema     *contract.Schema   // with references followed and allOf merged
	written    *contract.Schema   // as it stands in the document
	kin        []*contract.Schema // the schema as written and what its references lead to
	spec       *spec
	scope      scope
	required   bool
	identity   string  // what the leaf's values are drawn for, where that is not its place
	again      bool    // the same schema stands above
	hidden     bool    // the profile leaves it out
	sparse     *sparse // the profile leaves it out at times

	object   bool
	array    bool
	children []*node
	counts   *table // an array's number of elements
	fewest   int

	state  placing
	table  *table     // a leaf whose values are pooled,
	cell   *cellMaker // and its column
	target *node      // a leaf that is the same as another one
	from   source     // set last
}

type placing uint8

const (
	unplaced placing = iota
	beingPlaced
	placed
)

func (n *node) each(visit func(*node)) {
	if !n.object && !n.array {
		visit(n)
	}
	for _, child := range n.children {
		child.each(visit)
	}
}

func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

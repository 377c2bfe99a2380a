package payload

// Plan is a compiled schema: a flat program that appends the payloads of one
// event. It is immutable and safe for concurrent use.
type Plan struct {
	event string
	seed  uint64
	key   uint64 // makes equal event numbers of two event types differ
	start int64  // the run's start on the payload's clock, Unix seconds
	ops   []op
	draws []draw
	cells []cell
	index []uint16 // which place a row's cell has
	// places are the cells' texts, with room for two lumps behind the last.
	places []byte
	pools  int // bytes
	size   int // the size of the last payload made at compile time, a hint for buffers
}

// draw is a table as far as choosing its row goes.
type draw struct {
	key   uint64 // odd
	rows  uint64
	scope scope
}

// skipper decides whether an optional member or element is left out.
type skipper interface {
	skips(s *Subject) bool
}

// omission leaves out an optional member in a share of the events.
type omission struct {
	share rate
	key   uint64
	scope scope
}

func (o omission) skips(s *Subject) bool { return o.share.hits(s.word(o.scope, o.key)) }

// shorter leaves out an array element from a count that is drawn once for the array.
type shorter struct {
	index int64
	count integer
}

func (e shorter) skips(s *Subject) bool { return e.index >= e.count.int(s) }

// Event is the name of the event that the plan makes.
func (p *Plan) Event() string { return p.event }

// Pools is how much memory the plan's pooled values take, in bytes: at most 32 MiB.
func (p *Plan) Pools() int { return p.pools }

// Size is the size of a typical payload in bytes.
func (p *Plan) Size() int { return p.size }

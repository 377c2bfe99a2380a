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
	pools int // bytes
	size  int // the size of the last payload made at compile time, a hint for buffers
}

// draw is a table as far as choosing its row goes.
type draw struct {
	key   uint64
	rows  uint64
	scope scope
}

// op appends its text and then does what its kind says.
type op struct {
	text  []byte
	kind  opKind
	table uint32
	to    uint32 // opSkip: the op to go on with
	col   *column
	from  source
	skip  skipper
}

type opKind uint8

const (
	opText   opKind = iota // nothing more
	opColumn               // a cell of the table's row
	opSource               // a source's value
	opSkip                 // leave out what follows, where skip says so
	opClose                // drop a trailing comma and close an object or array
)

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

// Append appends the payload of one event to dst. It cannot fail, and allocates
// nothing once dst and s have their size.
func (p *Plan) Append(dst []byte, s *Subject) []byte {
	s.prepare(p)
	for pc := 0; pc < len(p.ops); pc++ {
		o := &p.ops[pc]
		dst = append(dst, o.text...)
		switch o.kind {
		case opColumn:
			dst = append(dst, o.col.cell(s.rows[o.table])...)
		case opSource:
			dst = o.from.append(dst, s)
		case opSkip:
			if o.skip.skips(s) {
				pc = int(o.to) - 1
			}
		case opClose:
			dst = closeList(dst)
		}
	}
	return dst
}

// closeList closes the object or array whose members each end in a comma; the
// closing bracket is the last byte of the op's text, behind the comma.
func closeList(dst []byte) []byte {
	end := len(dst) - 1
	if dst[end-1] == ',' {
		dst[end-1] = dst[end]
		return dst[:end]
	}
	return dst
}

// Event is the name of the event that the plan makes.
func (p *Plan) Event() string { return p.event }

// Pools is how much memory the plan's pooled values take, in bytes: at most 32 MiB.
func (p *Plan) Pools() int { return p.pools }

// Size is the size of a typical payload in bytes.
func (p *Plan) Size() int { return p.size }

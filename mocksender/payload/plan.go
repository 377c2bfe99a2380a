package payload

import "encoding/binary"

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
	text  []byte // with a lump of room behind it
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
	opShort                // the same, where neither it nor the text is longer than a lump
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
// nothing once dst and s have their size. It may write to all of dst's capacity.
func (p *Plan) Append(dst []byte, s *Subject) []byte {
	s.prepare(p)
	for pc := 0; pc < len(p.ops); pc++ {
		o := &p.ops[pc]
		if o.kind == opShort && cap(dst)-len(dst) >= 2*lump {
			dst = o.appendShort(dst, s.rows[o.table])
			continue
		}
		dst = append(dst, o.text...)
		switch o.kind {
		case opColumn, opShort:
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

// lump is how many bytes are copied at once. Most pieces of a payload are a few bytes long, each another few, and to copy
// some too many costs less than to find out.
const lump = 32

// appendShort appends text and cell to dst, which has room for two lumps.
func (o *op) appendShort(dst []byte, row uint32) []byte {
	n := len(dst)
	to := dst[n : n+2*lump]
	copyLump((*[lump]byte)(to), (*[lump]byte)(o.text[:lump]))
	bounds := o.col.bounds[row : row+2]
	first := int(bounds[0])
	copyLump((*[lump]byte)(to[len(o.text):]), (*[lump]byte)(o.col.data[first:first+lump]))
	return dst[:n+len(o.text)+int(bounds[1])-first]
}

// copyLump copies by words. An assignment would first ask whether the two overlap.
func copyLump(to, from *[lump]byte) {
	a, b := binary.NativeEndian.Uint64(from[:8]), binary.NativeEndian.Uint64(from[8:16])
	c, d := binary.NativeEndian.Uint64(from[16:24]), binary.NativeEndian.Uint64(from[24:])
	binary.NativeEndian.PutUint64(to[:8], a)
	binary.NativeEndian.PutUint64(to[8:16], b)
	binary.NativeEndian.PutUint64(to[16:24], c)
	binary.NativeEndian.PutUint64(to[24:], d)
}

// roomy copies text and leaves room for a lump behind it.
func roomy(text []byte) []byte { return append(make([]byte, 0, len(text)+lump), text...) }

// finish makes the program faster. The columns are filled.
func (p *Plan) finish() {
	p.fuse()
	for i := range p.ops {
		o := &p.ops[i]
		o.text = roomy(o.text)
		if o.kind == opColumn && len(o.text) <= lump && o.col.longest() <= lump {
			o.kind = opShort
		}
	}
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

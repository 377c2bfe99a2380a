package payload

import (
	"encoding/binary"
	"slices"
)

// op appends its text and then does what its kind says.
type op struct {
	text  []byte // with a lump of room behind it
	kind  opKind
	table uint32
	to    uint32 // opSkip: the op to go on with
	col   *column
	first uint32 // opCells: of the plan's cells
	end   uint32
	from  source
	skip  skipper
}

type opKind uint8

const (
	opText   opKind = iota // nothing more
	opCells                // cells of several columns
	opColumn               // a cell of the table's row
	opSource               // a source's value
	opSkip                 // leave out what follows, where skip says so
	opClose                // drop a trailing comma and close an object or array
)

// Append appends the payload of one event to dst. It cannot fail, and allocates
// nothing once dst and s have their size. It may write to all of dst's capacity.
func (p *Plan) Append(dst []byte, s *Subject) []byte {
	s.prepare(p)
	p.find(s)
	for pc := 0; pc < len(p.ops); pc++ {
		o := &p.ops[pc]
		if n := len(dst); len(o.text) <= lump && cap(dst)-n >= lump {
			copyLump((*[lump]byte)(dst[n:n+lump]), (*[lump]byte)(o.text[:lump]))
			dst = dst[:n+len(o.text)]
		} else {
			dst = append(dst, o.text...)
		}
		switch o.kind {
		case opCells:
			dst = p.appendCells(dst, o, s.found)
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

// lump is how many bytes are copied at once. Most pieces of a payload are a few bytes long, each another few, and to copy
// some too many costs less than to find out.
const lump = 32

// cell is a text and the column behind it. Each different one is there once, in a place of the same width: two bytes for its
// length, then its bytes.
type cell struct {
	table  uint32
	row    uint32 // where the plan's index has the place of the table's first row
	stride uint32 // from there to the next row's; 0: all rows have the same
	base   uint32 // where the first place begins
	width  uint32 // of a place, in bytes
}

// maxWidth keeps the places from being much longer than most of what stands there.
const maxWidth = 512

// found is where a text stands in the plan's places, and its length, in bytes.
type found struct{ at, size uint32 }

// find finds the cells of the rows that were drawn, all before the first is appended: they lie far apart, and what the processor
// has to fetch it fetches at once.
func (p *Plan) find(s *Subject) {
	if cap(s.found) < len(p.cells) {
		s.found = make([]found, len(p.cells))
	}
	s.found = s.found[:len(p.cells)]
	for i := range p.cells {
		c := &p.cells[i]
		at := c.base + uint32(p.index[c.row+s.rows[c.table]*c.stride])*c.width
		s.found[i] = found{at + 2, uint32(binary.LittleEndian.Uint16(p.places[at:]))}
	}
}

// appendCells appends the cells of an op.
func (p *Plan) appendCells(dst []byte, o *op, all []found) []byte {
	cells, all := p.cells[o.first:o.end], all[o.first:o.end]
	n, room := len(dst), 2*lump
	for _, f := range all {
		room += int(f.size)
	}
	dst = slices.Grow(dst, room)[:n+room]
	for i, f := range all {
		to, text := dst[n:], p.places[f.at:]
		n += int(f.size)
		width := cells[i].width
		if width > 2*lump+2 {
			copy(to, text[:f.size])
			continue
		}
		copyLump((*[lump]byte)(to), (*[lump]byte)(text))
		if width > lump+2 {
			copyLump((*[lump]byte)(to[lump:]), (*[lump]byte)(text[lump:]))
		}
	}
	return dst[:n]
}

// copyLump copies by halves, for which there are registers. A whole assignment would first ask whether the two overlap.
func copyLump(to, from *[lump]byte) {
	*(*[lump / 2]byte)(to[:]) = *(*[lump / 2]byte)(from[:])
	*(*[lump / 2]byte)(to[lump/2:]) = *(*[lump / 2]byte)(from[lump/2:])
}

package payload

import "slices"

// op appends its text and then does what its kind says.
type op struct {
	text  []byte // with a lump of room behind it
	kind  opKind
	table uint32
	to    uint32 // opSkip: the op to go on with
	col   *column
	cells []cell
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
			dst = appendCells(dst, o.cells, s.rows)
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

// cell is a text and the column behind it. Each different one is there once, and each takes the same place: two bytes for its
// length, then its bytes.
type cell struct {
	places []byte   // with room for two lumps behind the last
	of     []uint16 // the place of each of the table's rows
	width  uint32   // of a place, in bytes
	table  uint32
}

// maxWidth keeps the places from being much longer than most of what stands there.
const maxWidth = 512

// at is the place of the row that was drawn.
func (c *cell) at(drawn []uint32) []byte { return c.places[uint32(c.of[drawn[c.table]])*c.width:] }

// same tells that all rows have the same place.
func (c *cell) same() bool { return len(c.places) == int(c.width)+2*lump }

// sizeOf is the length of what stands at a place, in bytes.
func sizeOf(place []byte) int { return int(place[0]) | int(place[1])<<8 }

// appendCells appends the cells of the rows that were drawn. Their lengths are read first: not for the room alone, but since
// they lie far apart, and what the processor has to fetch it fetches at once.
func appendCells(dst []byte, cells []cell, drawn []uint32) []byte {
	n, room := len(dst), 2*lump
	for i := range cells {
		room += sizeOf(cells[i].at(drawn))
	}
	dst = slices.Grow(dst, room)[:n+room]
	for i := range cells {
		c := &cells[i]
		place := c.at(drawn)
		size, text := sizeOf(place), place[2:]
		to := dst[n:]
		n += size
		if c.width > 2*lump+2 {
			copy(to, text[:size])
			continue
		}
		copyLump((*[lump]byte)(to), (*[lump]byte)(text))
		if c.width > lump+2 {
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

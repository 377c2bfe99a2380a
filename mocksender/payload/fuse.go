package payload

import (
	"encoding/binary"
	"maps"
	"slices"
)

// finish makes the program faster. The columns are filled. What the plan appends stays the same.
func (p *Plan) finish() {
	p.gather(alike, p.join)
	var pools []pool
	p.gather(near, func(run []op) []op { return p.spread(run, &pools) })
	p.pack(pools)
	room := lump
	for i := range p.ops {
		room += len(p.ops[i].text)
	}
	texts := make([]byte, 0, room) // one behind the other, as they are read
	for i := range p.ops {
		from := len(texts)
		texts = append(texts, p.ops[i].text...)
		p.ops[i].text = texts[from:]
	}
}

// pack puts what is read together next to each other: which places the cells of one row have, and then what stands there.
func (p *Plan) pack(pools []pool) {
	p.cells, p.index = make([]cell, len(pools)), []uint16{0}
	of := map[uint32][]int{} // the cells of each table
	var places [][]byte
	base := 0
	for i, pool := range pools {
		p.cells[i] = cell{table: pool.table, base: uint32(base), width: uint32(pool.width)} //nolint:gosec // pools stay far below 4 GiB
		places = append(places, pool.places)
		base += len(pool.places)
		if !pool.same() {
			of[pool.table] = append(of[pool.table], i)
		}
	}
	p.places = slices.Concat(append(places, make([]byte, 2*lump))...)
	for _, table := range slices.Sorted(maps.Keys(of)) {
		for k, i := range of[table] {
			p.cells[i].row, p.cells[i].stride = uint32(len(p.index)+k), uint32(len(of[table])) //nolint:gosec // pools stay far below 4 GiB
		}
		for row := range pools[of[table][0]].of {
			for _, i := range of[table] {
				p.index = append(p.index, pools[i].of[row])
			}
		}
	}
}

// gather makes one op of each longest run of neighbours that belong together. One that a skip leads to begins a new run.
func (p *Plan) gather(together func(first, next *op) bool, merge func(run []op) []op) {
	entered := map[uint32]bool{}
	for i := range p.ops {
		if p.ops[i].kind == opSkip {
			entered[p.ops[i].to] = true
		}
	}
	moved := make([]uint32, len(p.ops)+1) // where each op is now
	var ops []op
	for i := 0; i < len(p.ops); {
		end := i + 1
		for end < len(p.ops) && together(&p.ops[i], &p.ops[end]) && !entered[uint32(end)] { //nolint:gosec // programs are short
			end++
		}
		for k := i; k < end; k++ {
			moved[k] = uint32(len(ops)) //nolint:gosec // programs are short
		}
		ops = append(ops, merge(p.ops[i:end])...)
		i = end
	}
	moved[len(p.ops)] = uint32(len(ops)) //nolint:gosec // programs are short
	for i := range ops {
		if ops[i].kind == opSkip {
			ops[i].to = moved[ops[i].to]
		}
	}
	p.ops = ops
}

// alike tells that two ops take their cells from the same row.
func alike(first, next *op) bool {
	return first.kind == opColumn && next.kind == opColumn && first.table == next.table
}

// join returns one op that does what all of these do, with the text between them as part of the cells: one place to read instead
// of several. It returns these if there is no memory for it.
func (p *Plan) join(all []op) []op {
	if len(all) == 1 {
		return all
	}
	sum := &column{bounds: []uint32{0}}
	for row := range all[0].col.rows() {
		for i := range all {
			if i > 0 {
				sum.data = append(sum.data, all[i].text...)
			}
			sum.data = append(sum.data, all[i].col.cell(uint32(row))...) //nolint:gosec // a row
		}
		sum.bounds = append(sum.bounds, uint32(len(sum.data))) //nolint:gosec // pools stay far below 4 GiB
	}
	if p.pools+sum.size() > maxPools {
		return all
	}
	sum.compact()
	p.pools += sum.size()
	joined := all[0]
	joined.col = sum
	return []op{joined}
}

// near tells that the cells of two ops may be found together.
func near(first, next *op) bool { return first.width() > 0 && next.width() > 0 }

// width is the room that each of an op's cells would take, 0 if it is not of that kind.
func (o *op) width() int {
	if o.kind != opColumn || 2+len(o.text)+o.col.longest() > maxWidth {
		return 0
	}
	return 2 + len(o.text) + o.col.longest()
}

// spread makes cells of these ops, so that a value is found without being looked for, and most of them stay in the processor's
// cache: many columns repeat a few. It returns these if there is no memory for it.
func (p *Plan) spread(all []op, pools *[]pool) []op {
	size := p.pools
	var run []pool
	var text []byte // of columns that always say the same
	for i := range all {
		if all[i].width() == 0 {
			return all
		}
		pool := all[i].pool(text)
		if size += len(pool.places) + 2*len(pool.of); size > maxPools {
			return all
		}
		text = nil
		if pool.same() && i+1 < len(all) && pool.width+all[i+1].width() <= maxWidth {
			text = pool.places[2 : 2+binary.LittleEndian.Uint16(pool.places)]
			continue
		}
		run = append(run, pool)
	}
	p.pools = size
	o := op{kind: opCells, first: uint32(len(*pools))} //nolint:gosec // programs are short
	*pools = append(*pools, run...)
	o.end = uint32(len(*pools)) //nolint:gosec // programs are short
	return []op{o}
}

// pool is a [cell] as it is made.
type pool struct {
	table  uint32
	width  int
	places []byte
	of     []uint16 // the place of each of the table's rows
}

// same tells that all rows have the same place.
func (p *pool) same() bool { return len(p.places) == p.width }

// pool is an op's, with some more text before it.
func (o *op) pool(text []byte) pool {
	text = slices.Concat(text, o.text)
	p := pool{table: o.table, width: 2 + len(text) + o.col.longest()}
	known := map[string]uint16{}
	for i := range o.col.rows() {
		value := string(o.col.cell(uint32(i))) //nolint:gosec // a row
		n, ok := known[value]
		if !ok {
			n = uint16(len(known)) //nolint:gosec // a table has at most 1<<16 rows
			known[value] = n
			p.places = binary.LittleEndian.AppendUint16(p.places, uint16(len(text)+len(value))) //nolint:gosec // at most maxWidth
			p.places = append(append(p.places, text...), value...)
			p.places = append(p.places, make([]byte, (int(n)+1)*p.width-len(p.places))...)
		}
		p.of = append(p.of, n)
	}
	return p
}

// constant tells that the plan always appends the same.
func (p *Plan) constant() bool {
	varies := func(o op) bool { return o.kind != opText && o.kind != opCells }
	return !slices.ContainsFunc(p.ops, varies) && !slices.ContainsFunc(p.cells, func(c cell) bool { return c.stride > 0 })
}

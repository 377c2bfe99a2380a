package payload

// finish makes the program faster. The columns are filled. What the plan appends stays the same.
func (p *Plan) finish() {
	p.gather((*Plan).alike, (*Plan).join)
	p.gather((*Plan).near, (*Plan).spread)
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

// gather makes one op of each longest run of neighbours that belong together. One that a skip leads to begins a new run.
func (p *Plan) gather(together func(p *Plan, first, next *op) bool, merge func(p *Plan, run []op) []op) {
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
		for end < len(p.ops) && together(p, &p.ops[i], &p.ops[end]) && !entered[uint32(end)] { //nolint:gosec // programs are short
			end++
		}
		for k := i; k < end; k++ {
			moved[k] = uint32(len(ops)) //nolint:gosec // programs are short
		}
		ops = append(ops, merge(p, p.ops[i:end])...)
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
func (p *Plan) alike(first, next *op) bool {
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
func (p *Plan) near(first, next *op) bool { return first.width() > 0 && next.width() > 0 }

// width is the room that each of an op's cells would take, 0 if it is not of that kind.
func (o *op) width() int {
	if o.kind != opColumn || 2+len(o.text)+o.col.longest() > maxWidth {
		return 0
	}
	return 2 + len(o.text) + o.col.longest()
}

// spread makes cells of these ops, so that a row is found without being looked up. It returns these if there is no memory
// for it.
func (p *Plan) spread(all []op) []op {
	o := op{kind: opCells}
	pools := p.pools
	for i := range all {
		width := all[i].width()
		if width == 0 {
			return all
		}
		if pools += width * all[i].col.rows(); pools > maxPools {
			return all
		}
		o.cells = append(o.cells, all[i].cell(width))
	}
	p.pools = pools
	return []op{o}
}

func (o *op) cell(width int) cell {
	c := cell{rows: make([]byte, o.col.rows()*width+2*lump), table: o.table, width: uint32(width)} //nolint:gosec // short
	for i := range o.col.rows() {
		row, value := c.rows[i*width:], o.col.cell(uint32(i)) //nolint:gosec // a row
		size := copy(row[2:], o.text) + copy(row[2+len(o.text):], value)
		row[0], row[1] = byte(size), byte(size>>8) //nolint:gosec // split
	}
	return c
}

package payload

// fuse makes one op of neighbours that take their cells from the same row, with the text between them as part of the cells:
// one place to read instead of several. What the plan appends stays the same.
func (p *Plan) fuse() {
	entered := map[uint32]bool{} // by a skip, so that it must stay an op of its own
	for i := range p.ops {
		if p.ops[i].kind == opSkip {
			entered[p.ops[i].to] = true
		}
	}
	moved := make([]uint32, len(p.ops)+1) // where each op is now
	var ops []op
	for i := 0; i < len(p.ops); {
		end := i + 1
		for end < len(p.ops) && p.ops[i].kind == opColumn && p.ops[end].kind == opColumn &&
			p.ops[end].table == p.ops[i].table && !entered[uint32(end)] { //nolint:gosec // programs are short
			end++
		}
		for k := i; k < end; k++ {
			moved[k] = uint32(len(ops)) //nolint:gosec // programs are short
		}
		ops = append(ops, p.join(p.ops[i:end])...)
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

// join returns one op that does what all of these do, or these if there is no memory for it.
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

package payload

// column is a pool of JSON values, encoded one after the other so that a warm
// plan touches few cache lines.
type column struct {
	data []byte
	ends []uint32 // ends[i] is where value i ends
	ints []int64  // the values as integers; nil unless all of them are
}

// cell returns value i as JSON.
func (c *column) cell(i uint32) []byte {
	if i == 0 {
		return c.data[:c.ends[0]]
	}
	return c.data[c.ends[i-1]:c.ends[i]]
}

func unquote(cell []byte) []byte {
	if len(cell) >= 2 && cell[0] == '"' {
		return cell[1 : len(cell)-1]
	}
	if string(cell) == "null" {
		return nil
	}
	return cell
}

// add appends a value. It reports an error for a value that JSON cannot hold.
func (c *column) add(e encoding, v any) error {
	data, err := e.appendValue(c.data, v)
	if err != nil {
		return err
	}
	n, whole := asInt(v)
	if whole && len(c.ints) == len(c.ends) {
		c.ints = append(c.ints, n)
	}
	c.data = data
	c.ends = append(c.ends, uint32(len(data))) //nolint:gosec // pools stay far below 4 GiB
	return nil
}

// integers returns the values as integers, or nil if one of them is none.
func (c *column) integers() []int64 {
	if len(c.ints) != len(c.ends) {
		return nil
	}
	return c.ints
}

func (c *column) size() int { return len(c.data) + 4*len(c.ends) + 8*len(c.ints) }

// compact gives back the memory that adding took beyond the values.
func (c *column) compact() {
	c.data = append(make([]byte, 0, len(c.data)), c.data...)
	c.ends = append(make([]uint32, 0, len(c.ends)), c.ends...)
	c.ints = append([]int64(nil), c.integers()...)
}

package payload

// column is a pool of JSON values, encoded one after the other so that a warm
// plan touches few cache lines.
type column struct {
	data   []byte
	bounds []uint32 // value i goes from bounds[i] to bounds[i+1]
	ints   []int64  // the values as integers; nil unless all of them are
}

// cell returns value i as JSON.
func (c *column) cell(i uint32) []byte {
	bounds := c.bounds[i : i+2]
	return c.data[bounds[0]:bounds[1]]
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
	if c.bounds == nil {
		c.bounds = []uint32{0}
	}
	n, whole := asInt(v)
	if whole && len(c.ints) == c.rows() {
		c.ints = append(c.ints, n)
	}
	c.data = data
	c.bounds = append(c.bounds, uint32(len(data))) //nolint:gosec // pools stay far below 4 GiB
	return nil
}

// unquoted are the same values as they stand between quotes.
func (c *column) unquoted() *column {
	bare := &column{data: make([]byte, 0, len(c.data)), bounds: make([]uint32, 1, len(c.bounds))}
	for i := range c.rows() {
		bare.data = append(bare.data, unquote(c.cell(uint32(i)))...) //nolint:gosec // a row
		bare.bounds = append(bare.bounds, uint32(len(bare.data)))    //nolint:gosec // pools stay far below 4 GiB
	}
	return bare
}

// rows is how many values there are.
func (c *column) rows() int { return max(0, len(c.bounds)-1) }

// longest is the length of the longest value.
func (c *column) longest() (n int) {
	for i := range c.rows() {
		n = max(n, int(c.bounds[i+1]-c.bounds[i]))
	}
	return n
}

// integers returns the values as integers, or nil if one of them is none.
func (c *column) integers() []int64 {
	if len(c.ints) != c.rows() {
		return nil
	}
	return c.ints
}

func (c *column) size() int { return len(c.data) + 4*len(c.bounds) + 8*len(c.ints) }

// compact gives back the memory that adding took beyond the values.
func (c *column) compact() {
	c.data = append(make([]byte, 0, len(c.data)), c.data...)
	c.bounds = append(make([]uint32, 0, len(c.bounds)), c.bounds...)
	c.ints = append([]int64(nil), c.integers()...)
}

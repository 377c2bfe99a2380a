package payload

import "testing"

// A program that is made faster appends what it did before, whatever is skipped and wherever a skip leads.
func TestAFasterProgramSaysTheSame(t *testing.T) {
	columnOf := func(values ...string) *column {
		c := &column{}
		for _, v := range values {
			if err := c.add(encoding{}, v); err != nil {
				t.Fatal(err)
			}
		}
		c.compact()
		return c
	}
	long := "a value that is longer than what is copied at once"
	a, b, c := columnOf("a", "", long), columnOf("b", long, "bb"), columnOf("c", "cc", "ccc")
	same := columnOf("d", "d", "d")
	program := func() *Plan {
		sometimes := omission{share: newRate(.5), key: 3, scope: perEvent}
		return &Plan{
			draws: []draw{{key: keyOf("a") | 1, rows: 3, scope: perEvent}, {key: keyOf("b") | 1, rows: 3, scope: perEvent}},
			ops: []op{
				{text: []byte(`{"a":`), kind: opColumn, col: a}, {text: []byte(`,"b":`), kind: opColumn, col: b},
				{text: []byte(`,"c":`), kind: opColumn, col: c, table: 1}, {text: []byte(`,"` + long + `":`), kind: opColumn, col: a, table: 1},
				{text: []byte(`,"list":[`), kind: opSkip, skip: sometimes, to: 6}, {text: []byte("1,"), kind: opColumn, col: b, table: 1},
				{text: []byte("2,"), kind: opColumn, col: c, table: 1}, {text: []byte("3,"), kind: opColumn, col: same, table: 1},
				{text: []byte("4,"), kind: opColumn, col: a}, {text: []byte("5,"), kind: opColumn, col: same, table: 1},
				{text: []byte("]}"), kind: opText},
			},
		}
	}
	plain, fast := program(), program()
	for i := range plain.ops {
		plain.ops[i].text = append(make([]byte, 0, len(plain.ops[i].text)+lump), plain.ops[i].text...)
	}
	fast.finish()
	if len(fast.ops) != 5 {
		t.Errorf("%d ops are left, want 5: a+b and c+a, the skip, b, c+a, the end", len(fast.ops))
	}
	different := map[string]bool{}
	for n := range uint64(200) {
		want := string(plain.Append(nil, &Subject{Event: n}))
		for _, room := range []int{0, 1, 64, 4096} { // with little room, too
			if got := fast.Append(append(make([]byte, 0, room), "before"...), &Subject{Event: n}); string(got) != "before"+want {
				t.Fatalf("event %d with room for %d: %q, want %q", n, room, got, want)
			}
		}
		different[want] = true
	}
	if len(different) != 18 {
		t.Errorf("%d different payloads, want 18: 3 rows by 3 rows by skipped or not", len(different))
	}
}

// What one table shows says nothing about another: each pair of rows is as frequent as any other.
func TestTablesAreDrawnApart(t *testing.T) {
	const tables, rows, events = 12, 8, 50_000
	p := &Plan{seed: 1}
	for i := range tables {
		p.draws = append(p.draws, draw{key: keyOf("/field/"+string(rune('a'+i))) | 1, rows: rows, scope: perEvent})
	}
	var seen [tables][tables][rows][rows]int
	for n := range uint64(events) {
		s := &Subject{Event: n}
		s.prepare(p)
		for i, row := range s.rows {
			for j, other := range s.rows[:i] {
				seen[i][j][row][other]++
			}
		}
	}
	for i := range tables {
		for j := range i {
			chi := 0.0 // with 63 degrees of freedom: above 126 once in 200,000
			for _, line := range seen[i][j] {
				for _, n := range line {
					want := float64(events) / rows / rows
					chi += (float64(n) - want) * (float64(n) - want) / want
				}
			}
			if chi > 126 {
				t.Errorf("tables %d and %d: chi square %.0f with 63 degrees of freedom", i, j, chi)
			}
		}
	}
}

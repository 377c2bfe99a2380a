package payload

import "time"

// Subject says which event a plan appends: the subject it is about, its number
// and its time. A Subject also holds the plan's scratch memory, so one that is
// used again costs no allocation; it must not be used by two goroutines at once.
type Subject struct {
	// Number is the subject: the same customer, the same device.
	Number uint64
	// Event is the event's place in its run.
	Event uint64
	// Time is the payload's clock at the event, with a resolution of one second.
	Time time.Time

	words [2]uint64 // the random word of each scope
	clock [2]int64  // the payload's clock of each scope, in Unix seconds
	rows  []uint32  // the row drawn from each table
	found []found   // the text of each cell

	scratch []byte // text that is read, not appended
}

// scope says what a value is drawn for.
type scope uint8

const (
	perSubject scope = iota // every event of a subject shows the same value
	perEvent
)

// word returns the random word of one place.
func (s *Subject) word(sc scope, key uint64) uint64 { return mix(s.words[sc] ^ key) }

// counter returns the number that unique values of a scope are made from.
func (s *Subject) counter(sc scope) uint64 {
	if sc == perSubject {
		return s.Number
	}
	return s.Event
}

// prepare draws the row of each table: the high bits of a random word's product with the table's odd number, which for two
// tables agree as seldom as chance has it (Dietzfelbinger et al.: A Reliable Randomized Algorithm for the Closest-Pair
// Problem, 1997).
func (s *Subject) prepare(p *Plan) {
	s.words[perSubject] = mix(p.seed ^ mix(s.Number^0x5851f42d4c957f2d))
	s.words[perEvent] = mix(p.seed ^ mix(s.Event^0x14057b7ef767814f) ^ p.key)
	s.clock[perSubject] = p.start
	s.clock[perEvent] = s.Time.Unix()
	if cap(s.rows) < len(p.draws) {
		s.rows = make([]uint32, len(p.draws))
	}
	s.rows = s.rows[:len(p.draws)]
	for i, d := range p.draws {
		s.rows[i] = uint32(below(s.words[d.scope]*d.key, d.rows)) //nolint:gosec // below rows
	}
}

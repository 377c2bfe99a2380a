package payload

import (
	"encoding/binary"
	"errors"
	"regexp/syntax"
	"slices"
	"unicode"

	"github.com/brianvoe/gofakeit/v7"
)

// woven searches for text that matches all patterns at once, matches none of those
// to avoid, and is of the right length. One of the alternatives must match too, if
// there are any; earlier ones are preferred.
func (g *solver) woven(gl *goal, p textPlan, alternatives []string) (any, error) {
	accept, err := g.acceptor(gl, p)
	if err != nil {
		return nil, err
	}
	if len(alternatives) == 0 {
		alternatives = []string{""}
	}
	exact := true
	for _, alternative := range alternatives {
		w, err := g.weaver(p, alternative)
		if err != nil {
			return nil, unsolved(gl.place(), "%v", err)
		}
		for range 4 {
			v, found := w.search()
			if err := g.spend(gl, w.steps/8); err != nil {
				return nil, err
			}
			if !found {
				break
			}
			if accept(v) {
				return v, nil
			}
			exact = false
		}
		exact = exact && w.exact && alternative == ""
	}
	if exact && p.high >= 0 {
		return nil, impossible(gl.place(), "no text of %d to %d characters matches %q", p.low, p.high, p.patterns)
	}
	return nil, unsolved(gl.place(), "no text found that %s", p)
}

// weaver walks several patterns' automata side by side, one code point at a time.
// A state is the set of places that each pattern can be at; states from which no
// end can be reached are remembered.
type weaver struct {
	f         *gofakeit.Faker
	progs     []*syntax.Prog
	avoid     []bool // the pattern must not match
	low, high int    // high is a bound of the search where the schema has none
	exact     bool   // the automata say all that the patterns say
	classes   []class
	dead      map[string]bool
	steps     int
	text      []rune
}

// weaveSteps bounds one search.
const weaveSteps = 200_000

var errTooLarge = errors.New("the pattern is too large")

func (g *solver) weaver(p textPlan, alternative string) (*weaver, error) {
	w := &weaver{f: g.f, low: p.low, high: p.high, exact: true, dead: map[string]bool{}}
	patterns := p.patterns
	if alternative != "" {
		patterns = append([]string{alternative}, patterns...)
	}
	least := 0
	for _, text := range patterns {
		parts, exact := readPattern(text)
		w.exact = w.exact && exact
		for _, part := range parts {
			n, err := w.add(part.text, part.avoid)
			if err != nil {
				return nil, err
			}
			least = max(least, n)
		}
	}
	for _, text := range p.avoid {
		if parts, exact := readPattern(text); exact && len(parts) == 1 && !parts[0].avoid {
			if _, err := w.add(parts[0].text, true); err != nil {
				return nil, err
			}
		}
	}
	if w.high < 0 {
		w.high = max(w.low, least) + 24
	}
	w.classes = classesOf(w.progs)
	return w, nil
}

// add compiles a pattern and returns the least length of what it matches.
func (w *weaver) add(text string, avoid bool) (least int, err error) {
	re, err := syntax.Parse(text, syntax.Perl|syntax.UnicodeGroups)
	if err != nil {
		return 0, err
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return 0, err
	}
	if len(prog.Inst) > 20_000 {
		return 0, errTooLarge
	}
	w.progs, w.avoid = append(w.progs, prog), append(w.avoid, avoid)
	return leastLength(re), nil
}

// state is where each automaton stands, and what the last code point was like.
type state struct {
	at   [][]uint32 // sorted; nil once the pattern has matched
	done []bool
	last rune
}

func (w *weaver) search() (string, bool) {
	w.steps, w.text = 0, w.text[:0]
	start := state{last: -1}
	for _, p := range w.progs {
		start.at, start.done = append(start.at, []uint32{uint32(p.Start)}), append(start.done, false) //nolint:gosec // small
	}
	ok := w.walk(start)
	return string(w.text), ok
}

// walk extends the text until it is accepted. It may end early once the text is long enough.
func (w *weaver) walk(s state) bool {
	if w.steps++; w.steps > weaveSteps {
		w.exact = false
		return false
	}
	n := len(w.text)
	accepted := n >= w.low && w.accepts(s)
	if accepted && (n >= w.high || n > w.low+4 && w.f.IntN(3) == 0 || w.f.IntN(8) == 0) {
		return true
	}
	key := s.key(n)
	if n < w.high && !w.dead[key] {
		if w.extend(s, n) {
			return true
		}
		w.dead[key] = w.steps <= weaveSteps && !accepted
	}
	return accepted
}

// extend tries one more code point, of any class.
func (w *weaver) extend(s state, n int) bool {
	for _, c := range w.order() {
		next, alive := w.step(s, c)
		if !alive {
			continue
		}
		w.text = append(w.text, c.pick(w.f))
		if w.walk(next) {
			return true
		}
		w.text = w.text[:n]
		if w.steps > weaveSteps {
			break
		}
	}
	return false
}

// order shuffles the classes, letters and digits first.
func (w *weaver) order() []class {
	out := slices.Clone(w.classes)
	for i := range out {
		k := i + w.f.IntN(len(out)-i)
		out[i], out[k] = out[k], out[i]
	}
	slices.SortStableFunc(out, func(a, b class) int { return a.rank - b.rank })
	return out
}

// step moves every automaton over one class. It is not alive when a pattern that
// must match cannot any more, or one to avoid has matched.
func (w *weaver) step(s state, c class) (next state, alive bool) {
	next = state{at: make([][]uint32, len(s.at)), done: slices.Clone(s.done), last: c.kind}
	for i, prog := range w.progs {
		if s.done[i] {
			continue
		}
		w.steps += 1 + len(prog.Inst)/256
		pcs, matched := closure(prog, s.at[i], syntax.EmptyOpContext(s.last, c.low))
		if matched {
			if w.avoid[i] {
				return next, false
			}
			next.done[i] = true
			continue
		}
		var to []uint32
		for _, pc := range pcs {
			if prog.Inst[pc].MatchRune(c.low) {
				to = append(to, prog.Inst[pc].Out)
			}
		}
		to = append(to, uint32(prog.Start)) //nolint:gosec // a match may begin anywhere
		slices.Sort(to)
		next.at[i] = slices.Compact(to)
		if !w.avoid[i] && len(to) == 1 && anchoredProg(prog) {
			return next, false
		}
	}
	return next, true
}

// anchoredProg tells that a match can only begin at the text's start.
func anchoredProg(prog *syntax.Prog) bool { return prog.StartCond()&syntax.EmptyBeginText != 0 }

// accepts tells whether the text may end here.
func (w *weaver) accepts(s state) bool {
	for i, prog := range w.progs {
		matched := s.done[i]
		if !matched {
			_, matched = closure(prog, s.at[i], syntax.EmptyOpContext(s.last, -1))
		}
		if matched == w.avoid[i] {
			return false
		}
	}
	return true
}

// closure follows the instructions that read nothing.
func closure(prog *syntax.Prog, from []uint32, flags syntax.EmptyOp) (pcs []uint32, matched bool) {
	visited := make([]bool, len(prog.Inst))
	stack := slices.Clone(from)
	for len(stack) > 0 {
		pc := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if visited[pc] {
			continue
		}
		visited[pc] = true
		switch in := &prog.Inst[pc]; in.Op {
		case syntax.InstMatch:
			return nil, true
		case syntax.InstAlt, syntax.InstAltMatch:
			stack = append(stack, in.Arg, in.Out)
		case syntax.InstCapture, syntax.InstNop:
			stack = append(stack, in.Out)
		case syntax.InstEmptyWidth:
			if syntax.EmptyOp(in.Arg)&^flags == 0 { //nolint:gosec // the argument is such a flag
				stack = append(stack, in.Out)
			}
		case syntax.InstFail:
		default:
			pcs = append(pcs, pc)
		}
	}
	return pcs, false
}

func (s state) key(n int) string {
	out := binary.AppendVarint(nil, int64(n))
	out = binary.AppendVarint(out, int64(s.last))
	for i, at := range s.at {
		if s.done[i] {
			out = append(out, 0xff)
			continue
		}
		for _, pc := range at {
			out = binary.AppendUvarint(out, uint64(pc)+1)
		}
		out = append(out, 0)
	}
	return string(out)
}

// class is a range of code points that no pattern tells apart.
type class struct {
	low, high rune
	kind      rune // stands for the class in word boundaries and line ends
	rank      int
}

// classesOf cuts the code points at every border that a pattern draws.
func classesOf(progs []*syntax.Prog) []class {
	cuts := []rune{0, '\n', '\n' + 1, ' ', ' ' + 1, '0', '9' + 1, 'A', 'Z' + 1, '_', '_' + 1, 'a', 'z' + 1, 0x7f, 0xa0, 0xd800, 0xe000, unicode.MaxRune + 1}
	for _, prog := range progs {
		for i := range prog.Inst {
			cuts = append(cuts, cutsOf(&prog.Inst[i])...)
		}
	}
	slices.Sort(cuts)
	cuts = slices.Compact(cuts)
	var out []class
	for i := range len(cuts) - 1 {
		if c := (class{low: cuts[i], high: cuts[i+1] - 1}); c.low < 0xd800 || c.low >= 0xe000 {
			c.kind, c.rank = c.describe()
			out = append(out, c)
		}
	}
	return out
}

func cutsOf(in *syntax.Inst) (cuts []rune) {
	if in.Op != syntax.InstRune && in.Op != syntax.InstRune1 {
		return nil
	}
	if len(in.Rune) == 1 {
		r := in.Rune[0]
		cuts = append(cuts, r, r+1)
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			cuts = append(cuts, f, f+1)
		}
		return cuts
	}
	for i := 0; i < len(in.Rune); i += 2 {
		cuts = append(cuts, in.Rune[i], in.Rune[i+1]+1)
	}
	return cuts
}

func (c class) describe() (kind rune, rank int) {
	r := c.low
	switch {
	case r == '\n':
		return '\n', 4
	case r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)):
		return 'a', 0
	case r == '_':
		return 'a', 1
	case r > ' ' && r < 0x7f:
		return ' ', 1
	case r == ' ':
		return ' ', 2
	case r < ' ' || r >= 0x7f && r < 0xa0:
		return ' ', 5
	}
	return ' ', 3
}

func (c class) pick(f *gofakeit.Faker) rune {
	return c.low + rune(f.IntN(int(min(c.high-c.low+1, 4096))))
} //nolint:gosec // at most 4096

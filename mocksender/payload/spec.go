package payload

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// spec is one x-faker annotation, read but not yet resolved: how a value is made
// (exactly one maker) and how it is changed afterwards (modifiers).
type spec struct {
	pos   contract.Position
	maker string          // "" when only modifiers are given
	arg   *contract.Value // the maker's argument
	all   *contract.Value // the whole annotation, for func's parameters
	// literal is the value of a setting from outside, with the maker "set" that no annotation has.
	literal any

	weights                                   []float64
	nullRate, emptyRate, omitRate, stringRate float64
	unique                                    bool
	byIndex                                   bool
	format, layout                            string
	scope                                     string
	counts                                    map[int]float64
}

// makers and modifiers are the words of the language; fixtures/README.md teaches them.
var (
	makers = []string{"func", "value", "pool", "same", "expr", "template", "sequence", "token",
		"uuid", "digits", "integer", "decimal", "time"}
	modifiers = []string{"weight", "null_rate", "empty_rate", "omit_rate", "string_rate", "unique",
		"by", "format", "layout", "places", "scope", "count", "counts"}
)

// readSpec reads an annotation. A nil value gives an empty spec.
func readSpec(v *contract.Value, fail func(contract.Position, string, ...any)) *spec {
	s := &spec{}
	if v == nil {
		return s
	}
	s.pos, s.all = v.Pos, v
	switch v.Kind {
	case contract.String:
		s.maker, s.arg = "func", v
	case contract.Object:
		s.readFields(v, fail)
	default:
		fail(v.Pos, "x-faker: want the name of a function or an object")
	}
	return s
}

func (s *spec) readFields(v *contract.Value, fail func(contract.Position, string, ...any)) {
	for _, f := range v.Fields {
		switch {
		case slices.Contains(makers, f.Name):
			if s.maker != "" {
				fail(f.Pos, "x-faker: %s beside %s: want one of them", f.Name, s.maker)
				continue
			}
			s.maker, s.arg = f.Name, f.Value
		case slices.Contains(modifiers, f.Name):
			if err := s.readModifier(f.Name, f.Value); err != nil {
				fail(f.Value.Pos, "x-faker: %s: %v", f.Name, err)
			}
		}
	}
	if s.maker == "func" {
		return // every other word is a parameter of the function, checked with it
	}
	known := append(slices.Clone(makers), modifiers...)
	for _, f := range v.Fields {
		if !slices.Contains(known, f.Name) {
			fail(f.Pos, "x-faker: unknown option %q%s", f.Name, contract.DidYouMean(f.Name, known))
		}
	}
}

func (s *spec) readModifier(name string, v *contract.Value) (err error) {
	switch name {
	case "null_rate":
		s.nullRate, err = readRate(v)
	case "empty_rate":
		s.emptyRate, err = readRate(v)
	case "omit_rate":
		s.omitRate, err = readRate(v)
	case "string_rate":
		s.stringRate, err = readRate(v)
	case "unique":
		s.unique, err = v.Text == "true", wantKind(v, contract.Bool)
	case "by":
		if s.byIndex = v.Text == "index"; !s.byIndex {
			err = fmt.Errorf("want index, found %q", v.Text)
		}
	case "format":
		s.format, err = v.Text, wantKind(v, contract.String)
	case "layout":
		s.layout, err = v.Text, wantKind(v, contract.String)
	case "scope":
		if s.scope = v.Text; s.scope != "subject" && s.scope != "event" {
			err = fmt.Errorf("want subject or event, found %q", v.Text)
		}
	case "weight":
		s.weights, err = readWeights(v)
	case "count", "counts":
		s.counts, err = readCounts(v)
	}
	return err
}

func wantKind(v *contract.Value, kind contract.Kind) error {
	if v.Kind != kind {
		return fmt.Errorf("want %s, found %s", kindNames[kind], kindNames[v.Kind])
	}
	return nil
}

var kindNames = map[contract.Kind]string{
	contract.Null: "null", contract.Bool: "a boolean", contract.Number: "a number",
	contract.String: "a string", contract.Array: "a list", contract.Object: "an object",
}

func readFloat(v *contract.Value) (float64, error) {
	if err := wantKind(v, contract.Number); err != nil {
		return 0, err
	}
	return strconv.ParseFloat(v.Text, 64)
}

func readInt(v *contract.Value) (int64, error) {
	if err := wantKind(v, contract.Number); err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(v.Text, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("want an integer, found %s", v.Text)
	}
	return n, nil
}

func readRate(v *contract.Value) (float64, error) {
	p, err := readFloat(v)
	if err == nil && (p < 0 || p > 1) {
		err = fmt.Errorf("want a share from 0 to 1, found %s", v.Text)
	}
	return p, err
}

func readWeights(v *contract.Value) ([]float64, error) {
	if err := wantKind(v, contract.Array); err != nil {
		return nil, err
	}
	weights, sum := make([]float64, len(v.Items)), 0.0
	for i, item := range v.Items {
		w, err := readFloat(item)
		if err != nil || w < 0 {
			return nil, fmt.Errorf("want numbers that are not negative, found %q", item.Text)
		}
		weights[i], sum = w, sum+w
	}
	if sum == 0 {
		return nil, fmt.Errorf("every weight is zero")
	}
	return weights, nil
}

// readCounts reads [min, max] or {number: weight}.
func readCounts(v *contract.Value) (map[int]float64, error) {
	counts := map[int]float64{}
	if v.Kind == contract.Array && len(v.Items) == 2 {
		return readCountRange(v.Items[0], v.Items[1])
	}
	if v.Kind != contract.Object || len(v.Fields) == 0 {
		return nil, fmt.Errorf("want [min, max] or {number: weight}")
	}
	for _, f := range v.Fields {
		n, err := strconv.Atoi(f.Name)
		w, err2 := readFloat(f.Value)
		if err != nil || err2 != nil || n < 0 || n > maxUnrolled || w < 0 {
			return nil, fmt.Errorf("want {number from 0 to %d: weight}", maxUnrolled)
		}
		counts[n] = w
	}
	return counts, nil
}

func readCountRange(least, most *contract.Value) (map[int]float64, error) {
	low, err := readInt(least)
	high, err2 := readInt(most)
	if err != nil || err2 != nil || low < 0 || high < low || high > maxUnrolled {
		return nil, fmt.Errorf("want [min, max] with 0 ≤ min ≤ max ≤ %d", maxUnrolled)
	}
	counts := map[int]float64{}
	for n := low; n <= high; n++ {
		counts[int(n)] = 1
	}
	return counts, nil
}

// readSpan reads a duration such as "90d", "12h", "1y".
func readSpan(v *contract.Value) (time.Duration, error) {
	units := map[string]time.Duration{"s": time.Second, "m": time.Minute, "h": time.Hour,
		"d": 24 * time.Hour, "w": 7 * 24 * time.Hour, "y": 365 * 24 * time.Hour}
	digits := strings.TrimRight(v.Text, "smhdwy")
	n, err := strconv.Atoi(digits)
	unit, ok := units[v.Text[len(digits):]]
	if err != nil || !ok || n < 0 {
		return 0, fmt.Errorf("want a duration such as 90d or 12h, found %q", v.Text)
	}
	return time.Duration(n) * unit, nil
}

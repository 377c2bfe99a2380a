package payload

import (
	"slices"
	"strings"

	"github.com/brianvoe/gofakeit/v7"
)

// field is what names say about a value: its own, and those of what it stands in. Whoever writes a schema names what is
// meant more often than its format.
type field struct {
	name   string
	around []string // the names of the objects around it, the nearest last, behind that of the event
}

// guess makes text for fields whose names end in one of its words. See [tails] for how names are compared.
type guess struct {
	words []string
	in    []string // the words of what the field stands in, or that stand before in its own name; nil for anything
	text  func(*gofakeit.Faker) string
}

// byWord lists guesses by each of their words, in order.
func byWord(list ...[]guess) map[string][]guess {
	m := map[string][]guess{}
	for _, some := range list {
		for _, g := range some {
			for _, word := range g.words {
				m[word] = append(m[word], g)
			}
		}
	}
	return m
}

var guesses = byWord(peopleGuesses, addressGuesses, tradeGuesses, machineGuesses, proseGuesses, textGuesses)

// guessText makes text by a field's name. A longer tail of the name says more than a shorter one, and what is near more than
// what is far: the name of a line item in an order is a product's.
func guessText(f *gofakeit.Faker, at field) (string, bool) {
	words := nameWords(at.name)
	for i := range words {
		list := guesses[strings.Join(words[i:], "")]
		if list == nil {
			continue
		}
		if g := nearest(list, words[:i], at.around); g != nil {
			return g.text(f), true
		}
	}
	return "", false
}

// nameTells tells whether a name has guesses, wherever it stands.
func nameTells(name string) bool {
	return slices.ContainsFunc(tails(name), func(tail string) bool { return guesses[tail] != nil })
}

// nearest chooses the guess whose surroundings are nearest, or else one that asks for none.
func nearest(list []guess, before, around []string) *guess {
	if len(list) > 1 || list[0].in != nil {
		if g := claimed(list, before); g != nil {
			return g
		}
		for i := range around {
			if g := claimed(list, nameWords(around[len(around)-1-i])); g != nil {
				return g
			}
		}
	}
	if i := slices.IndexFunc(list, func(g guess) bool { return g.in == nil }); i >= 0 {
		return &list[i]
	}
	return nil
}

// claimed is the first guess that stands in one of the words, the last of which says most.
func claimed(list []guess, words []string) *guess {
	for i := range words {
		word := singular(words[len(words)-1-i])
		if at := slices.IndexFunc(list, func(g guess) bool { return slices.Contains(g.in, word) }); at >= 0 {
			return &list[at]
		}
	}
	return nil
}

// isIn tells whether a field stands in one of the words, or has one before the end of its own name.
func (at field) isIn(words []string) bool {
	has := func(name string) bool {
		return slices.ContainsFunc(nameWords(name), func(w string) bool { return slices.Contains(words, singular(w)) })
	}
	return has(at.name) || slices.ContainsFunc(at.around, has)
}

// nameWords splits a name: "billing_postalCode" is billing, postal, code.
func nameWords(name string) []string {
	var words []string
	start := 0
	for i := 1; i <= len(name); i++ {
		if i == len(name) || startsWord(name, i) {
			if word := strings.ToLower(strings.Trim(name[start:i], "_-./: ")); word != "" {
				words = append(words, word)
			}
			start = i
		}
	}
	return words
}

// tails returns what a name may end in, longest first: for "billing_postalCode"
// billingpostalcode, postalcode, code.
func tails(name string) []string {
	words := nameWords(name)
	out := make([]string, len(words))
	for i := range words {
		out[i] = strings.Join(words[i:], "")
	}
	return out
}

// startsWord tells whether a word of the name begins at byte i.
func startsWord(name string, i int) bool {
	upper := func(c byte) bool { return c >= 'A' && c <= 'Z' }
	c, before := name[i], name[i-1]
	return strings.IndexByte("_-./: ", before) >= 0 || upper(c) && !upper(before)
}

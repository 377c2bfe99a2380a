package main

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/load"
)

// weighted is an event with its share of the mix.
type weighted struct {
	chosen
	weight int
}

// weigh adds events with their weight. One that is there already, as by a pattern, has both weights together.
func weigh(all []weighted, found []chosen, weight int) []weighted {
	for _, c := range found {
		at := slices.IndexFunc(all, func(w weighted) bool { return w.contract == c.contract && w.event.Name == c.event.Name })
		if at < 0 {
			all = append(all, weighted{c, weight})
			continue
		}
		all[at].weight += weight
	}
	return all
}

// mix reads --mix. Without it every event of the contracts has the same share.
func (l *loading) mix(contracts []*contract.Contract) ([]weighted, error) {
	words := l.flags.mix
	if len(words) == 0 {
		words = []string{"*=1"}
	}
	var all []weighted
	var problems []error
	for _, word := range words {
		name, text, ok := strings.Cut(word, "=")
		weight := 1
		if ok {
			n, err := strconv.Atoi(text)
			if err != nil || n < 1 || n > maxWeight {
				problems = append(problems, fmt.Errorf("--mix %s: want event=weight, a whole number from 1 to %d", word, maxWeight))
				continue
			}
			weight = n
		}
		found, err := chooseEvents(contracts, []string{name})
		if err != nil {
			problems = append(problems, fmt.Errorf("--mix: %w", err))
		}
		all = weigh(all, found, weight)
	}
	for _, t := range l.thresholds {
		problems = append(problems, known(t, all))
	}
	return all, errors.Join(problems...)
}

// maxWeight keeps the sum of all weights small.
const maxWeight = 1_000_000

// known refuses a threshold on an event that is not sent.
func known(t load.Threshold, mix []weighted) error {
	var names []string
	for _, w := range mix {
		names = append(names, w.event.Name)
		if t.Event == "" || t.Event == w.event.Name {
			return nil
		}
	}
	return fmt.Errorf("--threshold %s: event %q is not in the mix%s", t, t.Event, contract.DidYouMean(t.Event, names))
}

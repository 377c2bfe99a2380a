package fault

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// Kind is a fault by its name, with what can be said about it.
type Kind struct {
	Name    string
	Summary string // half a line
	Params  []Param
	// build reads the parameters and returns what the fault does.
	build func(*values) behaviour
}

// Param is a parameter of a fault.
type Param struct {
	Name    string
	Default string
	Summary string // its form, in a few words
}

// behaviour is what a fault with its parameters does. The zero behaviour does nothing.
type behaviour struct {
	// apply changes the exchange of an attempt that the fault hits. Nil: it changes none.
	apply func(*exchange)
	// fresh allows a connection no second exchange, whatever attempt it is for.
	fresh bool
	// http2 has the sender speak HTTP/2.
	http2 bool
	// parallel is how many deliveries must be under way at once for the fault to show. 0: one.
	parallel int
}

// Kinds lists the faults, those that hurt most first.
func Kinds() []Kind {
	all := []Kind{
		lostAck(), reset(), truncate(), halfClose(), outage(),
		duplicate(), reorder(), delay(), latency(), bandwidth(),
		slowHeaders(), slowBody(), pieces(), chunked(), expectContinue(),
		idleReuse(), newConnection(), http10(), http2(), lowerCase(),
	}
	for i := range all {
		all[i].Params = append(all[i].Params, common(all[i].Name)...)
	}
	return all
}

// common are the parameters of every fault that hits attempts. What destroys an exchange
// hits the first attempt only, so that the retry can be seen to work.
func common(kind string) []Param {
	hits := everyAttempt
	switch kind {
	case "lost-ack", "reset", "truncate", "outage":
		hits = "1"
	case "http-2", "new-connection":
		return nil
	}
	return []Param{
		{"attempts", hits, "which attempts of a delivery: 1, 1-3, 2- or all"},
		{"share", "1", "share of those that are hit, drawn by the seed: 0 to 1"},
	}
}

// kindNamed finds a kind. The error suggests the nearest name.
func kindNamed(name string) (Kind, error) {
	var names []string
	for _, k := range Kinds() {
		if k.Name == name {
			return k, nil
		}
		names = append(names, k.Name)
	}
	return Kind{}, fmt.Errorf("unknown fault %q%s", name, contract.DidYouMean(name, names))
}

// fault is a kind with its parameters.
type fault struct {
	behaviour
	kind  string
	text  string // as it was written
	hits  span
	share float64
}

// parse reads "name,param=value,…". The error lists every problem.
func parse(text string) (fault, error) {
	words := strings.Split(strings.TrimSpace(text), ",")
	kind, err := kindNamed(strings.TrimSpace(words[0]))
	if err != nil {
		return fault{}, err
	}
	v, err := readValues(&kind, words[1:])
	if err != nil {
		return fault{}, err
	}
	f := fault{kind: kind.Name, text: text, hits: span{1, 0}, share: 1}
	if v.has("attempts") {
		f.hits, f.share = v.attempts("attempts"), v.share("share", 0)
	}
	f.behaviour = kind.build(v)
	return f, errors.Join(v.problems...)
}

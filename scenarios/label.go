package scenarios

import (
	"strings"
	"unicode"

	"github.com/hookrig/hookrig/harness"
)

// notInLabels are the signs that Ginkgo's label filters are written with.
const notInLabels = `&|!,()/{}`

// label is a value under a key, with '_' for what a label filter would read as a sign of its own: a webhook may be
// called anything, such as "{type}.write" or "/A_B".
func label(key, value string) string {
	value = strings.Map(func(r rune) rune {
		if strings.ContainsRune(notInLabels, r) || unicode.IsControl(r) {
			return '_'
		}
		return r
	}, strings.TrimSpace(value))
	if value == "" {
		value = "_"
	}
	return key + ":" + value
}

// EventLabel is the label of the scenarios about an event: "event:" and its name, in which a sign that label filters are
// written with ("/", "&", "(" …) is a "_".
func EventLabel(event string) string { return label("event", event) }

func contractLabel(r *harness.Rig) string { return label("contract", r.Contract().Name()) }

package receiver

import (
	"fmt"
	"slices"
	"strings"
)

// Flaw is one defect that receivers really have: the reference receiver with one step changed.
type Flaw struct {
	// Name is stable, in words with hyphens.
	Name string
	// Summary says in one line what the receiver does wrong.
	Summary string
	// Themes are the scenario themes that must find it.
	Themes []string
	// Sometimes are themes that find it, too, where a payload happens to be one that shows it.
	Sometimes []string
	// Apply changes exactly one decision, which is one step, or two when a decision is taken in two places.
	Apply func(*Steps)
}

// Flaws lists the flaws by name.
func Flaws() []Flaw {
	all := []Flaw{
		acceptedFlaw(), anyTokenFlaw(), backlogFlaw(), bodyTokenOnlyFlaw(), charsetFlaw(), chunkedFlaw(), closesFlaw(), connectionFlaw(), countsTwiceFlaw(),
		crashesOnAstralFlaw(), crashesOnDecimalFlaw(), crashesOnEmptyFlaw(), crashesOnMalformedFlaw(), crashesOnNewEnumFlaw(), crashesOnStringIDFlaw(), crashesOnWholeFlaw(),
		crashesOnNullFlaw(), crashesOnUnknownEventFlaw(), crashesOnUnknownFieldFlaw(),
		deliveryIDFlaw(), dropsSecondFlaw(), effectOfRefusedFlaw(), emptyTokenFlaw(), exactMediaFlaw(), firstSignatureFlaw(), futureFlaw(), headerCaseFlaw(),
		hangsOnMalformedFlaw(), headerTokenOnlyFlaw(), http10Flaw(), idleFlaw(), lateFlaw(), missingTokenFlaw(),
		olderOverwritesFlaw(), partialAsWholeFlaw(), raceFlaw(), redirectsFlaw(), reusedFlaw(),
		refusesRepeatFlaw(), reserializedFlaw(), restartFlaw(), serverErrorFlaw(), stackTraceFlaw(),
		staleFlaw(), stallsTogetherFlaw(), takesMalformedFlaw(), tamperedFlaw(), wrongReplyFlaw(),
	}
	all = append(all, longBodyFlaws()...)
	slices.SortFunc(all, func(a, b Flaw) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// FlawNamed finds a flaw. The error lists the names.
func FlawNamed(name string) (Flaw, error) {
	all := Flaws()
	i := slices.IndexFunc(all, func(f Flaw) bool { return f.Name == name })
	if i >= 0 {
		return all[i], nil
	}
	names := make([]string, len(all))
	for i := range all {
		names[i] = all[i].Name
	}
	return Flaw{}, fmt.Errorf("unknown flaw %q (there are %s)", name, strings.Join(names, ", "))
}

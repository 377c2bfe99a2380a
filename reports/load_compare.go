package reports

import (
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender/load"
)

// loadChange is a change in words.
type loadChange struct {
	Measure, Old, New, Between string
	Word                       string
	Verdict                    harness.Verdict
}

// Regressed tells that something became worse for sure.
func Regressed(changes []load.Change) bool {
	return slices.ContainsFunc(changes, func(c load.Change) bool { return c.Verdict == load.Worse })
}

func changeOf(c *load.Change) loadChange {
	out := loadChange{Measure: c.Measure, Old: valueText(c.Measure, c.Old), New: valueText(c.Measure, c.New), Word: string(c.Verdict)}
	switch c.Verdict {
	case load.Worse:
		out.Verdict = harness.Fail
	case load.Better, load.Same:
		out.Verdict = harness.Pass
	default:
		out.Verdict = harness.Inconclusive
	}
	if c.Low != 0 || c.High != 0 || c.Verdict != load.Unsure {
		out.Between = fmt.Sprintf("%s to %s", relative(c.Low), relative(c.High))
	}
	return out
}

func valueText(measure string, v float64) string {
	switch measure {
	case "success":
		return load.Percent(v)
	case "rate":
		return fmt.Sprintf("%.1f/s", v)
	}
	return timeText(v)
}

func relative(v float64) string {
	if v > 100 || math.IsInf(v, 0) {
		return "more than × 100"
	}
	return fmt.Sprintf("%+.1f %%", 100*v)
}

// comparisonSays is the verdict on all changes in a sentence.
func comparisonSays(changes []load.Change) string {
	worse, unsure := 0, 0
	for i := range changes {
		switch changes[i].Verdict {
		case load.Worse:
			worse++
		case load.Unsure:
			unsure++
		}
	}
	switch {
	case worse > 0:
		return fmt.Sprintf("REGRESSION: %d of %s worse, with a confidence of 95 %%", worse, plural(len(changes), "measure"))
	case unsure == len(changes):
		return fmt.Sprintf("NOTHING CAN BE SAID: a run is too short (at least %d whole seconds after the first), or varies too much", load.LeastSeconds)
	}
	text := fmt.Sprintf("NO REGRESSION: %d of %d measures are not worse", len(changes)-unsure, len(changes))
	if unsure > 0 {
		text += fmt.Sprintf(", %d vary too much to tell", unsure)
	}
	return text
}

// LoadChanges compares two runs. Where they were not asked for the same, the note says so, and their rates are not compared: a run
// that sends less is no regression of the receiver.
func LoadChanges(old, run *harness.Run) (changes []load.Change, note string) {
	changes = load.Compare(old.Seconds, run.Seconds)
	if old.Load == nil || run.Load == nil || old.Load.Asked == run.Load.Asked && old.Load.Closed == run.Load.Closed {
		return changes, ""
	}
	changes = slices.DeleteFunc(changes, func(c load.Change) bool { return c.Measure == "rate" })
	return changes, fmt.Sprintf("the runs were not asked for the same load: %s before, %s now", sentence(old.Load.Arrivals), sentence(run.Load.Arrivals))
}

func (p *loadPage) compare(old, run *harness.Run) {
	changes, note := LoadChanges(old, run)
	if note != "" {
		p.Notes = append(p.Notes, "Warning: "+note+".")
	}
	if Regressed(changes) && p.Outcome == LoadHeld {
		p.Verdict, p.Outcome, p.Lead = harness.Fail, LoadRegressed, "worse than the run before, though the thresholds are held"
	}
	for i := range changes {
		p.Changes = append(p.Changes, changeOf(&changes[i]))
	}
	p.ChangesSay = comparisonSays(changes)
}

// LoadComparison writes what changed from one run to another for a terminal. The error is w's.
func LoadComparison(w io.Writer, changes []load.Change, o LoadOptions) error {
	t := &loadText{o: o}
	color := loadGood
	if Regressed(changes) {
		color = loadBad
	}
	t.line("%s", t.paint(color, comparisonSays(changes)))
	if o.Note != "" {
		t.line("%s", t.paint(loadWarn, "warning: "+o.Note))
	}
	t.line("%s", t.paint(loadDim, fmt.Sprintf("  %-10s%14s%14s   %-24s", "", "before", "now", "change (95 %)")))
	for i := range changes {
		c := changeOf(&changes[i])
		word := c.Word
		if c.Verdict == harness.Fail {
			word = t.paint("31", word)
		}
		t.line("  %-10s%14s%14s   %-24s%s", c.Measure, c.Old, c.New, c.Between, word)
	}
	t.line("")
	_, err := io.WriteString(w, t.b.String())
	return err
}

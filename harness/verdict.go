package harness

// Counts counts the run's scenarios by verdict. A run without scenario records
// falls back to the counts of its summary.
func (r *Run) Counts() map[Verdict]int {
	counts := make(map[Verdict]int)
	for i := range r.Scenarios {
		counts[r.Scenarios[i].Verdict]++
	}
	if len(r.Scenarios) == 0 && r.Summary != nil {
		for v, n := range r.Summary.Counts {
			counts[v] += n
		}
	}
	return counts
}

// Checked tells that at least one scenario judged the receiver, whatever it concluded.
func (r *Run) Checked() bool {
	counts := r.Counts()
	return counts[Pass]+counts[Fail]+counts[Warning] > 0 || r.found(Fail) || r.found(Warning)
}

// Verdict is the run's conclusion: Fail before Warning before Inconclusive before
// Pass. A run that judged nothing, or that was stopped before its end, is
// Inconclusive at best. Single inconclusive scenarios leave the others' Pass standing.
func (r *Run) Verdict() Verdict {
	counts := r.Counts()
	switch {
	case counts[Fail] > 0 || r.found(Fail):
		return Fail
	case !r.Checked() || !r.Ended():
		return Inconclusive
	case counts[Warning] > 0 || r.found(Warning):
		return Warning
	default:
		return Pass
	}
}

// Ended tells that the run came to its end: it has a summary, and was not interrupted.
func (r *Run) Ended() bool { return r.Summary != nil && !r.Summary.Interrupted }

func (r *Run) found(v Verdict) bool {
	for i := range r.Findings {
		if r.Findings[i].Verdict == v {
			return true
		}
	}
	return false
}

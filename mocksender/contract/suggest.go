package contract

import (
	"fmt"
	"strings"
)

// DidYouMean returns ` (did you mean "…"?)` for the candidate nearest to name, or "" when none is near.
func DidYouMean(name string, candidates []string) string {
	if best := nearestName(name, candidates); best != "" {
		return fmt.Sprintf(" (did you mean %q?)", best)
	}
	return ""
}

// nearestName returns the candidate with the smallest edit distance to name, "" when more than a
// third of the letters would have to change.
func nearestName(name string, candidates []string) string {
	best, bestDistance := "", max(len([]rune(name))/3, 2)+1
	for _, c := range candidates {
		if d := editDistance(strings.ToLower(name), strings.ToLower(c)); d < bestDistance {
			best, bestDistance = c, d
		}
	}
	return best
}

// editDistance is Levenshtein's distance in code points, by the two-row method.
func editDistance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := range x {
		diagonal := row[0]
		row[0] = i + 1
		for j := range y {
			substitute := diagonal
			if x[i] != y[j] {
				substitute++
			}
			diagonal = row[j+1]
			row[j+1] = min(substitute, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(y)]
}

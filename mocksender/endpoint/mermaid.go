package endpoint

import (
	"fmt"
	"slices"
	"strings"
)

// Mermaid draws a transition table as a state diagram, https://mermaid.js.org/syntax/stateDiagram.html.
// Rows that do not leave their state are left out.
func Mermaid(rows []Transition) string {
	var b strings.Builder
	b.WriteString("stateDiagram-v2\n    [*] --> active\n")
	var lines []string
	for _, row := range rows {
		if row.From == row.To {
			continue
		}
		label := row.When
		if label == "" {
			label = row.On
		}
		// A colon would end the label.
		line := fmt.Sprintf("    %s --> %s: %s\n", row.From, row.To, strings.ReplaceAll(label, ":", ""))
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
		if end := fmt.Sprintf("    %s --> [*]\n", Deleted); row.To == Deleted && !slices.Contains(lines, end) {
			lines = append(lines, end)
		}
	}
	b.WriteString(strings.Join(lines, ""))
	return b.String()
}

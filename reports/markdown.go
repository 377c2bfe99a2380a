package reports

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/hookrig/hookrig/harness"
)

// A job page takes a limited size (1 MiB a step on GitHub, see
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits),
// and nobody scrolls through more.
const (
	maxMarkdown         = 900 << 10 // bytes of all findings
	maxMarkdownFindings = 50
	maxMarkdownBlock    = 4 << 10 // bytes of one exchange
	maxMarkdownCommand  = 8 << 10 // bytes of one command
	maxMarkdownText     = 2 << 10 // bytes of one sentence, before it is escaped
)

// Markdown writes the summary of a run for a CI job page, for example to the file
// named by GITHUB_STEP_SUMMARY: GitHub-flavoured Markdown with folded exchanges.
// It is bounded in size whatever the run holds; what was left out is counted.
//
// The error is w's.
func Markdown(w io.Writer, run harness.Run) error {
	run = runWithoutSecrets(run)
	var b strings.Builder
	markdownHead(&b, &run)
	all := groups(&run)
	shown := 0
	for ; shown < min(len(all), maxMarkdownFindings); shown++ {
		var section strings.Builder
		markdownFinding(&section, shown+1, all[shown])
		if b.Len()+section.Len() > maxMarkdown {
			break
		}
		b.WriteString(section.String())
	}
	if rest := len(all) - shown; rest > 0 {
		fmt.Fprintf(&b, "\n%s more: see the other reports of this run.\n", plural(rest, "finding"))
	}
	if line := Escape(run.Header.Repeat); line != "" && len(line) <= maxMarkdownCommand {
		b.WriteString("\nRepeat the whole run:\n\n")
		fence(&b, "sh", line)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func markdownHead(b *strings.Builder, run *harness.Run) {
	verdict := run.Verdict()
	fmt.Fprintf(b, "## %s hookrig: %s\n\n", sign(verdict), word(verdict))
	parts := append(headline(run), circumstances(run)...)
	for i, part := range parts {
		parts[i] = markdownText(part)
	}
	b.WriteString(strings.Join(parts, " · ") + "\n")
	if text := unchecked(run); text != "" {
		b.WriteString("\n**" + markdownText(text) + "**\n")
	}
}

// sign makes the verdict visible in a list of job summaries. The word beside it says the same.
func sign(v harness.Verdict) string {
	switch v {
	case harness.Pass:
		return "✅"
	case harness.Fail:
		return "❌"
	default:
		return "⚠️"
	}
}

func markdownFinding(b *strings.Builder, number int, g group) {
	f := &g[0]
	fmt.Fprintf(b, "\n### %d. %s %s: %s\n\n", number, word(f.Verdict), markdownText(f.Rule), markdownText(f.Summary))
	seen := g.extent(eventLimit)
	if seen == "" {
		seen = f.Event
	}
	if seen != "" {
		b.WriteString(markdownText(seen) + "\n\n")
	}
	for _, field := range []struct{ name, text string }{
		{"want", f.Want}, {"got", f.Got}, {"contract", place(f)}, {"why", f.Why}, {"source", f.Source},
	} {
		if field.text != "" {
			fmt.Fprintf(b, "- **%s** %s\n", field.name, markdownText(field.text))
		}
	}
	markdownExchange(b, f)
}

// markdownExchange folds what was sent, what came back and how to repeat it.
func markdownExchange(b *strings.Builder, f *harness.Finding) {
	if f.Sent == "" && f.Received == "" && f.Smallest == "" && f.Curl == "" && f.Repeat == "" {
		return
	}
	b.WriteString("\n<details><summary>Evidence, and how to repeat it</summary>\n")
	for _, part := range []struct{ name, language, text string }{
		{"Sent", "http", f.Sent},
		{"Received", "http", f.Received},
		{"Smallest payload", "text", f.Smallest},
	} {
		if part.text != "" {
			b.WriteString("\n" + part.name + "\n\n")
			fence(b, part.language, shorten(strings.Join(visibleLines(part.text), "\n"), maxMarkdownBlock))
		}
	}
	var commands []string
	for _, command := range []string{f.Curl, f.Repeat} {
		if line := Escape(command); line != "" && len(line) <= maxMarkdownCommand { // half a command is worse than none
			commands = append(commands, line)
		}
	}
	if len(commands) > 0 {
		b.WriteString("\nRepeat\n\n")
		fence(b, "sh", strings.Join(commands, "\n"))
	}
	b.WriteString("\n</details>\n")
}

// fence writes a code block whose fence is longer than any run of backticks inside.
func fence(b *strings.Builder, language, text string) {
	longest, current := 0, 0
	for _, r := range text {
		if r == '`' {
			current++
			longest = max(longest, current)
		} else {
			current = 0
		}
	}
	mark := strings.Repeat("`", max(3, longest+1))
	b.WriteString(mark + language + "\n" + text + "\n" + mark + "\n")
}

// markdownText makes a sentence literal: no Markdown, no HTML, no link, no mention.
// GitHub links bare addresses too, so their punctuation is escaped as well.
func markdownText(s string) string {
	s = shorten(sentence(s), maxMarkdownText)
	var b strings.Builder
	for i, r := range s {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '>':
			b.WriteString("&gt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '@': // a backslash would still mention
			b.WriteString("&#64;")
		case r == ':' && strings.HasPrefix(s[i:], "://"):
			b.WriteString("&#58;")
		case r == '.' && i >= 3 && strings.EqualFold(s[i-3:i], "www"):
			b.WriteString("&#46;")
		case strings.ContainsRune("\\`*_{}[]()#|~!$", r):
			b.WriteString("\\" + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// shorten cuts a text at limit bytes and says how much is missing.
func shorten(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	end := limit
	for end > 0 && s[end]&0xC0 == 0x80 { // not inside a character
		end--
	}
	return s[:end] + " … " + strconv.Itoa(len(s)-end) + " bytes more"
}

package reports

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// codeMark says why a line, or a part of one, stands out.
type codeMark string

const (
	markNone    codeMark = ""
	markWrong   codeMark = "wrong"   // it breaks the rule
	markDiffers codeMark = "differs" // it is not as in a delivery of the event that was taken
	markEscaped codeMark = "escaped" // bytes that cannot be shown, by their escapes
)

// codeLine is a line of an exchange.
type codeLine struct {
	Mark  codeMark
	Why   string // for readers who do not see the mark
	Parts []codePart
}

type codePart struct {
	Text string
	Mark codeMark
}

// maxHTMLBlock bounds what is shown of one message, in bytes; maxHTMLIndent is the length beyond which
// a body is not laid out.
const (
	maxHTMLBlock  = 16 << 10
	maxHTMLIndent = 1 << 20
)

// codeOf cuts a text into lines and shows bytes that cannot be shown by their escapes.
func codeOf(text string) []codeLine {
	var lines []codeLine
	for line := range strings.SplitSeq(strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n") {
		lines = append(lines, codeLine{Parts: escapedParts(strings.ReplaceAll(line, "\t", strings.Repeat(" ", tabWidth)))})
	}
	return lines
}

// escapedParts splits a line where [Escape] changes it.
func escapedParts(s string) []codePart {
	var parts []codePart
	for s != "" {
		size, plain := 0, true
		for size < len(s) {
			_, n := utf8.DecodeRuneInString(s[size:])
			same := Escape(s[size:size+n]) == s[size:size+n]
			if size > 0 && same != plain {
				break
			}
			plain = same
			size += n
		}
		part := codePart{Text: s[:size]}
		if !plain {
			part = codePart{Text: Escape(s[:size]), Mark: markEscaped}
		}
		parts = append(parts, part)
		s = s[size:]
	}
	return parts
}

// bodyCode shows a body: JSON is laid out, with the values at the pointers marked; in what is meant to be JSON and
// is none, the byte is marked at which it stops to be.
func bodyCode(body string, pointers map[string]string) (lines []codeLine, laidOut bool) {
	var indented bytes.Buffer
	trimmed := strings.TrimSpace(body)
	if trimmed == "" || len(body) > maxHTMLIndent || trimmed[0] != '{' && trimmed[0] != '[' {
		return codeOf(body), false
	}
	if err := json.Indent(&indented, []byte(body), "", "  "); err != nil {
		return faultyJSON(body, err), false
	}
	lines = codeOf(indented.String())
	if len(pointers) == 0 {
		return lines, true
	}
	for i, p := range linePointers(indented.String()) {
		if why, marked := pointers[p]; marked {
			lines[i].Mark, lines[i].Why = markWrong, why
		}
	}
	return lines, true
}

// faultyJSON marks where a text stops to be JSON.
func faultyJSON(body string, err error) []codeLine {
	syntax, ok := errors.AsType[*json.SyntaxError](err)
	if !ok {
		return codeOf(body)
	}
	at := min(max(int(syntax.Offset)-1, 0), len(body))
	if strings.Contains(err.Error(), "unexpected end") {
		lines := codeOf(body)
		last := &lines[len(lines)-1]
		last.Mark, last.Why = markWrong, "it ends here"
		last.Parts = append(last.Parts, codePart{Text: "⟨end⟩", Mark: markWrong})
		return lines
	}
	_, size := utf8.DecodeRuneInString(body[at:])
	lines := codeOf(body[:at])
	rest := codeOf(body[at+size:])
	last := &lines[len(lines)-1]
	last.Mark, last.Why = markWrong, Escape(err.Error())
	last.Parts = append(last.Parts, codePart{Text: Escape(body[at : at+size]), Mark: markWrong})
	last.Parts = append(last.Parts, rest[0].Parts...)
	return append(lines, rest[1:]...)
}

// frame is an object or an array that is open at a line of indented JSON.
type frame struct {
	pointer string
	array   bool
	next    int
}

// linePointers are the JSON pointers of the values that begin on each line of what json.Indent wrote.
func linePointers(indented string) []string {
	var pointers []string
	var open []frame
	for line := range strings.SplitSeq(indented, "\n") {
		text := strings.TrimSuffix(strings.TrimSpace(line), ",")
		if text != "" && (text[0] == '}' || text[0] == ']') {
			pointers = append(pointers, "\x00")
			open = open[:len(open)-1]
			continue
		}
		pointer := ""
		if len(open) > 0 {
			pointer, text = open[len(open)-1].child(text)
		}
		pointers = append(pointers, pointer)
		if strings.HasSuffix(text, "{") || strings.HasSuffix(text, "[") {
			open = append(open, frame{pointer: pointer, array: strings.HasSuffix(text, "[")})
		}
	}
	return pointers
}

// child is the pointer of the member or element on a line, and the value's text.
func (f *frame) child(text string) (pointer, value string) {
	if f.array {
		f.next++
		return fmt.Sprintf("%s/%d", f.pointer, f.next-1), text
	}
	decoder := json.NewDecoder(strings.NewReader(text))
	token, err := decoder.Token()
	name, ok := token.(string)
	if err != nil || !ok {
		return "\x00", text
	}
	name = strings.NewReplacer("~", "~0", "/", "~1").Replace(name)
	value = strings.TrimPrefix(text[decoder.InputOffset():], ":")
	if strings.HasPrefix(strings.TrimSpace(value), `"`) {
		value = `""` // a text may end in a bracket
	}
	return f.pointer + "/" + name, value
}

// bounded cuts lines at [maxHTMLBlock] and counts the bytes that are left out. Nothing that is marked is cut off
// unseen: a mark beyond the cut is told in the count.
func bounded(lines []codeLine) (shown []codeLine, more string) {
	used := 0
	for i := range lines {
		size := 1
		for _, p := range lines[i].Parts {
			size += len(p.Text)
		}
		if used+size > maxHTMLBlock {
			return cutAt(lines, i, maxHTMLBlock-used)
		}
		used += size
	}
	return lines, ""
}

func cutAt(lines []codeLine, i, room int) ([]codeLine, string) {
	left, marked := 0, 0
	shown := slices.Clone(lines[:i])
	if i == 0 && len(lines[0].Parts) > 0 { // one line without an end: show its beginning
		text := lines[0].Parts[0].Text
		begin := shorten(text, min(room, len(text)))
		shown = append(shown, codeLine{Mark: lines[0].Mark, Why: lines[0].Why, Parts: []codePart{{Text: begin}}})
		i = 1
	}
	for _, line := range lines[i:] {
		for _, p := range line.Parts {
			left += len(p.Text)
		}
		if line.Mark != markNone {
			marked++
		}
	}
	more := plural(len(lines)-i, "line") + fmt.Sprintf(" more (%d bytes)", left)
	if marked > 0 {
		more += fmt.Sprintf(", %d of them marked", marked)
	}
	return shown, more
}

package reports

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// htmlExchange is a request or a reply as the page shows it.
type htmlExchange struct {
	Title   string
	Lines   []codeLine
	More    string
	LaidOut bool // the body is JSON that was indented for reading
	Marks   []codeMark
	Note    string
}

var excerptEnd = regexp.MustCompile(`… \((\d+) bytes\)$`)

// splitExchange is the head and the body of what a finding quotes.
func splitExchange(text string) (head, body string) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	head, body, _ = strings.Cut(text, "\n\n")
	return head, body
}

// whole completes a body of which a finding has the beginning only, from the bodies of the deliveries that it cites.
func whole(excerpt string, bodies [][]byte) string {
	cut := excerptEnd.FindStringSubmatchIndex(excerpt)
	if cut == nil {
		return excerpt
	}
	begin := excerpt[:cut[0]]
	for _, b := range bodies {
		if strings.HasPrefix(string(b), begin) && strconv.Itoa(len(b)) == excerpt[cut[2]:cut[3]] {
			return string(b)
		}
	}
	return excerpt
}

// cutOff tells that a body is still an excerpt, whose end says nothing.
func cutOff(body string) bool { return excerptEnd.MatchString(body) }

// request shows what a finding quotes as sent. Headers that most acknowledged deliveries of the event had
// not, or had otherwise, are marked; so are the values that the smallest refused payload names.
func (x *htmlIndex) request(f *harness.Finding) *htmlExchange {
	if f.Sent == "" {
		return nil
	}
	head, body := splitExchange(f.Sent)
	bodies := [][]byte{}
	for _, d := range x.deliveriesOf(f) {
		bodies = append(bodies, d.Message.Body)
		for i := range d.Attempts {
			bodies = append(bodies, d.Attempts[i].Body)
		}
	}
	lines := codeOf(head)
	usual := x.usual(f.Event)
	raw := strings.Split(head, "\n")
	for i := 1; i < len(raw) && usual != nil; i++ {
		name, value, _ := strings.Cut(raw[i], ": ")
		if !varies(name) && !usual[headerKey(name, value)] {
			lines[i].Mark, lines[i].Why = markDiffers, "not as in the deliveries that were acknowledged"
		}
	}
	return exchangeOf("Request", lines, whole(body, bodies), placesIn(f.Smallest))
}

// varies tells of a header that has another value in every request.
func varies(name string) bool {
	switch strings.ToLower(name) {
	case "content-length", "host", "date", "user-agent":
		return true
	}
	return headerName.MatchString(name) || strings.HasSuffix(strings.ToLower(name), "-id") ||
		strings.HasSuffix(strings.ToLower(name), "-timestamp")
}

// usual are the header lines, lower-case names, that most acknowledged deliveries of an event had; nil when there
// are too few to tell.
func (x *htmlIndex) usual(event string) map[string]bool {
	if known, ok := x.headers[event]; ok {
		return known
	}
	total, seen := 0, map[string]int{}
	for i := range x.run.Deliveries {
		d := &x.run.Deliveries[i]
		if d.Message.Event.Type != event || len(d.Attempts) == 0 || len(x.cited[i]) > 0 {
			continue
		}
		a := &d.Attempts[len(d.Attempts)-1]
		if a.Acknowledged != mocksender.Acknowledged {
			continue
		}
		total++
		for name, values := range a.Header {
			seen[headerKey(name, strings.Join(values, ", "))]++
		}
	}
	var usual map[string]bool
	if total > 2 {
		usual = map[string]bool{}
		for key, n := range seen {
			usual[key] = 2*n > total
		}
	}
	x.headers[event] = usual
	return usual
}

func headerKey(name, value string) string { return strings.ToLower(name) + ": " + value }

func (x *htmlIndex) deliveriesOf(f *harness.Finding) []*mocksender.Delivery {
	var list []*mocksender.Delivery
	for _, id := range f.Deliveries {
		if i, known := x.delivery[id]; known {
			list = append(list, x.sent(i))
		}
	}
	return list
}

var smallestPlace = regexp.MustCompile(`(/[^\s,]+) = `)

// placesIn are the pointers of the values that matter, as the smallest refused payload is described.
func placesIn(smallest string) map[string]string {
	head, _, _ := strings.Cut(smallest, "\n")
	places := map[string]string{}
	for _, m := range smallestPlace.FindAllStringSubmatch(head, -1) {
		places[m[1]] = "without it the payload is taken"
	}
	return places
}

// reply shows what came back. What breaks the rule is marked: the status, a header, or a value of the body.
func (x *htmlIndex) reply(f *harness.Finding) *htmlExchange {
	if f.Received == "" {
		return nil
	}
	head, body := splitExchange(f.Received)
	var bodies [][]byte
	for _, d := range x.deliveriesOf(f) {
		for i := range d.Attempts {
			if r := d.Attempts[i].Reply; r != nil {
				bodies = append(bodies, r.Body)
			}
		}
	}
	lines := codeOf(head)
	bad := f.Verdict == harness.Fail || f.Verdict == harness.Warning
	for i := range lines {
		if why := wrongLine(f, head, i); bad && why != "" {
			lines[i].Mark, lines[i].Why = markWrong, why
		}
	}
	pointers := map[string]string{}
	if f.Instance != "" {
		pointers[f.Instance] = "breaks the contract"
	}
	return exchangeOf("Reply", lines, whole(body, bodies), pointers)
}

var (
	statusLine = regexp.MustCompile(`^HTTP/\S+ (\d{3})`)
	statusWord = regexp.MustCompile(`\b[1-5]\d\d\b`)
)

// wrongLine says why a line of a reply's head breaks the finding's rule, "" when it does not. What the finding says
// that it got decides.
func wrongLine(f *harness.Finding, head string, i int) string {
	line := strings.Split(head, "\n")[i]
	if m := statusLine.FindStringSubmatch(line); m != nil && i == 0 {
		contentType := strings.Contains(f.Got, "content type") || f.Instance != ""
		if statusWord.FindString(f.Got) == m[1] && !contentType {
			return "not the status that was wanted"
		}
		return ""
	}
	if i == 0 && !strings.HasPrefix(line, "HTTP/") {
		return "no whole reply came"
	}
	name, _, _ := strings.Cut(line, ":")
	if strings.EqualFold(name, "Content-Type") && strings.Contains(f.Got, "content type") || strings.Contains(f.Got, `header "`+name+`"`) {
		return "breaks the contract"
	}
	return ""
}

// exchangeOf puts head and body together.
func exchangeOf(title string, head []codeLine, body string, pointers map[string]string) *htmlExchange {
	e := &htmlExchange{Title: title, Lines: head}
	switch {
	case body == "":
	case cutOff(body):
		e.Lines = append(append(e.Lines, codeLine{}), codeOf(body)...)
	default:
		var lines []codeLine
		lines, e.LaidOut = bodyCode(body, pointers)
		e.Lines = append(append(e.Lines, codeLine{}), lines...)
	}
	e.Lines, e.More = bounded(e.Lines)
	for i := range e.Lines {
		if m := e.Lines[i].Mark; m != markNone && !slices.Contains(e.Marks, m) {
			e.Marks = append(e.Marks, m)
		}
	}
	return e
}

// headText writes headers as they stand in a message, in order.
func headText(h http.Header) string {
	var b strings.Builder
	_ = h.Write(&b) // a builder takes everything
	return strings.ReplaceAll(b.String(), "\r\n", "\n")
}

package harness

import (
	"bytes"
	"slices"
	"sort"
	"strings"

	"github.com/hookrig/hookrig/harness/fault"
	"github.com/hookrig/hookrig/mocksender"
)

// SecretVariable is the environment variable that stands for the endpoint's
// secret in every command that is shown.
const SecretVariable = "HOOKRIG_SECRET"

// Curl returns a command that repeats the delivery's last exchange without
// hookrig. Wherever the rig's secret was sent, the command says $HOOKRIG_SECRET;
// other credentials are left out. Of what a line did to the request it repeats header names in lower case, chunks and
// HTTP/1.0; curl has no more of it.
func (r *Rig) Curl(d Delivery) string {
	a := d.Last()
	if a == nil {
		return ""
	}
	body := d.Sent(a).Body
	parts := append([]string{"curl", "-sS", "-i"}, carried(d.line)...)
	if method := r.method(d.Message); method != "POST" || len(body) == 0 {
		parts = append(parts, "-X", method)
	}
	for _, name := range headerNames(a) {
		for _, value := range a.Header[name] {
			parts = append(parts, "-H", r.quote(spelled(d.line, name)+": "+r.shown(a, name, value)))
		}
	}
	if !slices.Contains(headerNames(a), "Content-Type") && len(body) > 0 {
		parts = append(parts, "-H", "'Content-Type:'") // curl would add one of its own
	}
	if len(body) > 0 {
		parts = append(parts, "--data-binary", r.quote(string(body)))
	}
	return strings.Join(append(parts, r.quote(withQuery(d.URL, d.Message.Query))), " ")
}

// carried are curl's words for what a line does to a request.
func carried(line *fault.Line) (words []string) {
	if line.Has("chunked") {
		words = append(words, "-H", "'Transfer-Encoding: chunked'")
	}
	if line.Has("http-1.0") {
		words = append(words, "--http1.0")
	}
	if line.Has("lower-case") {
		words = append(words, "--http1.1") // an https server might be spoken to in HTTP/2, where all names are so
	}
	return words
}

// spelled is a header's name as it went over the line.
func spelled(line *fault.Line, name string) string {
	if line.Has("lower-case") {
		return strings.ToLower(name)
	}
	return name
}

// shown is a header's value as a command may hold it: a credential that is
// neither the secret nor one that a scenario made up is not shown.
func (r *Rig) shown(a *mocksender.Attempt, name, value string) string {
	if !slices.Contains(a.Credentials, name) || strings.Contains(value, r.secretText()) || r.invented(value) {
		return value
	}
	return "[redacted]"
}

// headerNames are the headers that curl does not make by itself, in order.
func headerNames(a *mocksender.Attempt) []string {
	var names []string
	for name := range a.Header {
		switch strings.ToLower(name) {
		case "host", "content-length", "accept-encoding", "connection", ":authority", ":method", ":path", ":scheme":
		default:
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

func withQuery(target, query string) string {
	switch {
	case query == "":
		return target
	case strings.Contains(target, "?"):
		return target + "&" + query
	}
	return target + "?" + query
}

// quote writes a shell word; the secret becomes an expanded variable. Bytes that
// no single-quoted word survives being shown with are written in $'…' form.
func (r *Rig) quote(text string) string {
	secret := r.secretText()
	if secret == "\x00" || !strings.Contains(text, secret) {
		return word(text)
	}
	var b strings.Builder
	for i, piece := range strings.Split(text, secret) {
		if i > 0 {
			b.WriteString(`"$` + SecretVariable + `"`)
		}
		if piece != "" {
			b.WriteString(word(piece))
		}
	}
	return b.String()
}

func word(text string) string {
	control := func(c rune) bool { return c < ' ' || c == 0x7f || c == '\uFFFD' }
	if !strings.ContainsFunc(text, control) {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	var b bytes.Buffer
	b.WriteString("$'")
	for i := range len(text) {
		switch c := text[i]; {
		case c == '\'' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < ' ' || c >= 0x7f:
			const digits = "0123456789abcdef"
			b.WriteString(`\x`)
			b.WriteByte(digits[c>>4])
			b.WriteByte(digits[c&15])
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// secretText is the secret, or a text that occurs nowhere when there is none.
func (r *Rig) secretText() string {
	if r.secret == "" {
		return "\x00"
	}
	return r.secret.Reveal()
}

package reports

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// A record holds redacted credentials already. What follows is the second fence:
// it knows credentials by the names that they travel under.

const redacted = "[redacted]"

// credentialName matches the name of a header that carries a credential, in whole words.
const credentialName = `(?:[\w-]*[-_])?(?:authorization|cookie|api-?key|key|token|secret|signature|password|hmac(?:-sha\d+)?|credentials?)(?:-\d+)?`

// A member's name is narrower than a header's: payloads are full of harmless keys and tokens.
const credentialMember = `(?:[\w-]*[-_])?(?:security_token|access_token|refresh_token|auth_token|secret|password|passwd|api[-_]?key|private_key)`

var (
	headerName = regexp.MustCompile(`(?i)^` + credentialName + `$`)
	// headerLine also finds headers inside a curl command: -H 'Name: value'.
	headerLine = regexp.MustCompile(`(?im)((?:^|['"])(?:[<>] ?)?` + credentialName + `:[ \t]*)([^'"\s][^'"\r\n]*)`)
	userInfo   = regexp.MustCompile(`(\b[a-zA-Z][a-zA-Z0-9+.-]*://)[^\s/@'"]+@`)
	queryValue = regexp.MustCompile(`(?i)([?&](?:[\w-]*[-_])?(?:token|secret|signature|sig|key|apikey|password|access_token)=)[^&#\s'"]+`)
	// An excerpt may end inside of a value. An empty value is no credential, and must stay what was sent.
	member = regexp.MustCompile(`(?i)("` + credentialMember + `"\s*:\s*")((?:[^"\\]|\\.)+)("|\\?$)`)
	// quotedMember is a member inside a double-quoted argument of a command.
	quotedMember = regexp.MustCompile(`(?i)(\\"` + credentialMember + `\\"\s*:\s*\\")(?:[^"\\]|\\[^"])*(\\"|$)`)
	// fromEnvironment is a value that is looked up when the command runs, and so no secret.
	fromEnvironment = regexp.MustCompile(`^(?:\w+ )?(?:\[redacted\]|\$\w+|\$\{\w+\})$`)
	flagValue       = regexp.MustCompile(`(--secret[= ])('[^']*'|"[^"]*"|\S+)`)
)

// withoutSecrets takes credentials out of a text: an exchange, a command line or a
// sentence. The patterns are slow, and each is asked only when it may match.
func withoutSecrets(s string) string {
	if strings.Contains(s, ":") {
		s = replaceValue(s, headerLine)
	}
	if strings.Contains(s, "--secret") {
		s = replaceValue(s, flagValue)
	}
	if strings.Contains(s, "://") && strings.Contains(s, "@") {
		s = userInfo.ReplaceAllString(s, "${1}"+redacted+"@")
	}
	if strings.ContainsAny(s, "?&") && strings.Contains(s, "=") {
		s = queryValue.ReplaceAllString(s, "${1}"+redacted)
	}
	if mayHoldCredential([]byte(s)) {
		s = memberWithoutSecret(s)
		s = quotedMember.ReplaceAllString(s, "${1}"+redacted+"${2}")
	}
	return s
}

// memberWithoutSecret leaves a member alone whose value a command looks up: the
// quote that ends '…"security_token":"'"$HOOKRIG_SECRET"'"' is all there is of it.
func memberWithoutSecret(s string) string {
	return member.ReplaceAllStringFunc(s, func(match string) string {
		parts := member.FindStringSubmatch(match)
		if parts[2] == "'" {
			return match
		}
		return parts[1] + redacted + parts[3]
	})
}

// replaceValue redacts what the second group of a pattern matched, unless the
// command looks it up itself.
func replaceValue(s string, pattern *regexp.Regexp) string {
	return pattern.ReplaceAllStringFunc(s, func(match string) string {
		parts := pattern.FindStringSubmatch(match)
		if fromEnvironment.MatchString(strings.Trim(parts[2], `"`)) {
			return match
		}
		return parts[1] + redacted
	})
}

func headerWithoutSecrets(h http.Header) http.Header {
	clean := h.Clone()
	for name, values := range clean {
		for i := range values {
			if headerName.MatchString(name) && values[i] != "" {
				values[i] = redacted
			} else {
				values[i] = withoutSecrets(values[i])
			}
		}
	}
	return clean
}

func findingWithoutSecrets(f harness.Finding) harness.Finding {
	for _, text := range []*string{&f.Summary, &f.Want, &f.Got, &f.Why, &f.Sent, &f.Received, &f.Smallest, &f.Curl, &f.Repeat} {
		*text = withoutSecrets(*text)
	}
	return f
}

func deliveryWithoutSecrets(d mocksender.Delivery) mocksender.Delivery {
	d.URL = withoutSecrets(d.URL)
	d.Message.Query = query(d.Message.Query)
	d.Message.Header = headerWithoutSecrets(d.Message.Header)
	d.Message.Body = bodyWithoutSecrets(d.Message.Body)
	d.Attempts = slices.Clone(d.Attempts)
	for i := range d.Attempts {
		attempt := &d.Attempts[i]
		attempt.Header, attempt.Body = headerWithoutSecrets(attempt.Header), bodyWithoutSecrets(attempt.Body)
		attempt.Reply = replyWithoutSecrets(attempt.Reply)
		if attempt.Failure != nil {
			failure := *attempt.Failure
			failure.Text = withoutSecrets(failure.Text)
			failure.Partial = replyWithoutSecrets(failure.Partial)
			attempt.Failure = &failure
		}
	}
	return d
}

func replyWithoutSecrets(r *mocksender.Reply) *mocksender.Reply {
	if r == nil {
		return nil
	}
	reply := *r
	reply.Header = headerWithoutSecrets(reply.Header)
	reply.Body = bodyWithoutSecrets(reply.Body)
	return &reply
}

// query is [withoutSecrets] for a query that comes without its question mark.
func query(q string) string {
	if q == "" {
		return ""
	}
	return withoutSecrets("?" + q)[1:]
}

// bodyWithoutSecrets keeps the bytes as they are when there is nothing to take out,
// so that a recorded body stays the body that was sent.
func bodyWithoutSecrets(body []byte) []byte {
	if !mayHoldCredential(body) || !member.Match(body) {
		return body
	}
	return member.ReplaceAll(body, []byte("${1}"+redacted+"${3}"))
}

// mayHoldCredential is a fast look before the slow one: bodies are long, and a run has thousands.
func mayHoldCredential(body []byte) bool {
	lower := bytes.ToLower(body)
	for _, part := range []string{"y_token", "s_token", "h_token", "secret", "passw", "api_key", "api-key", "apikey", "private_key"} {
		if bytes.Contains(lower, []byte(part)) {
			return true
		}
	}
	return false
}

func headerRecordWithoutSecrets(h harness.Header) harness.Header {
	h.Target = withoutSecrets(h.Target)
	h.Repeat = withoutSecrets(h.Repeat)
	return h
}

// runWithoutSecrets leaves the deliveries alone: few reports show them, and there may be thousands.
func runWithoutSecrets(run harness.Run) harness.Run {
	run.Header = headerRecordWithoutSecrets(run.Header)
	run.Findings = slices.Clone(run.Findings)
	for i := range run.Findings {
		run.Findings[i] = findingWithoutSecrets(run.Findings[i])
	}
	return run
}

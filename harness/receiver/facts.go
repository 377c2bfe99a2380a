package receiver

import (
	"cmp"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// Facts are places in a payload, as gjson paths ("data.customer.customer_id").
type Facts struct {
	// ID holds the event's identifier. Without one, two equal bodies are one event.
	ID string
	// Time holds when the event happened. Without one, the event that arrived last is the newest.
	Time string
	// Subject holds the identifier of what the event is about. Without one there is no order rule.
	Subject string
}

func (f Facts) or(other Facts) Facts {
	return Facts{
		ID:      cmp.Or(f.ID, other.ID),
		Time:    cmp.Or(f.Time, other.Time),
		Subject: cmp.Or(f.Subject, other.Subject),
	}
}

// FactsOf reads the places from the annotations of the event's schema: the field
// that x-faker fills with event.id, the one it fills with event.time, and the
// first that identifies a subject (a sequence, or a UUID drawn once per subject).
func FactsOf(c *contract.Contract, event string) (Facts, error) {
	schema, err := c.Payload(event)
	if err != nil {
		return Facts{}, err
	}
	return factsOf(c, schema), nil
}

func factsOf(c *contract.Contract, schema *contract.Schema) Facts {
	var f Facts
	walk(c, schema, func(path string, s *contract.Schema) {
		same := s.Faker.Lookup("same")
		moment := s.Faker.Lookup("time")
		switch {
		case same != nil && same.Text == "event.id":
			f.ID = cmp.Or(f.ID, path)
		case same != nil && same.Text == "event.time", moment != nil && moment.Text == "event":
			f.Time = cmp.Or(f.Time, path)
		case identifies(s):
			f.Subject = cmp.Or(f.Subject, path)
		}
	})
	return f
}

func identifies(s *contract.Schema) bool {
	scope := s.Faker.Lookup("scope")
	perEvent := scope != nil && scope.Text == "event"
	uuid := s.Faker.Lookup("uuid")
	return !perEvent && (s.Faker.Lookup("sequence") != nil || uuid != nil && uuid.Text == "true")
}

// readTime reads the two ways in which payloads write moments; the zero time
// when it is neither. A moment without a zone is taken for UTC: only the order of
// one sender's moments matters.
func readTime(text string) time.Time {
	for _, layout := range []string{time.RFC3339Nano, time.DateTime} {
		if t, err := time.Parse(layout, text); err == nil {
			return t
		}
	}
	return time.Time{}
}

// gjsonPath turns a JSON pointer into a gjson path.
func gjsonPath(pointer string) string {
	var keys []string
	for token := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		token = strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~")
		keys = append(keys, gjsonKey(token))
	}
	return strings.Join(keys, ".")
}

// gjsonKey escapes what gjson would read as more than a name.
func gjsonKey(name string) string {
	var b strings.Builder
	for _, r := range name {
		if strings.ContainsRune(`.*?|#@!{}[]()=<>%"\:`, r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

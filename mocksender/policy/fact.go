package policy

// Grade says how sure a value of a policy is.
type Grade string

// The grades. Configured is a value that the user of hookrig chose over the provider's.
const (
	Documented Grade = "documented" // the provider's own page says so
	Seen       Grade = "seen"       // in a delivery or a response that was observed
	Assumption Grade = "assumption" // not published; Reason says why this was chosen
	Configured Grade = "configured"
)

// Fact is one value of a policy with its origin.
type Fact[T any] struct {
	Value T
	Grade Grade
	// Source is the URL of the page that says so, "" for an assumption.
	Source string
	// Reason says why an assumption was made, or adds what a reader should know.
	Reason string
	// Line is the value's line in the policy file, 0 for a value that is in none.
	Line int
}

// Entry is a [Fact] in words, for people.
type Entry struct {
	// Name is the key in the policy file, for example "connect_timeout".
	Name   string `json:"name"`
	Value  string `json:"value"`
	Grade  Grade  `json:"grade"`
	Source string `json:"source,omitempty"`
	Reason string `json:"reason,omitempty"`
}

func entry[T any](name, value string, f Fact[T]) Entry {
	return Entry{Name: name, Value: value, Grade: f.Grade, Source: f.Source, Reason: f.Reason}
}

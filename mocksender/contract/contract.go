package contract

import (
	"errors"
	"io/fs"
	"net/http"
)

// Contract is a loaded document. It is safe for concurrent use from the first call.
type Contract struct{}

// EventType is one event of a contract: one webhook, one method.
type EventType struct {
	// Name is the webhook's key in the document, for example "customer.nightly".
	Name string
	// OperationID is the operation's operationId, or "".
	OperationID string
	// Method is the HTTP method in upper case.
	Method string
	// MediaType is the media type of the body that hookrig sends, "" for a webhook without a body.
	MediaType            string
	Summary, Description string
	// Assumption tells that the document marks the event's body as not published (x-assumption), with the reason.
	Assumption string
	Pos        Position
}

// Violation is one way in which a message breaks the contract.
type Violation struct {
	// Rule is the keyword or the part of the exchange: "required", "type", "status", "content-type" …
	Rule string `json:"rule"`
	// Instance is the JSON pointer into the body, "" for the whole body or for no body part.
	Instance string `json:"instance,omitempty"`
	// Message says in one line what was wanted and what was found.
	Message string `json:"message"`
	// Pointer and Pos say where the contract asks for it.
	Pointer string   `json:"pointer,omitempty"`
	Pos     Position `json:"pos"`
}

// Reply is what a receiver answered, as far as a contract can judge it.
type Reply struct {
	Status int
	Header http.Header
	Body   []byte
}

// LoadError says why a document cannot be used. It lists every problem that was found.
type LoadError struct {
	Problems []Problem
}

// Problem is one fault of a document.
type Problem struct {
	Pos     Position
	Message string
}

func (e *LoadError) Error() string { return "" }

var errSkeleton = errors.New("skeleton")

// Load reads the document called name from fsys, and the local files that it refers to below name's folder.
// Overlays are names of OpenAPI Overlay files in fsys, applied in order.
func Load(fsys fs.FS, name string, overlays ...string) (*Contract, error) { return nil, errSkeleton }

// Parse reads a document from memory. name stands for the file in positions. References to other files are errors.
func Parse(name string, data []byte) (*Contract, error) { return nil, errSkeleton }

// Name returns the document's short name: the file's name without folder and extension.
func (c *Contract) Name() string { return "" }

// Title and Version come from the document's info.
func (c *Contract) Title() string { return "" }

// Version returns info.version.
func (c *Contract) Version() string { return "" }

// Extension returns a root-level extension such as "x-faker-records", or nil.
func (c *Contract) Extension(name string) *Value { return nil }

// Events lists the events in document order.
func (c *Contract) Events() []EventType { return nil }

// Event finds an event by its webhook key, its operationId, or an unambiguous part of either.
// The error suggests the nearest name.
func (c *Contract) Event(name string) (EventType, error) { return EventType{}, errSkeleton }

// Payload returns the schema of the event's body, nil for an event without one.
func (c *Contract) Payload(event string) (*Schema, error) { return nil, errSkeleton }

// Resolve follows s.Ref (one step) and returns the schema that it names. Siblings of $ref stay in s.
func (c *Contract) Resolve(s *Schema) (*Schema, error) { return nil, errSkeleton }

// CheckPayload judges a request body and its headers against the event. It returns nil when they fit.
func (c *Contract) CheckPayload(event string, header http.Header, body []byte) []Violation {
	return nil
}

// CheckReply judges a reply's status, headers, media type and body against the event's responses.
func (c *Contract) CheckReply(event string, reply Reply) []Violation { return nil }

// ReplyRule describes which replies the event documents, for people ("200"), and where.
func (c *Contract) ReplyRule(event string) (string, Position) { return "", Position{} }

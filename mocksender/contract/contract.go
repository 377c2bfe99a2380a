package contract

import (
	"net/http"
	"path"
	"strings"
	"sync"
)

// Contract is a loaded document. It is safe for concurrent use from the first call.
// Only what is asked for is read further than into a tree of values: schemas, references and
// validators are made at first use and kept.
type Contract struct {
	main    *document
	files   *files
	events  []*event
	schemas sync.Map // place.key() to *Schema
	// compiled maps a direction and place.key() to func() *compiled.
	compiled sync.Map
	// bundles maps each *compiled that has a bundle of its own to its direction.
	bundles sync.Map
	opinion func() (*secondOpinion, error)
}

// EventType is one event of a contract: one webhook or callback, one method.
type EventType struct {
	// Name is the webhook's key in the document, for example "customer.nightly". A further method of the same webhook
	// stands before it ("PUT customer.nightly"). A callback's name is its operationId, or its name and expression.
	Name string
	// OperationID is the operation's operationId, or "".
	OperationID string
	// Method is the HTTP method as it is sent, such as "POST".
	Method string
	// MediaType is the media type of the body that hookrig sends, "" for a webhook without a body.
	MediaType            string
	Summary, Description string
	// Assumption tells that the document marks the event's body as not published (x-assumption), with the reason.
	Assumption string
	// Callback is the expression that a callback's URL comes from, such as "{$request.body#/url}", "" for a webhook.
	Callback string
	Pos      Position
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

// LoadError says why a document, or a part of it, cannot be used. It lists every problem that was found.
// For a file that cannot be read it wraps the file system's error, such as fs.ErrNotExist.
type LoadError struct {
	Problems []Problem

	cause error
}

// Problem is one fault of a document.
type Problem struct {
	Pos     Position
	Message string
	// Warning tells that the document can be used all the same: hookrig reads it in the way that Message says.
	Warning bool
}

// Name returns the document's short name: the file's name without folder and extension.
func (c *Contract) Name() string {
	base := path.Base(c.main.file)
	return strings.TrimSuffix(base, path.Ext(base))
}

// Title returns info.title.
func (c *Contract) Title() string { return text(c.main.root.At("/info/title")) }

// Version returns info.version, as it is written when it is a number.
func (c *Contract) Version() string {
	v := c.main.root.At("/info/version")
	if v == nil || v.Kind != String && v.Kind != Number {
		return ""
	}
	return v.Text
}

// Extension returns a root-level extension such as "x-faker-records", or nil.
func (c *Contract) Extension(name string) *Value {
	if !strings.HasPrefix(name, "x-") {
		return nil
	}
	return c.main.root.Lookup(name)
}

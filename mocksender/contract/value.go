package contract

import "fmt"

// Position is a place in a contract file. Line and Column count from 1.
type Position struct {
	File   string
	Line   int
	Column int
}

// String returns "file:line:column".
func (p Position) String() string { return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column) }

// Kind is the JSON type of a [Value].
type Kind uint8

// The kinds of value.
const (
	Null Kind = iota
	Bool
	Number
	String
	Array
	Object
)

// Value is a JSON value that knows its place in the document. It is read-only
// and safe for concurrent use.
type Value struct {
	Kind Kind
	Pos  Position
	// Text is the string itself, the number as JSON spells it, or "true", "false", "null".
	Text string
	// Items are the elements of an array.
	Items []*Value
	// Fields are the members of an object in document order.
	Fields []Field
}

// Field is one member of an object.
type Field struct {
	Name  string
	Pos   Position // of the name
	Value *Value
}

// Lookup returns the member called name, or nil when v is not an object or lacks it.
func (v *Value) Lookup(name string) *Value {
	if v == nil {
		return nil
	}
	for i := range v.Fields {
		if v.Fields[i].Name == name {
			return v.Fields[i].Value
		}
	}
	return nil
}

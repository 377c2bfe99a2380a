package contract

// Schema is one JSON Schema object of the document as it is written: keywords are
// not resolved, merged or checked for sense. It is read-only and safe for
// concurrent use. Package payload compiles it.
//
// Pointers to numbers and schemas are nil when the keyword is absent.
type Schema struct {
	Pos Position
	// Pointer is the schema's place in its document as a JSON pointer, for example "/components/schemas/Customer".
	Pointer string
	// Value is the schema as it is written, for keywords that have no field here.
	Value *Value
	// Boolean is set for the schemas true and false, and then nothing else is.
	Boolean *bool

	// Ref and DynamicRef are as written; [Contract.Resolve] follows them.
	Ref, DynamicRef string

	// Types lists the allowed types; empty means any. `nullable: true` of OpenAPI 3.0 adds "null".
	Types  []string
	Enum   []*Value
	Const  *Value
	Format string

	MinLength, MaxLength              *int
	Pattern                           string
	ContentMediaType, ContentEncoding string
	ContentSchema                     *Schema // of the document in the text, where ContentMediaType is JSON

	// Numbers keep the document's spelling, so that no digit is lost.
	Minimum, Maximum, ExclusiveMinimum, ExclusiveMaximum, MultipleOf *Value

	Items                               *Schema
	PrefixItems                         []*Schema
	Contains                            *Schema
	MinContains, MaxContains            *int
	MinItems, MaxItems                  *int
	UniqueItems                         bool
	UnevaluatedItems                    *Schema
	Properties                          []Property // in document order
	PatternProperties                   []Property // Name is the pattern
	AdditionalProperties, PropertyNames *Schema
	UnevaluatedProperties               *Schema
	Required                            []string
	MinProperties, MaxProperties        *int
	DependentRequired                   map[string][]string
	DependentSchemas                    []Property

	AllOf, AnyOf, OneOf []*Schema
	Not, If, Then, Else *Schema
	Discriminator       *Discriminator
	ReadOnly, WriteOnly bool
	Title, Description  string
	Default             *Value
	Examples            []*Value // `examples`, and `example` when that is what is written
	Faker               *Value   // `x-faker`
	Assumption          bool     // `x-assumption: true`: not published by the provider

	at place
}

// Property is a named subschema.
type Property struct {
	Name   string
	Schema *Schema
}

// Discriminator is OpenAPI's hint which branch of oneOf or anyOf a value belongs to.
type Discriminator struct {
	PropertyName string
	// Mapping is from the property's value to a $ref or schema name.
	Mapping map[string]string
}

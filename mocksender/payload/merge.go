package payload

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// maxChain bounds a chain of references: a longer one refers to itself.
const maxChain = 64

// flatten follows $ref and merges allOf, so that what is left stands in one
// schema. The result is a copy; pos and pointer stay those of s.
func flatten(c *contract.Contract, s *contract.Schema) (*contract.Schema, error) {
	return flattenDepth(c, s, 0)
}

func flattenDepth(c *contract.Contract, s *contract.Schema, depth int) (*contract.Schema, error) {
	if s.Ref == "" && len(s.AllOf) == 0 {
		return s, nil
	}
	if depth > maxChain {
		return nil, impossible(s, "it refers to itself without end")
	}
	out := *s
	out.Ref, out.AllOf = "", nil
	parts := s.AllOf
	if s.Ref != "" {
		target, err := c.Resolve(s)
		if err != nil {
			return nil, err
		}
		parts = append([]*contract.Schema{target}, parts...)
	}
	merged := &out
	for _, p := range parts {
		flat, err := flattenDepth(c, p, depth+1)
		if err != nil {
			return nil, err
		}
		if merged, err = merge(merged, flat); err != nil {
			return nil, err
		}
	}
	return merged, nil
}

func problem(s *contract.Schema, format string, args ...any) error {
	return &contract.LoadError{Problems: []contract.Problem{{Pos: s.Pos, Message: s.Pointer + ": " + fmt.Sprintf(format, args...)}}}
}

// merge returns a schema that a value satisfies if it satisfies both. What a wins
// (position, annotation, description) is a's when a has it.
func merge(a, b *contract.Schema) (*contract.Schema, error) {
	if b.Boolean != nil {
		a, b = b, a
	}
	if a.Boolean != nil {
		if *a.Boolean {
			return b, nil
		}
		return nil, impossible(a, "nothing satisfies the schema false")
	}
	out := *a
	if err := mergeTypes(&out, a, b); err != nil {
		return nil, err
	}
	if err := mergeEnums(&out, a, b); err != nil {
		return nil, err
	}
	mergeText(&out, a, b)
	mergeNumbers(&out, a, b)
	mergeArrays(&out, a, b)
	mergeObjects(&out, a, b)
	mergeLogic(&out, a, b)
	mergeNotes(&out, a, b)
	return &out, nil
}

func mergeTypes(out, a, b *contract.Schema) error {
	switch {
	case len(a.Types) == 0:
		out.Types = b.Types
	case len(b.Types) > 0:
		out.Types = commonTypes(a.Types, b.Types)
		if len(out.Types) == 0 {
			return impossible(a, "nothing is of type %v and of type %v (%s)", a.Types, b.Types, b.Pos)
		}
	}
	return nil
}

func commonTypes(a, b []string) []string {
	var common []string
	for _, t := range a {
		switch {
		case slices.Contains(b, t):
			common = append(common, t)
		case t == "integer" && slices.Contains(b, "number"), t == "number" && slices.Contains(b, "integer"):
			common = append(common, "integer")
		}
	}
	return common
}

func mergeEnums(out, a, b *contract.Schema) error {
	if out.Const == nil {
		out.Const = b.Const
	}
	switch {
	case a.Enum == nil:
		out.Enum = b.Enum
	case b.Enum != nil:
		out.Enum = slices.DeleteFunc(slices.Clone(a.Enum), func(v *contract.Value) bool {
			return !slices.ContainsFunc(b.Enum, func(w *contract.Value) bool { return equalValues(v, w) })
		})
		if len(out.Enum) == 0 {
			return impossible(a, "its enum and the one at %s have no value in common", b.Pos)
		}
	}
	return nil
}

func mergeText(out, a, b *contract.Schema) {
	out.Format = first(a.Format, b.Format)
	out.Pattern = first(a.Pattern, b.Pattern)
	out.ContentEncoding = first(a.ContentEncoding, b.ContentEncoding)
	out.ContentMediaType = first(a.ContentMediaType, b.ContentMediaType)
	out.ContentSchema = both(a.ContentSchema, b.ContentSchema)
	out.MinLength, out.MaxLength = larger(a.MinLength, b.MinLength), smaller(a.MaxLength, b.MaxLength)
}

func mergeNumbers(out, a, b *contract.Schema) {
	out.Minimum, out.Maximum = bound(a.Minimum, b.Minimum, 1), bound(a.Maximum, b.Maximum, -1)
	out.ExclusiveMinimum = bound(a.ExclusiveMinimum, b.ExclusiveMinimum, 1)
	out.ExclusiveMaximum = bound(a.ExclusiveMaximum, b.ExclusiveMaximum, -1)
	out.MultipleOf = commonMultiple(a.MultipleOf, b.MultipleOf)
}

func mergeArrays(out, a, b *contract.Schema) {
	out.MinItems, out.MaxItems = larger(a.MinItems, b.MinItems), smaller(a.MaxItems, b.MaxItems)
	out.UniqueItems = a.UniqueItems || b.UniqueItems
	out.Items, out.UnevaluatedItems = both(a.Items, b.Items), both(a.UnevaluatedItems, b.UnevaluatedItems)
	out.PrefixItems = nil
	for i := range max(len(a.PrefixItems), len(b.PrefixItems)) {
		out.PrefixItems = append(out.PrefixItems, both(itemAt(a, i), itemAt(b, i)))
	}
	if a.Contains == nil {
		out.Contains, out.MinContains, out.MaxContains = b.Contains, b.MinContains, b.MaxContains
	}
}

// itemAt is the schema of element i, nil when any value will do.
func itemAt(s *contract.Schema, i int) *contract.Schema {
	if i < len(s.PrefixItems) {
		return s.PrefixItems[i]
	}
	return s.Items
}

func mergeObjects(out, a, b *contract.Schema) {
	out.Properties = mergeProperties(a, b)
	// What b closes is closed for all that is not its own; a's unevaluatedProperties see what b names.
	closed := b.AdditionalProperties
	if closed == nil {
		closed = b.UnevaluatedProperties
	}
	out.PatternProperties = append(slices.Clone(a.PatternProperties), b.PatternProperties...)
	out.DependentSchemas = append(slices.Clone(a.DependentSchemas), b.DependentSchemas...)
	out.AdditionalProperties = both(a.AdditionalProperties, closed)
	out.PropertyNames = both(a.PropertyNames, b.PropertyNames)
	out.Required = slices.Clone(a.Required)
	for _, name := range b.Required {
		if !slices.Contains(out.Required, name) {
			out.Required = append(out.Required, name)
		}
	}
	out.MinProperties, out.MaxProperties = larger(a.MinProperties, b.MinProperties), smaller(a.MaxProperties, b.MaxProperties)
	out.DependentRequired = maps.Clone(a.DependentRequired)
	for name, needs := range b.DependentRequired {
		if out.DependentRequired == nil {
			out.DependentRequired = map[string][]string{}
		}
		out.DependentRequired[name] = append(slices.Clone(out.DependentRequired[name]), needs...)
	}
}

func mergeProperties(a, b *contract.Schema) []contract.Property {
	out := slices.Clone(a.Properties)
	for i, p := range out {
		if propertyOf(b, p.Name) == nil {
			out[i].Schema = both(p.Schema, undeclaredIn(b, b.UnevaluatedProperties))
		}
	}
	for _, p := range b.Properties {
		at := slices.IndexFunc(out, func(q contract.Property) bool { return q.Name == p.Name })
		if at < 0 {
			p.Schema = both(p.Schema, undeclaredIn(a, nil))
			out = append(out, p)
			continue
		}
		out[at].Schema = both(out[at].Schema, p.Schema)
	}
	return out
}

// undeclaredIn is what a schema asks of a member that its properties do not name.
// A schema with patterns is no plain object, and the solver looks at it as it is written.
func undeclaredIn(s, unevaluated *contract.Schema) *contract.Schema {
	if len(s.PatternProperties) > 0 {
		return nil
	}
	if s.AdditionalProperties != nil {
		return s.AdditionalProperties
	}
	return unevaluated
}

func mergeLogic(out, a, b *contract.Schema) {
	out.Not = a.Not
	if b.Not != nil {
		out.Not = b.Not
		if a.Not != nil { // neither: not anyOf
			out.Not = &contract.Schema{Pos: a.Pos, Pointer: a.Pointer, AnyOf: []*contract.Schema{a.Not, b.Not}}
		}
	}
	out.OneOf, out.AnyOf = a.OneOf, a.AnyOf
	var rest []*contract.Schema
	keep := func(mine *[]*contract.Schema, theirs []*contract.Schema, wrap func([]*contract.Schema) *contract.Schema) {
		if len(*mine) == 0 {
			*mine = theirs
		} else if len(theirs) > 0 {
			rest = append(rest, wrap(theirs))
		}
	}
	keep(&out.OneOf, b.OneOf, func(s []*contract.Schema) *contract.Schema {
		return &contract.Schema{Pos: b.Pos, Pointer: b.Pointer, OneOf: s}
	})
	keep(&out.AnyOf, b.AnyOf, func(s []*contract.Schema) *contract.Schema {
		return &contract.Schema{Pos: b.Pos, Pointer: b.Pointer, AnyOf: s}
	})
	if out.If, out.Then, out.Else = a.If, a.Then, a.Else; a.If == nil {
		out.If, out.Then, out.Else = b.If, b.Then, b.Else
	} else if b.If != nil {
		rest = append(rest, &contract.Schema{Pos: b.Pos, Pointer: b.Pointer, If: b.If, Then: b.Then, Else: b.Else})
	}
	out.AllOf = append(slices.Clone(out.AllOf), rest...)
	if out.Discriminator == nil {
		out.Discriminator = b.Discriminator
	}
}

func mergeNotes(out, a, b *contract.Schema) {
	if out.Faker == nil {
		out.Faker = b.Faker
	}
	if out.Default == nil {
		out.Default = b.Default
	}
	if out.Examples == nil {
		out.Examples = b.Examples
	}
	out.Title, out.Description = first(a.Title, b.Title), first(a.Description, b.Description)
	out.ReadOnly, out.WriteOnly = a.ReadOnly || b.ReadOnly, a.WriteOnly || b.WriteOnly
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// both is the schema that asks for a and for b.
func both(a, b *contract.Schema) *contract.Schema {
	switch {
	case a == nil || a == b:
		return b
	case b == nil:
		return a
	}
	return &contract.Schema{Pos: a.Pos, Pointer: a.Pointer, AllOf: []*contract.Schema{a, b}}
}

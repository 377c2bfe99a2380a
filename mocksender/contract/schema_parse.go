package contract

import (
	"strconv"
)

// schema returns the schema at p. The same place always gives the same *Schema, also when several goroutines ask at once.
func (c *Contract) schema(p place) *Schema {
	key := p.key()
	if s, ok := c.schemas.Load(key); ok {
		return s.(*Schema)
	}
	r := schemaReader{c: c, legacy: p.doc.legacy}
	s := r.read(p)
	return s
}

// schemaReader reads a schema with everything inline below it. Keywords of the wrong type are
// left out here; compiling the schema reports them.
type schemaReader struct {
	c      *Contract
	legacy bool // the schemas are those of OpenAPI 3.0
}

func (r schemaReader) read(p place) *Schema {
	if s, ok := r.c.schemas.Load(p.key()); ok {
		return s.(*Schema)
	}
	s := &Schema{Pos: p.value.Pos, Pointer: p.pointer, Value: p.value, at: p}
	switch p.value.Kind {
	case Bool:
		yes := p.value.Text == "true"
		s.Boolean = &yes
	case Object:
		r.references(s, p)
		if alone(p) {
			r.annotations(s, p)
			break
		}
		r.scalars(s, p.value)
		s.ContentSchema = r.one(p, "contentSchema")
		r.arrays(s, p)
		r.objects(s, p)
		r.combinators(s, p)
		r.annotations(s, p)
	}
	first, _ := r.c.schemas.LoadOrStore(p.key(), s)
	return first.(*Schema)
}

func (r schemaReader) references(s *Schema, p place) {
	s.Ref = text(p.value.Lookup("$ref"))
	s.DynamicRef = text(p.value.Lookup("$dynamicRef"))
}

func (r schemaReader) scalars(s *Schema, v *Value) {
	s.Types = types(v)
	if enum := v.Lookup("enum"); enum != nil {
		s.Enum = enum.Items
	}
	s.Const = v.Lookup("const")
	s.Format = text(v.Lookup("format"))
	s.MinLength, s.MaxLength = count(v.Lookup("minLength")), count(v.Lookup("maxLength"))
	s.Pattern = text(v.Lookup("pattern"))
	s.ContentMediaType, s.ContentEncoding = text(v.Lookup("contentMediaType")), text(v.Lookup("contentEncoding"))
	s.Minimum, s.ExclusiveMinimum = legacyLimit(v, "minimum", "exclusiveMinimum")
	s.Maximum, s.ExclusiveMaximum = legacyLimit(v, "maximum", "exclusiveMaximum")
	s.MultipleOf = number(v.Lookup("multipleOf"))
}

// types reads `type`, with the "null" that `nullable: true` adds.
func types(v *Value) []string {
	var list []string
	if t := v.Lookup("type"); t != nil {
		list = oneOrMore(t)
	}
	if len(list) == 0 || !isTrue(v.Lookup("nullable")) {
		return list
	}
	for _, t := range list {
		if t == "null" {
			return list
		}
	}
	return append(list, "null")
}

func (r schemaReader) arrays(s *Schema, p place) {
	s.Items = r.one(p, "items")
	s.PrefixItems = r.list(p, "prefixItems")
	s.Contains = r.one(p, "contains")
	s.MinContains, s.MaxContains = count(p.value.Lookup("minContains")), count(p.value.Lookup("maxContains"))
	s.MinItems, s.MaxItems = count(p.value.Lookup("minItems")), count(p.value.Lookup("maxItems"))
	s.UniqueItems = isTrue(p.value.Lookup("uniqueItems"))
	s.UnevaluatedItems = r.one(p, "unevaluatedItems")
}

func (r schemaReader) objects(s *Schema, p place) {
	s.Properties = r.named(p, "properties")
	s.PatternProperties = r.named(p, "patternProperties")
	s.AdditionalProperties = r.one(p, "additionalProperties")
	s.PropertyNames = r.one(p, "propertyNames")
	s.UnevaluatedProperties = r.one(p, "unevaluatedProperties")
	s.Required = stringItems(p.value.Lookup("required"))
	s.MinProperties, s.MaxProperties = count(p.value.Lookup("minProperties")), count(p.value.Lookup("maxProperties"))
	s.DependentSchemas = r.named(p, "dependentSchemas")
	if d := p.value.Lookup("dependentRequired"); d != nil && d.Kind == Object {
		s.DependentRequired = make(map[string][]string, len(d.Fields))
		for _, f := range d.Fields {
			s.DependentRequired[f.Name] = stringItems(f.Value)
		}
	}
}

func (r schemaReader) combinators(s *Schema, p place) {
	s.AllOf, s.AnyOf, s.OneOf = r.list(p, "allOf"), r.list(p, "anyOf"), r.list(p, "oneOf")
	s.Not, s.If, s.Then, s.Else = r.one(p, "not"), r.one(p, "if"), r.one(p, "then"), r.one(p, "else")
	d := p.value.Lookup("discriminator")
	if name := text(d.Lookup("propertyName")); name != "" {
		s.Discriminator = &Discriminator{PropertyName: name}
		if m := d.Lookup("mapping"); m != nil && m.Kind == Object {
			s.Discriminator.Mapping = make(map[string]string, len(m.Fields))
			for _, f := range m.Fields {
				s.Discriminator.Mapping[f.Name] = text(f.Value)
			}
		}
	}
}

func (r schemaReader) annotations(s *Schema, p place) {
	v := p.value
	s.ReadOnly, s.WriteOnly = isTrue(v.Lookup("readOnly")), isTrue(v.Lookup("writeOnly"))
	s.Title, s.Description = text(v.Lookup("title")), text(v.Lookup("description"))
	s.Default = v.Lookup("default")
	if examples := v.Lookup("examples"); examples != nil && examples.Kind == Array {
		s.Examples = examples.Items
	} else if example := v.Lookup("example"); example != nil {
		s.Examples = []*Value{example}
	}
	s.Faker = v.Lookup("x-faker")
	s.Assumption = isTrue(v.Lookup("x-assumption"))
}

// isSchema tells whether v can be a schema at all.
func isSchema(v *Value) bool { return v != nil && (v.Kind == Object || v.Kind == Bool) }

func (r schemaReader) one(p place, keyword string) *Schema {
	if sub := p.member(keyword); isSchema(sub.value) {
		return r.read(sub)
	}
	return nil
}

func (r schemaReader) list(p place, keyword string) []*Schema {
	at := p.member(keyword)
	if at.value == nil || at.value.Kind != Array {
		return nil
	}
	list := make([]*Schema, 0, len(at.value.Items))
	for i, item := range at.value.Items {
		if isSchema(item) {
			list = append(list, r.read(place{p.doc, at.pointer + "/" + strconv.Itoa(i), item}))
		}
	}
	return list
}

func (r schemaReader) named(p place, keyword string) []Property {
	at := p.member(keyword)
	if at.value == nil || at.value.Kind != Object {
		return nil
	}
	list := make([]Property, 0, len(at.value.Fields))
	for _, f := range at.value.Fields {
		if isSchema(f.Value) {
			list = append(list, Property{f.Name, r.read(place{p.doc, join(at.pointer, f.Name), f.Value})})
		}
	}
	return list
}

func text(v *Value) string {
	if v == nil || v.Kind != String {
		return ""
	}
	return v.Text
}

func isTrue(v *Value) bool { return v != nil && v.Kind == Bool && v.Text == "true" }

func number(v *Value) *Value {
	if v == nil || v.Kind != Number {
		return nil
	}
	return v
}

// stringItems returns the strings of an array.
func stringItems(v *Value) []string {
	if v == nil || v.Kind != Array {
		return nil
	}
	list := make([]string, 0, len(v.Items))
	for _, item := range v.Items {
		if item.Kind == String {
			list = append(list, item.Text)
		}
	}
	return list
}

// oneOrMore returns the strings of an array, or a single string as a list.
func oneOrMore(v *Value) []string {
	if v.Kind == String {
		return []string{v.Text}
	}
	return stringItems(v)
}

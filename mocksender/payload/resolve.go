package payload

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brianvoe/gofakeit/v7"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// touch makes sure that the values a leaf is made from at run time are pooled and kept.
func (b *builder) touch(n *node, pos contract.Position, refs ...string) {
	for _, ref := range refs {
		r, err := b.refer(n, ref)
		if err != nil {
			b.fail(pos, "x-faker: %s: %v", n.spec.maker, err)
			continue
		}
		if r.node != nil {
			b.place(r.node)
			r.table, r.cell = r.node.table, r.node.cell
		}
		if r.cell != nil {
			r.cell.used = true
			b.use(r.table)
		}
	}
}

// sourceOf returns the leaf's source, making it first where needed. Cycles were
// refused when the leaves were placed.
func (b *builder) sourceOf(n *node) source {
	if n.from == nil {
		n.from = b.newSource(n)
	}
	return n.from
}

func (b *builder) newSource(n *node) source {
	if n.cell != nil {
		return pooledSource(n.table, n.cell)
	}
	if n.target != nil {
		return b.adorn(n, b.sourceOf(n.target))
	}
	from := b.liveSource(n)
	if from == nil {
		return constant{json: []byte("null")} // the problem is recorded
	}
	return b.adorn(n, from)
}

func pooledSource(t *table, cell *cellMaker) source {
	p := pooled{&cell.column, t.index}
	if cell.column.integers() != nil {
		return numbered{p}
	}
	return p
}

// adorn applies the modifiers of an annotation to a source that is made for each event.
func (b *builder) adorn(n *node, from source) source {
	s := n.spec
	if s.format != "" {
		from = b.formatted(n, from)
	}
	e := either{from: from, null: newRate(s.nullRate), empty: newRate(s.emptyRate), quoted: newRate(s.stringRate),
		key: keyOf(n.path + "#either"), scope: n.scope}
	if _, number := from.(integer); number && len(n.schema.Types) > 0 && !slices.Contains(n.schema.Types, "integer") &&
		!slices.Contains(n.schema.Types, "number") {
		e.quoted = newRate(1) // a string that holds a number
	}
	if e.null == 0 && e.empty == 0 && e.quoted == 0 {
		return from
	}
	return e
}

// formatted splits a printf text with one integer verb into its three parts.
func (b *builder) formatted(n *node, from source) source {
	before, rest, _ := strings.Cut(n.spec.format, "%")
	verb := strings.IndexByte(rest, 'd')
	number, ok := from.(integer)
	if !ok || verb < 0 {
		b.fail(n.spec.pos, "x-faker: format %q: want one %%d and a value that is an integer", n.spec.format)
		return from
	}
	f := formatted{before: b.enc.appendText(nil, before), after: b.enc.appendText(nil, rest[verb+1:]), from: number}
	if width := strings.TrimPrefix(rest[:verb], "0"); width != "" {
		if _, err := fmt.Sscanf(width, "%d", &f.width); err != nil {
			b.fail(n.spec.pos, "x-faker: format %q: want a width such as %%06d", n.spec.format)
		}
	}
	return f
}

// liveSource makes the sources that need the event, its subject or another live value.
func (b *builder) liveSource(n *node) source {
	s, key := n.spec, keyOf(first(n.identity, n.path))
	switch s.maker {
	case "set":
		return b.constantAny(s.literal)
	case "value":
		return b.constantOf(s.arg)
	case "pool":
		return b.constantOf(s.arg.Items[min(n.elementIndex(), len(s.arg.Items)-1)])
	case "same":
		return b.named(n, s.arg.Text, s.arg.Pos)
	case "template":
		return b.templateOf(n, s.arg.Text, s.arg.Pos)
	case "sequence":
		return sequence{start: b.intOption(s.arg, "start", 1), step: b.intOption(s.arg, "step", 1), scope: n.scope}
	case "token":
		return token{alphabet: alphabetOf(s.arg), length: int(b.intOption(s.arg, "length", 16)), key: key, scope: n.scope}
	case "uuid":
		return uuid{key: key, scope: n.scope}
	case "digits":
		return b.digitsOf(n)
	case "time":
		return b.dateOf(n)
	case "expr":
		return b.computedOf(n)
	case "func", "integer":
		return b.uniqueOf(n)
	}
	b.fail(s.pos, "x-faker: %s cannot be made", s.maker)
	return nil
}

func (n *node) elementIndex() int {
	for p := n; p != nil; p = p.parent {
		if p.index >= 0 {
			return p.index
		}
	}
	return 0
}

func (b *builder) constantOf(v *contract.Value) source {
	return b.constantAny(plain(v))
}

func (b *builder) constantAny(v any) source {
	json, err := b.enc.appendValue(nil, v)
	if err != nil {
		return nil
	}
	if n, ok := asInt(v); ok {
		return constantInt{constant{json: json}, n}
	}
	return constant{json: json}
}

// named is the source behind a REF.
func (b *builder) named(n *node, ref string, pos contract.Position) source {
	r, err := b.refer(n, ref)
	switch {
	case err != nil:
		b.fail(pos, "x-faker: %s: %v", n.spec.maker, err)
		return nil
	case r.node != nil:
		return b.sourceOf(r.node)
	case r.cell != nil:
		return pooledSource(r.table, r.cell)
	case r.index:
		return b.constantAny(n.elementIndex())
	}
	return b.factOf(n, r.fact)
}

func (b *builder) factOf(n *node, fact string) source {
	switch fact {
	case "id":
		return eventID{}
	case "time":
		return date{now{perEvent}, layoutOf(n)}
	case "type":
		return b.constantAny(b.event.Name)
	case "number":
		return eventNumber{}
	}
	return b.constantAny(b.o.Secret.Reveal())
}

func (b *builder) templateOf(n *node, text string, pos contract.Position) template {
	texts, refs := splitTemplate(text)
	t := template{}
	for i, literal := range texts {
		p := part{text: b.enc.appendText(nil, literal)}
		if i < len(refs) {
			p.from = b.named(n, refs[i], pos)
		}
		t.parts = append(t.parts, p)
	}
	return t
}

// alphabetOf expands ranges: "0-9a-f" is 16 characters.
func alphabetOf(v *contract.Value) string {
	spec := "0-9a-z"
	if a := v.Lookup("alphabet"); a != nil && a.Text != "" {
		spec = a.Text
	}
	var out []byte
	for i := 0; i < len(spec); i++ {
		if i+2 < len(spec) && spec[i+1] == '-' {
			for c := spec[i]; c <= spec[i+2]; c++ {
				out = append(out, c)
			}
			i += 2
			continue
		}
		out = append(out, spec[i])
	}
	return string(out)
}

func (b *builder) digitsOf(n *node) source {
	d := digits{length: int(b.intOption(n.spec.arg, "length", 10)), key: keyOf(n.path), scope: n.scope}
	if v := n.spec.arg.Lookup("prefix"); v != nil {
		d.prefix = b.templateOf(n, v.Text, v.Pos)
	}
	if v := n.spec.arg.Lookup("luhn"); v != nil {
		d.luhn = v.Text == "true"
	}
	return d
}

// computed evaluates an expression for each event. It allocates; pools cannot
// help where an operand is unique.
type computed struct {
	*expression
	from []source
	enc  encoding
}

func (c computed) append(dst []byte, s *Subject) []byte {
	values := make(map[string]any, len(c.refs))
	for i, ref := range c.refs {
		v, err := decode(c.from[i].append(nil, s))
		if err != nil {
			return append(dst, "null"...) // sources append JSON; prove would have met it
		}
		values[ref] = v
	}
	v, err := c.run(values)
	if err != nil {
		return append(dst, "null"...)
	}
	out, err := c.enc.appendValue(dst, v)
	if err != nil {
		return append(dst, "null"...)
	}
	return out
}

func (b *builder) computedOf(n *node) source {
	e, err := compileExpr(n.spec.arg.Text)
	if err != nil {
		b.fail(n.spec.arg.Pos, "x-faker: expr: %v", err)
		return nil
	}
	e.places = int(b.intOption(n.spec.all, "places", 2))
	c := computed{expression: e, enc: b.enc}
	for _, ref := range e.refs {
		c.from = append(c.from, b.named(n, ref, n.spec.arg.Pos))
	}
	return c
}

// uniqueOf makes a function's values unique by the number of the event or subject:
// an e-mail address gets it in its local part, other text behind a hyphen.
func (b *builder) uniqueOf(n *node) source {
	m := b.plainMaker(n.spec)
	if m == nil {
		return nil
	}
	f := gofakeit.NewFaker(poolRand(mix(b.o.Seed), keyOf(n.path)), false)
	u := unique{key: keyOf(n.path), scope: n.scope}
	for range poolRows {
		v, err := m(f, nil)
		if err != nil {
			b.failErr(n.spec.pos, at(n.spec.pos, err))
			return nil
		}
		text, ok := v.(string)
		if !ok {
			b.fail(n.spec.pos, "x-faker: unique: %s makes no text; want sequence for numbers", n.spec.arg.Text)
			return nil
		}
		local, domain, mail := strings.Cut(text, "@")
		if mail {
			u.before, u.after = append(u.before, b.enc.appendText(nil, local+".")), append(u.after, b.enc.appendText(nil, "@"+domain))
		} else {
			u.before, u.after = append(u.before, b.enc.appendText(nil, text+"-")), append(u.after, nil)
		}
	}
	return u
}

// conform fits a made value to the schema's type, and refuses one that cannot be right.
func conform(s *contract.Schema, v any) (any, error) {
	v = retype(s, v)
	text, isText := v.(string)
	if !isText {
		return v, nil
	}
	if s.MaxLength != nil && !fits(text, 0, *s.MaxLength) {
		v = strings.TrimSpace(string([]rune(text)[:*s.MaxLength]))
	}
	if s.MinLength != nil && !fits(text, *s.MinLength, -1) && text != "" {
		return nil, fmt.Errorf("%q is shorter than minLength %d", text, *s.MinLength)
	}
	return v, nil
}

// retype turns text into the number or boolean that the schema wants, and a number into text.
func retype(s *contract.Schema, v any) any {
	if len(s.Types) == 0 || v == nil {
		return v
	}
	wants := func(types ...string) bool {
		return slices.ContainsFunc(types, func(t string) bool { return slices.Contains(s.Types, t) })
	}
	switch v := v.(type) {
	case string:
		if wants("string") || !wants("integer", "number", "boolean") {
			return v
		}
		if plain, err := decode([]byte(v)); err == nil {
			return plain
		}
	case bool:
		if wants("string") && !wants("boolean") {
			return fmt.Sprint(v)
		}
	default:
		if wants("string") && !wants("integer", "number", "object", "array") {
			return textOf(v)
		}
	}
	return v
}

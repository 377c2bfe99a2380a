package payload

import (
	"strconv"
	"time"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// timeRefs lists what a time annotation refers to.
func timeRefs(v *contract.Value) (refs []string) {
	for _, item := range listOf(v.Lookup("between")) {
		refs = append(refs, item.Text)
	}
	for _, name := range []string{"from", "count", "unit"} {
		option := v.Lookup(name)
		if option == nil || option.Kind == contract.Number || name == "unit" && units[option.Text] {
			continue
		}
		refs = append(refs, option.Text)
	}
	return refs
}

var units = map[string]bool{"day": true, "week": true, "month": true, "year": true}

func listOf(v *contract.Value) []*contract.Value {
	if v == nil {
		return nil
	}
	return v.Items
}

// layoutOf is the layout that a leaf's times are printed by.
func layoutOf(n *node) layout {
	switch {
	case n.spec.layout != "":
		return layout(n.spec.layout)
	case n.schema.Format == "date":
		return layoutDate
	}
	return layoutRFC3339
}

func (b *builder) dateOf(n *node) source {
	m := b.momentOf(n)
	if m == nil {
		return nil
	}
	if n.is("integer") && n.spec.layout == "" {
		return instant{m, int64(unixScale(n.name))}
	}
	return date{m, layoutOf(n)}
}

// momentOf reads the forms of a time annotation.
func (b *builder) momentOf(n *node) moment {
	arg, key := n.spec.arg, keyOf(n.path)
	switch {
	case arg.Kind == contract.String && (arg.Text == "event" || arg.Text == "event.time"):
		return now{n.scope}
	case arg.Lookup("ago") != nil:
		return b.agoOf(n, arg.Lookup("ago"), key)
	case arg.Lookup("between") != nil:
		ends := arg.Lookup("between")
		if len(ends.Items) != 2 {
			break
		}
		low, high := b.momentNamed(n, ends.Items[0]), b.momentNamed(n, ends.Items[1])
		if low == nil || high == nil {
			return nil
		}
		return between{low: low, high: high, key: key, scope: n.scope}
	case arg.Lookup("from") != nil:
		return b.calendarOf(n)
	}
	b.fail(arg.Pos, "x-faker: time: want event, {ago: [least, most]}, {between: [REF, REF]} or {from: REF, count: n, unit: day}")
	return nil
}

func (b *builder) agoOf(n *node, v *contract.Value, key uint64) moment {
	spans := make([]time.Duration, 0, 2)
	for _, item := range v.Items {
		d, err := readSpan(item)
		if err != nil {
			b.fail(item.Pos, "x-faker: ago: %v", err)
			return nil
		}
		spans = append(spans, d)
	}
	if len(spans) != 2 || spans[0] > spans[1] {
		b.fail(v.Pos, "x-faker: ago: want [least, most], the least first")
		return nil
	}
	return ago{low: int64(spans[0].Seconds()), high: int64(spans[1].Seconds()), key: key, scope: n.scope}
}

// momentNamed is the moment behind a REF.
func (b *builder) momentNamed(n *node, v *contract.Value) moment {
	if v.Text == "event.time" {
		return now{n.scope}
	}
	if m, ok := b.named(n, v.Text, v.Pos).(moment); ok {
		return m
	}
	b.fail(v.Pos, "x-faker: time: %q is no time of an x-faker annotation", v.Text)
	return nil
}

func (b *builder) calendarOf(n *node) moment {
	arg := n.spec.arg
	c := calendar{unit: constant{json: []byte(`"day"`)}, from: b.momentNamed(n, arg.Lookup("from"))}
	if v := arg.Lookup("unit"); v != nil {
		if c.unit = (constant{json: []byte(strconv.Quote(v.Text))}); !units[v.Text] {
			c.unit = b.named(n, v.Text, v.Pos)
		}
	}
	count := arg.Lookup("count")
	if count == nil {
		b.fail(arg.Pos, "x-faker: time: count is missing")
		return nil
	}
	var from source
	if count.Kind == contract.Number {
		from = b.constantOf(count)
	} else {
		from = b.named(n, count.Text, count.Pos)
	}
	number, ok := from.(integer)
	if !ok {
		b.fail(count.Pos, "x-faker: time: count: %q is no integer", count.Text)
		return nil
	}
	if c.count = number; c.from == nil {
		return nil
	}
	return c
}

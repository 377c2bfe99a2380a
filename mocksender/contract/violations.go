package contract

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"
)

// leaves flattens the engine's error tree.
func (k *compiled) leaves(e *jsonschema.ValidationError) []Violation {
	f := flattener{compiled: k, printer: message.NewPrinter(language.English)}
	f.add(e)
	sortViolations(f.out)
	return slices.Compact(f.out)
}

func sortViolations(list []Violation) {
	slices.SortStableFunc(list, func(a, b Violation) int {
		return cmp.Or(cmp.Compare(a.Instance, b.Instance), cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Message, b.Message),
			cmp.Compare(a.Pointer, b.Pointer))
	})
}

type flattener struct {
	*compiled
	printer *message.Printer
	out     []Violation
}

func (f *flattener) add(e *jsonschema.ValidationError) {
	switch k := e.ErrorKind.(type) {
	case *kind.AnyOf:
		f.choice(e, "anyOf")
		return
	case *kind.OneOf:
		if len(k.Subschemas) == 0 {
			f.choice(e, "oneOf")
			return
		}
	case *kind.Required:
		for _, name := range k.Missing {
			f.leaf(e, "required", fmt.Sprintf("member %q is missing", name))
		}
		return
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			f.leaf(e, "additionalProperties", fmt.Sprintf("member %q is not allowed", name))
		}
		return
	case *kind.PropertyNames:
		f.leaf(e, "propertyNames", fmt.Sprintf("the name %q is not allowed: %s", k.Property, f.reasons(e.Causes)))
		return
	case *kind.Contains, *kind.MinContains:
		f.leaf(e, ruleOf(e), f.describe(e))
		return
	}
	if len(e.Causes) == 0 {
		f.leaf(e, ruleOf(e), f.describe(e))
		return
	}
	for _, cause := range e.Causes {
		f.add(cause)
	}
}

// choice explains why no branch of anyOf or oneOf fits: by the one branch whose type fits, when there is just one,
// and else by the choice as a whole, since nobody can tell which branch was meant.
func (f *flattener) choice(e *jsonschema.ValidationError, keyword string) {
	var meant []*jsonschema.ValidationError
	for _, branch := range e.Causes {
		if !failsAt(branch, e.InstanceLocation) {
			meant = append(meant, branch)
		}
	}
	if len(meant) == 1 {
		f.add(meant[0])
		return
	}
	f.leaf(e, keyword, fmt.Sprintf("fits none of the %d alternatives: %s", len(e.Causes), f.reasons(e.Causes)))
}

// reasons says in a line why each of several schemas does not fit.
func (f *flattener) reasons(causes []*jsonschema.ValidationError) string {
	inner := flattener{compiled: f.compiled, printer: f.printer}
	for _, cause := range causes {
		inner.add(cause)
	}
	sortViolations(inner.out)
	var texts []string
	for _, v := range inner.out {
		if t := v.Message; !slices.Contains(texts, t) && len(texts) < 4 {
			texts = append(texts, t)
		}
	}
	return strings.Join(texts, "; or ")
}

// failsAt tells whether a branch already fails by its type, const or enum at the instance itself: then it was not meant.
func failsAt(e *jsonschema.ValidationError, instance []string) bool {
	switch e.ErrorKind.(type) {
	case *kind.Type, *kind.Const, *kind.Enum, *kind.FalseSchema:
		return slices.Equal(e.InstanceLocation, instance)
	case *kind.AnyOf, *kind.OneOf, *kind.Not:
		return false
	}
	return slices.ContainsFunc(e.Causes, func(cause *jsonschema.ValidationError) bool { return failsAt(cause, instance) })
}

func (f *flattener) leaf(e *jsonschema.ValidationError, rule, text string) {
	v := Violation{Rule: rule, Instance: pointerOf(e.InstanceLocation), Message: text, Pos: f.at.value.Pos}
	path := e.ErrorKind.KeywordPath()
	if len(path) == 0 && rule == "not" {
		path = []string{"not"}
	}
	if p, ok := f.locate(e.SchemaURL); ok {
		at := p.pointer + pointerOf(path)
		v.Pointer, v.Pos = at, p.doc.root.nearest(at).Pos
		if way := tokens(at); rule == "false" && len(way) > 1 && oneSchema[way[len(way)-1]] && !namedSchemas[way[len(way)-2]] {
			v.Rule = way[len(way)-1] // additionalProperties: false, items: false …
		}
	}
	f.out = append(f.out, v)
}

func pointerOf(path []string) string {
	var b strings.Builder
	for _, token := range path {
		b.WriteString(join("", token))
	}
	return b.String()
}

// ruleOf names the keyword that failed.
func ruleOf(e *jsonschema.ValidationError) string {
	switch e.ErrorKind.(type) {
	case *kind.Not:
		return "not"
	case *kind.FalseSchema:
		return "false"
	case *kind.RefCycle:
		return "$ref"
	}
	if path := e.ErrorKind.KeywordPath(); len(path) > 0 {
		return path[0]
	}
	return "schema"
}

// describe says what was wanted and what was found.
func (f *flattener) describe(e *jsonschema.ValidationError) string {
	switch k := e.ErrorKind.(type) {
	case *kind.Type:
		return fmt.Sprintf("want %s, got %s", strings.Join(k.Want, " or "), k.Got)
	case *kind.Enum:
		return fmt.Sprintf("want one of %s, got %s", shortList(k.Want), f.found(e, k.Got))
	case *kind.Const:
		return fmt.Sprintf("want %s, got %s", short(k.Want), f.found(e, k.Got))
	case *kind.Pattern:
		return fmt.Sprintf("%s does not match %s", f.found(e, k.Got), strconv.Quote(k.Want))
	case *kind.Format:
		return fmt.Sprintf("%s is not a valid %s: %v", f.found(e, k.Got), k.Want, k.Err)
	case *kind.FalseSchema:
		return "nothing is allowed here"
	case *kind.Not:
		return "fits the schema that it must not fit"
	case *kind.Contains:
		return "no element fits"
	case *kind.MinContains:
		return fmt.Sprintf("want at least %d elements that fit, got %d", k.Want, len(k.Got))
	case *kind.RefCycle:
		return "the reference leads back to itself, so it means nothing"
	}
	return e.ErrorKind.LocalizedString(f.printer)
}

// found prints the value that was found, unless its schema says that it is a password.
func (f *flattener) found(e *jsonschema.ValidationError, v any) string {
	if p, ok := f.locate(e.SchemaURL); ok && text(p.value.Lookup("format")) == "password" {
		return "[redacted]"
	}
	return short(v)
}

// short prints a value, cut to what fits in a line.
func short(v any) string {
	text := fmt.Sprint(v)
	switch s := v.(type) {
	case nil:
		return "null"
	case string:
		text = strconv.Quote(s)
	case map[string]any:
		return "an object"
	case []any:
		return "an array"
	}
	if runes := []rune(text); len(runes) > 80 {
		return string(runes[:77]) + "…"
	}
	return text
}

func shortList(list []any) string {
	const most = 12
	var parts []string
	for i, v := range list {
		if i == most {
			parts = append(parts, fmt.Sprintf("… (%d in all)", len(list)))
			break
		}
		parts = append(parts, short(v))
	}
	return strings.Join(parts, ", ")
}

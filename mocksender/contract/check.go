package contract

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
)

// Check looks at everything that Load leaves for later and returns the document's own faults in order of their places:
// references that lead nowhere, also in parts that no event uses, events that cannot be used, schemas that are no valid
// JSON Schema or that nothing satisfies, examples and defaults that their own schema refuses, operationIds that are
// there twice, parameters that are none. What hookrig copes with is a warning that says how: nullable in OpenAPI 3.1,
// formats that are no formats, patterns that only an ECMA-262 engine can match, media types that cannot be written …
//
// Files that the document refers to are looked at, too. It compiles every schema that has an example, so it may take
// seconds for a large document.
func (c *Contract) Check() []Problem {
	k := &checker{c: c, operationIDs: map[string]Position{}, walked: map[string]bool{}, sound: map[string]bool{}}
	c.checkReferences(place{c.main, "", c.main.root}, false, &k.problems)
	for known := 0; known < len(c.files.opened()); { // what a file refers to may be a further file
		known = len(c.files.opened())
		for _, doc := range c.files.opened() {
			if doc != c.main && !k.walked[doc.file] {
				k.walked[doc.file] = true
				c.checkReferences(place{doc, "", doc.root}, false, &k.problems)
			}
		}
	}
	for _, doc := range c.files.opened() {
		k.document(doc)
	}
	for _, e := range c.events {
		k.problems = append(k.problems, c.eventProblems(e, k.compile)...)
		k.event(e)
	}
	slices.SortStableFunc(k.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), a.Pos.Line-b.Pos.Line, a.Pos.Column-b.Pos.Column, cmp.Compare(a.Message, b.Message))
	})
	return slices.Compact(k.problems)
}

// CheckEvent tells whether an event can be used: whether its references lead somewhere and its schemas compile. The
// error is an *[UnknownEventError], or a *[LoadError] with every fault at its place.
func (c *Contract) CheckEvent(name string) error {
	e, err := c.event(name)
	if err != nil {
		return err
	}
	problems := c.eventProblems(e, func(p place, d direction) []Problem { return c.compile(p, d).faults })
	if len(problems) == 0 {
		return nil
	}
	return &LoadError{Problems: problems}
}

// eventProblems lists what is wrong with an event; compile says what is wrong with a schema.
func (c *Contract) eventProblems(e *event, compile func(place, direction) []Problem) []Problem {
	problems := problemsOf(e.err)
	if e.body.value != nil {
		problems = append(problems, compile(e.body, toReceiver)...)
	}
	if e.operation.value != nil {
		problems = append(problems, c.checkResponses(e, compile)...)
	}
	return problems
}

func problemsOf(err error) []Problem {
	var broken *LoadError
	if errors.As(err, &broken) {
		return broken.Problems
	}
	return nil
}

// checkResponses compiles the schemas of the replies.
func (c *Contract) checkResponses(e *event, compile func(place, direction) []Problem) []Problem {
	responses := e.operation.member("responses")
	if responses.value == nil {
		return nil
	}
	var problems []Problem
	for _, status := range statuses(responses.value) {
		response, err := c.deref(responses.member(status))
		if err != nil {
			problems = append(problems, problemsOf(err)...)
			continue
		}
		content := response.member("content")
		if content.value == nil {
			continue
		}
		for _, f := range content.value.Fields {
			if schema := content.member(f.Name).member("schema"); isSchema(schema.value) {
				problems = append(problems, compile(schema, toProvider)...)
			}
		}
	}
	return problems
}

// checkReferences follows every reference of a file; names tells that p's members are named by the author.
func (c *Contract) checkReferences(p place, names bool, problems *[]Problem) {
	for i, item := range p.value.Items {
		c.checkReferences(place{p.doc, p.pointer + "/" + strconv.Itoa(i), item}, false, problems)
	}
	for _, f := range p.value.Fields {
		switch {
		case !names && (f.Name == "$ref" || f.Name == "$dynamicRef"):
			_, err := c.follow(p, f.Value)
			*problems = append(*problems, problemsOf(err)...)
		case names || !literal(f.Name):
			c.checkReferences(place{p.doc, join(p.pointer, f.Name), f.Value}, !names && named(f.Name), problems)
		}
	}
}

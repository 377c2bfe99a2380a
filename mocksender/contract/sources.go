package contract

import (
	"slices"
	"strconv"
	"strings"
)

// source is a path item of requests that the provider sends.
type source struct {
	name string // the webhook's key, or "callbackName expression"
	pos  Position
	item place // as it is written, before its $ref is followed
	// expression and owner are those of a callback: where its URL comes from, and the operation that announces it.
	expression, owner string
}

// sources lists the webhooks (`webhooks`, and `x-webhooks` as documents of OpenAPI 3.0 have it) and then the callbacks
// of all operations, in document order.
func (c *Contract) sources() []source {
	var list []source
	seen := map[string]bool{}
	for _, keyword := range []string{"webhooks", "x-webhooks"} {
		at := place{c.main, "/" + keyword, c.main.root.Lookup(keyword)}
		if at.value == nil || at.value.Kind != Object {
			continue
		}
		for _, f := range at.value.Fields {
			if !seen[f.Name] {
				seen[f.Name] = true
				list = append(list, source{name: f.Name, pos: f.Pos, item: at.member(f.Name)})
			}
		}
	}
	return append(list, c.callbacks()...)
}

// callbacks lists the callbacks of the document's paths. Callbacks of a webhook are left out: the receiver sends them.
// What cannot be followed is left to Check.
func (c *Contract) callbacks() []source {
	var list []source
	paths := place{c.main, "/paths", c.main.root.Lookup("paths")}
	if paths.value == nil {
		return nil
	}
	for _, f := range paths.value.Fields {
		item, err := c.deref(paths.member(f.Name))
		if err != nil {
			continue
		}
		for _, o := range operationsOf(item) {
			operation, err := c.deref(o.at)
			if err == nil && operation.value != nil {
				list = append(list, c.callbacksOf(operation, o.method+" "+f.Name)...)
			}
		}
	}
	return list
}

func (c *Contract) callbacksOf(operation place, owner string) []source {
	var list []source
	all := operation.member("callbacks")
	if all.value == nil {
		return nil
	}
	for _, f := range all.value.Fields {
		callback, err := c.deref(all.member(f.Name))
		if err != nil || callback.value == nil {
			continue
		}
		for _, e := range callback.value.Fields {
			if !strings.HasPrefix(e.Name, "x-") {
				list = append(list, source{name: f.Name + " " + e.Name, pos: e.Pos, item: callback.member(e.Name), expression: e.Name, owner: owner})
			}
		}
	}
	return list
}

// operationAt is one operation of a path item, its $ref not followed.
type operationAt struct {
	method string
	pos    Position // of the method's name
	at     place
}

// httpMethods are the operations of a path item (OpenAPI 3.2, section 4.9; query is new there).
var httpMethods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}

// operationsOf lists the operations of a path item in document order; additionalOperations of OpenAPI 3.2 hold
// the methods that have no keyword, spelled as they are sent.
func operationsOf(item place) []operationAt {
	if item.value == nil {
		return nil
	}
	var list []operationAt
	for _, f := range item.value.Fields {
		switch {
		case f.Value.Kind == Object && slices.Contains(httpMethods, f.Name):
			list = append(list, operationAt{strings.ToUpper(f.Name), f.Pos, item.member(f.Name)})
		case f.Name == "additionalOperations":
			more := item.member(f.Name)
			for _, m := range f.Value.Fields {
				if m.Value.Kind == Object {
					list = append(list, operationAt{m.Name, m.Pos, more.member(m.Name)})
				}
			}
		}
	}
	return list
}

// noOperation says that a webhook has no operation, with the name that was meant, as far as it can be told.
func noOperation(f Field) Problem {
	for _, name := range f.Value.names() {
		if lower := strings.ToLower(name); lower != name && slices.Contains(httpMethods, lower) {
			return fault(f.Pos, "webhook %q has no operation such as post; %q must be in lower case", f.Name, name)
		}
	}
	return fault(f.Pos, "webhook %q has no operation such as post", f.Name)
}

// uniqueName gives a callback's event a name that no other event has: its own, or else with the operation
// that announces it before it, or else with a number behind it.
func (c *Contract) uniqueName(name, owner string, taken map[string]bool) string {
	if taken[name] {
		name = owner + " " + name
	}
	for n, base := 2, name; taken[name]; n++ {
		name = base + " #" + strconv.Itoa(n)
	}
	return name
}

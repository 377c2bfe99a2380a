package payload

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// infer gives leaves without an annotation one that their names and siblings call
// for, so that what belongs together agrees: the parts of a person and of an
// address, times before and after the event, an id that stands in two places.
// A schema that narrows its values (enum, pattern, bounds) is left to the solver.
func (b *builder) infer() {
	ids := map[string]*node{}
	b.root.walk(func(n *node) {
		if !n.object {
			return
		}
		if b.o.Profile != Boundary { // whose texts come from the limits of each schema
			b.inferRecords(n, "person", personWords, 2)
			b.inferRecords(n, "address", addressWords, 2)
		}
		b.inferTimes(n)
	})
	b.root.each(func(n *node) { b.inferID(n, ids) })
}

// isFree tells that nothing but the leaf's name says what its values are.
func (n *node) isFree() bool {
	if n.spec == nil || n.spec.maker != "" || n.spec.all != nil || n.index >= 0 {
		return false
	}
	s := n.schema
	chosen := s.Boolean != nil || s.Const != nil || len(s.Enum) > 0 || s.Not != nil || len(s.AnyOf) > 0 || len(s.OneOf) > 0
	return !chosen && s.Pattern == "" && s.MinLength == nil && (s.MaxLength == nil || *s.MaxLength >= 100) && !bounded(s)
}

// bounded tells whether a schema limits a number.
func bounded(s *contract.Schema) bool {
	return slices.ContainsFunc([]*contract.Value{s.Minimum, s.Maximum, s.ExclusiveMinimum, s.ExclusiveMaximum, s.MultipleOf},
		func(v *contract.Value) bool { return v != nil })
}

func (n *node) is(types ...string) bool {
	plain := slices.DeleteFunc(slices.Clone(n.schema.Types), func(t string) bool { return t == "null" })
	return len(plain) == 1 && slices.Contains(types, plain[0])
}

// words of a field's name, and the column that they mean. A template begins with "=".
var (
	personWords = map[string]string{
		"firstname": "first_name", "givenname": "first_name", "forename": "first_name", "lastname": "last_name", "surname": "last_name",
		"familyname": "last_name", "middlename": "middle_name", "fullname": "name", "name": "name", "displayname": "name",
		"username": "username", "email": "=%s.username}@mail.example.com", "emailaddress": "=%s.username}@mail.example.com",
		"phone": "phone", "phonenumber": "phone", "mobile": "mobile", "jobtitle": "title",
	}
	addressWords = map[string]string{
		"line1": "line1", "addressline1": "line1", "addr1": "line1", "street": "line1", "line2": "line2", "addressline2": "line2", "addr2": "line2",
		"city": "city", "town": "city", "state": "state", "province": "state", "region": "state", "postcode": "postcode",
		"postalcode": "postcode", "zip": "postcode", "zipcode": "postcode", "countrycode": "country", "country": "country_name",
	}
)

// certain are the words that stand for a person or an address without help. A
// lone name or phone could be anybody's.
var certain = []string{"firstname", "lastname", "givenname", "familyname", "surname", "city", "town", "postcode", "postalcode", "zip", "zipcode"}

// Words of an object's name, or of a member's before the word itself, by which a name beside an e-mail address or a user
// name is a person's and not a firm's.
var peopleWords = []string{
	"admin", "author", "buyer", "contact", "customer", "driver", "employee", "guest", "member", "owner", "patient", "payer", "person",
	"profile", "recipient", "sender", "shopper", "subscriber", "user",
}

// standsForSure tells whether the parts, found in n behind prefix, are those of one person or address without doubt.
func standsForSure(n *node, prefix string, group []namedPart) bool {
	has := func(words ...string) bool {
		return slices.ContainsFunc(group, func(p namedPart) bool { return slices.Contains(words, p.word) })
	}
	if has(certain...) {
		return true
	}
	of := append(nameWords(n.name), strings.Fields(prefix)...)
	return has("name", "fullname", "displayname") && has("username", "email", "emailaddress") &&
		slices.ContainsFunc(of, func(w string) bool { return slices.Contains(peopleWords, w) })
}

// inferRecords makes the members of one object that are parts of a person or an
// address the columns of one record. Members with different prefixes (bill_city,
// ship_city) are different ones.
func (b *builder) inferRecords(n *node, kind string, words map[string]string, least int) {
	groups, order := groupsOf(n, words)
	for _, prefix := range order {
		group := groups[prefix]
		if len(group) < least || !standsForSure(n, prefix, group) {
			continue
		}
		record := b.inferredRecord(kind)
		for _, p := range group {
			if column := words[p.word]; column[0] == '=' {
				p.child.annotate("template", text(fmt.Sprintf("{"+column[1:], record)))
			} else {
				p.child.annotate("same", text(record+"."+column))
			}
		}
	}
}

// namedPart is a member that is one of the words.
type namedPart struct {
	child *node
	word  string
}

// groupsOf finds the members of n that are one of the words, by what stands before it in their names, and in which order.
func groupsOf(n *node, words map[string]string) (groups map[string][]namedPart, order []string) {
	groups = map[string][]namedPart{}
	for _, child := range n.children {
		if !child.isFree() || !child.is("string") || child.schema.Format != "" && child.schema.Format != "email" {
			continue
		}
		for i, tail := range tails(child.name) {
			if words[tail] == "" {
				continue
			}
			prefix := strings.Join(nameWords(child.name)[:i], " ")
			if groups[prefix] == nil {
				order = append(order, prefix)
			}
			groups[prefix] = append(groups[prefix], namedPart{child, tail})
			break
		}
	}
	return groups, order
}

// inferredRecord makes a record of a kind. It is drawn per event: nothing says who the subject is.
func (b *builder) inferredRecord(kind string) string {
	name := "inferred-" + kind + "-" + strconv.Itoa(len(b.records))
	t := &table{name: name, key: keyOf("record:" + name), rows: poolRows, scope: perEvent, index: -1, fixed: true}
	b.recordKind(t, text(kind), nil)
	t.rows = poolRows
	b.records[name] = t
	return name
}

// annotate gives a leaf the annotation that its document lacks.
func (n *node) annotate(maker string, arg *contract.Value) {
	arg.Pos = n.schema.Pos
	n.spec = &spec{pos: n.schema.Pos, maker: maker, arg: arg}
}

func text(s string) *contract.Value { return &contract.Value{Kind: contract.String, Text: s} }

func mapping(pairs ...any) *contract.Value {
	v := &contract.Value{Kind: contract.Object}
	for i := 0; i < len(pairs); i += 2 {
		v.Fields = append(v.Fields, contract.Field{Name: pairs[i].(string), Value: pairs[i+1].(*contract.Value)}) // literals of this file
	}
	return v
}

func texts(list ...string) *contract.Value {
	v := &contract.Value{Kind: contract.Array}
	for _, s := range list {
		v.Items = append(v.Items, text(s))
	}
	return v
}

// The words by which a time lies before the event, after its creation, or behind the event.
var (
	createdWords = []string{"created", "create", "creation", "registered", "signup", "opened", "started", "start", "since", "begin", "joined"}
	changedWords = []string{"updated", "modified", "changed", "update", "edited"}
	dueWords     = []string{"expires", "expiry", "expiration", "due", "next", "until", "end", "ends", "renews", "valid"}
	birthWords   = []string{"birth", "birthday", "birthdate", "dob", "born"}
)

func namedBy(n *node, list []string) bool {
	return slices.ContainsFunc(nameWords(n.name), func(w string) bool { return slices.Contains(list, w) })
}

// freeTimes are the members whose times nothing else decides. A day of birth has nothing to do with the event.
func (n *node) freeTimes() []*node {
	var free []*node
	for _, c := range n.children {
		if c.isFree() && c.is("string") && (c.schema.Format == "date-time" || c.schema.Format == "date") && !namedBy(c, birthWords) {
			free = append(free, c)
		}
	}
	return free
}

// inferTimes ties the times of one object to the event: what was created lies
// before it, what was changed between, what is due behind it, and any other is the
// event's own.
func (b *builder) inferTimes(n *node) {
	free := n.freeTimes()
	created := map[string]*node{} // by format: a date cannot be compared with a moment
	for _, c := range free {
		if namedBy(c, createdWords) {
			c.annotate("time", mapping("ago", texts("1h", "400d")))
			created[c.schema.Format] = c
		}
	}
	for _, c := range free {
		before := created[c.schema.Format]
		switch {
		case namedBy(c, createdWords):
		case namedBy(c, changedWords) && before != nil:
			c.annotate("time", mapping("between", texts(before.name, "event.time")))
		case namedBy(c, changedWords):
			c.annotate("time", mapping("ago", texts("0s", "30d")))
		case namedBy(c, dueWords):
			c.annotate("time", mapping("from", text("event.time"), "count", &contract.Value{Kind: contract.Number, Text: "30"}, "unit", text("day")))
		default:
			c.annotate("time", text("event"))
		}
	}
}

// inferID makes ids unique, and the same where they name the same thing:
// customer_id here, customer_id there and customer.id.
func (b *builder) inferID(n *node, known map[string]*node) {
	words := nameWords(n.name)
	if !n.isFree() || len(words) == 0 || words[len(words)-1] != "id" || !n.is("string", "integer") ||
		!slices.Contains([]string{"", "uuid", "int64", "int32"}, n.schema.Format) {
		return
	}
	thing := strings.Join(words[:len(words)-1], "")
	if thing == "" && n.parent != nil {
		thing = strings.Join(nameWords(n.parent.name), "")
	}
	key := thing + "/" + strings.Join(n.schema.Types, ",") + "/" + n.schema.Format
	if first := known[key]; first != nil && thing != "" {
		n.annotate("same", text(first.path))
		return
	}
	known[key] = n
	n.annotateUnique()
	if thing != "" && !slices.Contains(ofTheEvent, thing) {
		n.scope, n.identity = perSubject, "id:"+key // whichever event of the contract names it
	}
}

// ofTheEvent are things that each event has anew: their ids are not those of its subject.
var ofTheEvent = []string{"event", "message", "webhook", "delivery", "notification", "request", "correlation", "trace", "idempotency", "data", "payload"}

// annotateUnique makes an id of the leaf's type that no other event has.
func (n *node) annotateUnique() {
	switch {
	case n.is("integer"):
		n.annotate("sequence", mapping("start", &contract.Value{Kind: contract.Number, Text: "1001"}))
	case n.schema.Format == "uuid":
		n.annotate("uuid", &contract.Value{Kind: contract.Bool, Text: "true"})
	default:
		n.annotate("token", mapping("length", &contract.Value{Kind: contract.Number, Text: "14"}))
	}
}

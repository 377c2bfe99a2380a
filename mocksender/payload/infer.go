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
	ids, currencies := map[string]*node{}, map[string]*node{}
	b.root.walk(func(n *node) {
		if !n.object {
			return
		}
		b.inferKind(n)
		if b.o.Profile != Boundary { // whose texts come from the limits of each schema
			b.inferRecords(n, "person", personWords, 2)
			b.inferRecords(n, "address", addressWords, 2)
			b.inferRecords(n, "company", companyWords, 2)
			inferTimes(n)
		}
	})
	b.root.each(func(n *node) {
		b.inferEvent(n)
		b.inferID(n, ids)
		inferCurrency(n, currencies)
		b.inferNull(n)
	})
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
		"phone": "phone", "phonenumber": "phone", "mobile": "mobile", "jobtitle": "title", "login": "username",
	}
	addressWords = map[string]string{
		"line1": "line1", "addressline1": "line1", "addr1": "line1", "street": "line1", "street1": "line1", "address1": "line1", "streetaddress": "line1",
		"line2": "line2", "addressline2": "line2", "addr2": "line2", "street2": "line2", "address2": "line2",
		"city": "city", "town": "city", "locality": "city", "state": "state", "province": "state", "region": "state", "postcode": "postcode",
		"postalcode": "postcode", "zip": "postcode", "zipcode": "postcode", "countrycode": "country", "country": "country_name", "countryname": "country_name", "statecode": "state", "provincecode": "state",
	}
)

// companyWords are those of a firm. They are read in an object that is named like one.
var companyWords = map[string]string{
	"name": "name", "displayname": "name", "companyname": "name", "legalname": "name", "slug": "slug", "handle": "slug", "subdomain": "slug", "domain": "domain",
}

// certain are the words that stand for a person or an address without help. A
// lone name or phone could be anybody's.
var certain = []string{"firstname", "lastname", "givenname", "familyname", "surname", "city", "town", "postcode", "postalcode", "zip", "zipcode"}

// Words of an object's name, or of a member's before the word itself, by which a name beside an e-mail address or a user
// name is a person's and not a firm's.
var peopleWords = []string{
	"admin", "address", "agent", "approver", "assignee", "attendee", "author", "beneficiary", "billing", "buyer", "cardholder", "client", "committer", "contact", "creator",
	"customer", "driver", "employee", "guest", "holder", "host", "invitee", "lead", "manager", "member", "organizer", "owner", "participant", "patient", "payer", "person",
	"profile", "pusher", "recipient", "reporter", "requester", "reviewer", "sender", "shipping", "shopper", "subscriber", "to", "user",
}

// standsForSure tells whether the parts, found in an object behind prefix, are those of one person or address without doubt.
func standsForSure(name, prefix, kind string, group []namedPart) bool {
	of := append(nameWords(singular(name)), strings.Fields(prefix)...)
	isOf := func(words []string) bool {
		return slices.ContainsFunc(of, func(w string) bool { return slices.Contains(words, singular(w)) })
	}
	if kind == "company" {
		return isOf(firmWords)
	}
	has := func(words ...string) bool {
		return slices.ContainsFunc(group, func(p namedPart) bool { return slices.Contains(words, p.word) })
	}
	if has(certain...) {
		return true
	}
	return has("name", "fullname", "displayname") && has("username", "email", "emailaddress", "login") && isOf(peopleWords)
}

// inferRecords makes the members of one object that are parts of a person or an
// address the columns of one record. Members with different prefixes (bill_city,
// ship_city) are different ones.
func (b *builder) inferRecords(n *node, kind string, words map[string]string, least int) {
	groups, order := groupsOf(n.freeTexts(), words)
	for _, prefix := range order {
		group := groups[prefix]
		if len(group) < least || !standsForSure(n.fieldName(), prefix, kind, group) {
			continue
		}
		record := b.inferredRecord(kind)
		for _, p := range group {
			child, column := n.child(p.name), words[p.word]
			switch {
			case fitsCountry(child):
				if strings.HasPrefix(column, "country") {
					child.annotate("same", text(record+".country"))
				}
			case column[0] == '=':
				child.annotate("template", text(fmt.Sprintf("{"+column[1:], record)))
			default:
				child.annotate("same", text(record+"."+column))
			}
		}
	}
}

// namedPart is a member that is one of the words.
type namedPart struct{ name, word string }

// groupsOf finds the names that end in one of the words, by what stands before it, and in which order.
func groupsOf(names []string, words map[string]string) (groups map[string][]namedPart, order []string) {
	groups = map[string][]namedPart{}
	for _, name := range names {
		for i, tail := range tails(name) {
			if words[tail] == "" {
				continue
			}
			prefix := strings.Join(nameWords(name)[:i], " ")
			if groups[prefix] == nil {
				order = append(order, prefix)
			}
			groups[prefix] = append(groups[prefix], namedPart{name, tail})
			break
		}
	}
	return groups, order
}

// freeTexts are the names of members whose text nothing else decides.
func (n *node) freeTexts() (names []string) {
	for _, child := range n.children {
		short := child.isFree() || child.is("string") && child.spec.maker == "" && child.spec.all == nil && fitsCountry(child)
		if short && child.is("string") && (child.schema.Format == "" || child.schema.Format == "email") {
			names = append(names, child.name)
		}
	}
	return names
}

// fitsCountry tells that a text of two letters is asked for, as the code of a country has.
func fitsCountry(n *node) bool {
	s := n.schema
	return s.MinLength != nil && s.MaxLength != nil && *s.MinLength == 2 && *s.MaxLength == 2 && (s.Pattern == "" || s.Pattern == "^[A-Z]{2}$") &&
		s.Const == nil && s.Enum == nil && !hasConditions(s)
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

package payload

import (
	"slices"
	"strconv"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// inferEvent lets what names the event name it, and the state of a thing be the one that the event is about.
func (b *builder) inferEvent(n *node) {
	if !n.isUnannotated() || !n.is("string") || n.schema.Const != nil || n.parent == nil {
		return
	}
	name := strings.Join(nameWords(n.name), "")
	if n.parent.parent == nil && n.isFree() && n.schema.Format == "" && (slices.Contains(typeWords, name) || name == "type" && isEnvelope(n.parent)) {
		n.annotate("same", text("event.type"))
	}
	if (name == "status" || name == "state") && b.o.Profile != Boundary {
		b.inferState(n)
	}
}

func (b *builder) inferState(n *node) {
	words := nameWords(b.event.Name)
	if len(words) > 0 && n.depth() <= 3 && n.allows(words[len(words)-1]) {
		n.annotate("value", text(words[len(words)-1]))
	}
}

// isUnannotated tells that neither an annotation nor alternatives of the schema decide about a leaf.
func (n *node) isUnannotated() bool {
	return n.spec.maker == "" && n.spec.all == nil && !hasConditions(n.schema)
}

// typeWords are what the member is called that names the event.
var typeWords = []string{"event", "eventtype", "eventname", "webhookevent", "topic"}

// isEnvelope tells that an object holds an event's data beside what is said of the event.
func isEnvelope(n *node) bool {
	return slices.ContainsFunc(n.children, func(c *node) bool {
		return c.object && slices.Contains([]string{"data", "payload", "object", "resource", "body", "event"}, c.name)
	})
}

// allows tells whether a state may be called so: because an enum has it, or because people call states so.
func (n *node) allows(state string) bool {
	for _, v := range n.schema.Enum {
		if v.Text == state {
			return true
		}
	}
	known := []string{
		"active", "approved", "cancelled", "canceled", "closed", "completed", "declined", "delivered", "expired", "failed", "paid", "paused", "pending", "refunded", "rejected",
		"resolved", "shipped", "succeeded",
	}
	return len(n.schema.Enum) == 0 && n.isFree() && n.schema.Format == "" && slices.Contains(known, state)
}

// inferCurrency makes the codes of a currency the same in the whole payload.
func inferCurrency(n *node, known map[string]*node) {
	s := n.schema
	if !n.isUnannotated() || !n.is("string") || !isCurrency(n.name) || s.Const != nil || s.Enum != nil {
		return
	}
	key := s.Pattern + "/" + s.Format
	for _, length := range []*int{s.MinLength, s.MaxLength} {
		if key += ","; length != nil {
			key += strconv.Itoa(*length)
		}
	}
	if first := known[key]; first != nil {
		n.annotate("same", text(first.path))
		return
	}
	known[key] = n
}

// What is mostly not there, for a payload whose schema allows null.
var rareWords = []string{"archived", "cancel", "canceled", "canceledat", "cancelled", "decline", "declined", "deleted", "disputed", "error", "failed", "failure", "refund", "refunded", "rejected", "revoked", "trial"}

// inferNull makes what may be null null at times, and what is mostly not there most times.
func (b *builder) inferNull(n *node) {
	if b.o.Profile != Typical && b.o.Profile != "" || !slices.Contains(n.schema.Types, "null") || len(n.schema.Types) < 2 || n.spec.all != nil ||
		n.schema.Const != nil || len(n.schema.Enum) > 0 || hasConditions(n.schema) || b.o.Examples || moneyRoleOf(n.name) != noMoney {
		return
	}
	with := *n.spec
	if with.nullRate = 0.1; slices.ContainsFunc(nameWords(n.name), func(w string) bool { return slices.Contains(rareWords, w) }) {
		with.nullRate = 0.9
	}
	if with.maker != "set" && with.maker != "same" {
		n.spec = &with
	}
}

// inferID makes ids unique, and the same where they name the same thing:
// customer_id here, customer_id there and customer.id.
func (b *builder) inferID(n *node, known map[string]*node) {
	words := nameWords(n.name)
	if n.isParty() {
		words = append(words, "id")
	}
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
	n.annotateUnique(key)
	if thing != "" && !slices.Contains(ofTheEvent, thing) {
		n.scope, n.identity = perSubject, "id:"+key // whichever event of the contract names it
	}
}

// ofTheEvent are things that each event has anew: their ids are not those of its subject.
var ofTheEvent = []string{"event", "message", "webhook", "delivery", "notification", "request", "correlation", "trace", "idempotency", "data", "payload"}

// annotateUnique makes an id of the leaf's type that no other event has.
// Numbers of different things begin apart, lest a receiver take one for the other unnoticed.
func (n *node) annotateUnique(key string) {
	switch {
	case n.is("integer"):
		start := strconv.FormatUint(1001+keyOf(key)%97*10_000, 10)
		n.annotate("sequence", mapping("start", &contract.Value{Kind: contract.Number, Text: start}))
	case n.schema.Format == "uuid":
		n.annotate("uuid", &contract.Value{Kind: contract.Bool, Text: "true"})
	default:
		n.annotate("token", mapping("length", &contract.Value{Kind: contract.Number, Text: "14"}))
	}
}

// isParty tells that a name such as customer stands for the id of one: beside it are customer_name or customer_email.
func (n *node) isParty() bool {
	words := nameWords(n.name)
	if len(words) != 1 || !slices.Contains(peopleWords, words[0]) || n.parent == nil {
		return false
	}
	return slices.ContainsFunc(n.parent.children, func(c *node) bool {
		of := nameWords(c.name)
		return len(of) > 1 && of[0] == words[0] && of[1] != "id"
	})
}

package payload_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/mocksender/payload"
)

// unannotatedDoc has no x-faker: names, formats and siblings must do.
const unannotatedDoc = `
openapi: 3.1.0
info: {title: Plain, version: "1"}
webhooks:
  order.paid:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [id, updated_at, created_at, expires_at, occurred_at, customer_id, customer, bill_city, bill_state, ship_city, ship_state]
              properties:
                id: {type: string, format: uuid}
                updated_at: {type: string, format: date-time}
                created_at: {type: string, format: date-time}
                expires_at: {type: string, format: date-time}
                occurred_at: {type: string, format: date-time}
                customer_id: {type: integer}
                bill_city: {type: string}
                bill_state: {type: string}
                ship_city: {type: string}
                ship_state: {type: string}
                customer:
                  type: object
                  required: [id, first_name, last_name, full_name, email]
                  properties:
                    id: {type: integer}
                    first_name: {type: string}
                    last_name: {type: string}
                    full_name: {type: string}
                    email: {type: string, format: email}
      responses: {"200": {description: ok}}
`

type unannotated struct {
	ID       string
	Created  time.Time `json:"created_at"`
	Updated  time.Time `json:"updated_at"`
	Expires  time.Time `json:"expires_at"`
	Occurred time.Time `json:"occurred_at"`
	Customer struct {
		ID        int
		FirstName string `json:"first_name"`
		LastName  string `json:"last_name"`
		Full      string `json:"full_name"`
		Email     string
	}
	CustomerID int    `json:"customer_id"`
	BillCity   string `json:"bill_city"`
	BillState  string `json:"bill_state"`
	ShipCity   string `json:"ship_city"`
	ShipState  string `json:"ship_state"`
}

func TestNamesWithoutAnnotationsBelongTogether(t *testing.T) {
	t.Parallel()
	g := generatorOf(t, parse(t, unannotatedDoc), payload.Typical)
	ids, customers, states := map[string]bool{}, map[int]bool{}, map[string]string{}
	apart := false
	for i := range uint64(300) {
		m, err := g.Message("order.paid", i)
		if err != nil {
			t.Fatal(err)
		}
		var v unannotated
		if err := json.Unmarshal(m.Body, &v); err != nil {
			t.Fatal(err)
		}
		c := v.Customer
		if c.Full != c.FirstName+" "+c.LastName || !strings.Contains(c.Email, strings.ToLower(c.LastName[:1])) {
			t.Errorf("the parts of the person differ: %+v", c)
		}
		if v.Created.After(v.Updated) || v.Updated.After(profileTime) || !v.Expires.After(profileTime) || !v.Occurred.Equal(profileTime) {
			t.Errorf("the times are out of order: %s", m.Body)
		}
		if c.ID != v.CustomerID {
			t.Errorf("customer_id is %d and customer.id %d", v.CustomerID, c.ID)
		}
		for city, state := range map[string]string{v.BillCity: v.BillState, v.ShipCity: v.ShipState} {
			if known := states[city]; known != "" && known != state {
				t.Errorf("%s lies in %s and in %s", city, known, state)
			}
			states[city] = state
		}
		apart = apart || v.BillCity != v.ShipCity
		ids[v.ID], customers[c.ID] = true, true
	}
	if len(ids) != 300 || len(customers) != 300 {
		t.Errorf("300 events have %d ids and %d customers", len(ids), len(customers))
	}
	if !apart {
		t.Error("the two addresses are always the same")
	}
}

// TestIDsAgreeAcrossEvents: what one event calls customer_id another calls customer.id, and both mean the same for a
// subject; two subjects have different ones, and an event's own id is its own.
func TestIDsAgreeAcrossEvents(t *testing.T) {
	c := parse(t, `openapi: 3.1.0
info: {title: T, version: '1'}
webhooks:
  made: {post: {requestBody: {content: {application/json: {schema: {type: object, required: [id, customer], properties: {id: {type: string}, customer: {type: object, required: [id], properties: {id: {type: string}}}}}}}}}}
  paid: {post: {requestBody: {content: {application/json: {schema: {type: object, required: [id, customer_id], properties: {id: {type: string}, customer_id: {type: string}}}}}}}}
`)
	body := func(event string, subject, number uint64) (v struct {
		ID       string
		Owner    string `json:"customer_id"`
		Customer struct{ ID string }
	}) {
		p, err := payload.Compile(c, event, payload.Options{Time: clock})
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(p.Append(nil, &payload.Subject{Number: subject, Event: number, Time: clock}), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	made, paid, other := body("made", 1, 1), body("paid", 1, 2), body("paid", 2, 3)
	if made.Customer.ID == "" || made.Customer.ID != paid.Owner || paid.Owner == other.Owner || made.ID == paid.ID {
		t.Errorf("%+v, %+v, %+v", made, paid, other)
	}
}

// A name beside an e-mail address is a person's in an object that is one, and a firm's in another.
func TestAPersonIsToldByItsObject(t *testing.T) {
	t.Parallel()
	const party = "{type: object, required: [name, email], properties: {name: {type: string}, email: {type: string}}}"
	g := generatorOf(t, parse(t, `
openapi: 3.1.0
info: {title: Parties, version: "1"}
webhooks:
  met: {post: {requestBody: {content: {application/json: {schema: {type: object, required: [customer, organization, owner_name, owner_email],
    properties: {customer: `+party+`, organization: `+party+`, owner_name: {type: string}, owner_email: {type: string}}}}}}}}
`), payload.Typical)
	firms := 0
	for i := range uint64(50) {
		m, err := g.Message("met", i)
		if err != nil {
			t.Fatal(err)
		}
		reached := func(name, email string) bool {
			first, _, _ := strings.Cut(strings.ToLower(gjson.GetBytes(m.Body, name).String()), " ")
			return strings.HasPrefix(gjson.GetBytes(m.Body, email).String(), first+".")
		}
		if !reached("customer.name", "customer.email") || !reached("owner_name", "owner_email") {
			t.Errorf("a person has another's address: %s", m.Body)
		}
		if !reached("organization.name", "organization.email") {
			firms++
		}
	}
	if firms < 40 {
		t.Errorf("only %d of 50 organizations are none of a person's", firms)
	}
}

// A kind that takes in the schema with the discriminator says which one it is.
func TestKindsSayWhatTheyAre(t *testing.T) {
	c := parse(t, `
openapi: 3.1.0
info: {title: Pets, version: "1"}
webhooks:
  pet.adopted:
    post:
      requestBody:
        content:
          application/json:
            schema:
              type: object
              required: [cat, dog, list]
              properties:
                cat: {$ref: '#/components/schemas/Cat'}
                dog: {$ref: '#/components/schemas/Dog'}
                list: {type: array, minItems: 1, items: {$ref: '#/components/schemas/Cat'}}
      responses: {"200": {description: ok}}
components:
  schemas:
    Pet:
      type: object
      required: [petType]
      discriminator: {propertyName: petType, mapping: {feline: '#/components/schemas/Cat'}}
      properties: {petType: {type: string}, name: {type: string}}
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {indoor: {type: boolean}}}]}
    Dog: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object, properties: {breed: {type: string}}}]}
`)
	g := newGenerator(t, c, payload.Options{})
	for n := range uint64(20) {
		body := bodyOf(t, g, "pet.adopted", n)
		for path, want := range map[string]string{"cat.petType": "feline", "dog.petType": "Dog", "list.0.petType": "feline"} {
			if got := gjson.GetBytes(body, path).String(); got != want {
				t.Errorf("%s is %q, want %q", path, got, want)
			}
		}
	}
}

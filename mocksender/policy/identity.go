package policy

import (
	"strconv"

	"github.com/hookrig/hookrig/mocksender"
)

// Identity says what a receiver sees again in a later attempt.
type Identity struct {
	// RefreshBody tells that each attempt's body is made anew; otherwise the first one's bytes are repeated.
	RefreshBody bool
	// NewDeliveryID tells that each attempt has a delivery id of its own: the delivery's for the first
	// one, then with ".2", ".3" and so on behind it.
	NewDeliveryID bool
}

func (i Identity) String() string {
	body, id := "the same bytes", "the same delivery id"
	if i.RefreshBody {
		body = "a body made anew"
	}
	if i.NewDeliveryID {
		id = "a delivery id of its own"
	}
	return "a retry has " + body + " and " + id
}

// deliveryID returns the id that attempt number of d has.
func (i Identity) deliveryID(d *mocksender.Delivery, number int) string {
	if i.NewDeliveryID && number > 1 {
		return d.ID + "." + strconv.Itoa(number)
	}
	return d.ID
}

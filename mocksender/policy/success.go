package policy

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/hookrig/hookrig/mocksender"
)

// Success says how a provider reads a status.
type Success struct {
	// Statuses acknowledge a delivery.
	Statuses []Statuses
	// Undocumented are statuses of which the provider says nothing.
	Undocumented []Statuses
}

// Statuses is an HTTP status, or a class of them.
type Statuses struct {
	First, Last int
}

// parseStatuses reads 200 or 2xx.
func parseStatuses(text string) (Statuses, error) {
	if n, err := strconv.Atoi(text); err == nil && n >= 100 && n <= 599 {
		return Statuses{n, n}, nil
	}
	if len(text) == 3 && text[0] >= '1' && text[0] <= '5' && strings.EqualFold(text[1:], "xx") {
		first := int(text[0]-'0') * 100
		return Statuses{first, first + 99}, nil
	}
	return Statuses{}, fmt.Errorf("%q is not a status (write 200 or 2xx)", text)
}

func (s Statuses) String() string {
	if s.First == s.Last {
		return strconv.Itoa(s.First)
	}
	return strconv.Itoa(s.First/100) + "xx"
}

// Read says what the provider makes of a status.
func (s Success) Read(status int) mocksender.Answer {
	switch {
	case within(s.Statuses, status):
		return mocksender.Acknowledged
	case within(s.Undocumented, status):
		return mocksender.Undocumented
	}
	return mocksender.Unacknowledged
}

func within(list []Statuses, status int) bool {
	for _, s := range list {
		if status >= s.First && status <= s.Last {
			return true
		}
	}
	return false
}

func (s Success) String() string {
	text := join(s.Statuses)
	if len(s.Undocumented) > 0 {
		text += "; undocumented: " + join(s.Undocumented)
	}
	return text
}

func join(list []Statuses) string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = s.String()
	}
	return strings.Join(texts, ", ")
}

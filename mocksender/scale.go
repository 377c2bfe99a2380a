package mocksender

import (
	"fmt"
	"math/big"
	"strings"
	"time"
)

// Scale compresses waiting: From of the provider's time take To of ours. The
// zero Scale changes nothing. It is for the waits between attempts only, never
// for timeouts, payload times or signature times.
type Scale struct {
	From, To time.Duration
}

// ParseScale reads the form "1h=1s": an hour of the provider's waiting takes a
// second. "1h=0s" waits for nothing.
func ParseScale(text string) (Scale, error) {
	from, to, ok := strings.Cut(text, "=")
	if !ok {
		return Scale{}, fmt.Errorf("time scale %q: want the form 1h=1s", text)
	}
	var s Scale
	var err error
	if s.From, err = time.ParseDuration(strings.TrimSpace(from)); err != nil {
		return Scale{}, fmt.Errorf("time scale %q: %q is not a duration (write 90s, 5m, 1h)", text, from)
	}
	if s.To, err = time.ParseDuration(strings.TrimSpace(to)); err != nil {
		return Scale{}, fmt.Errorf("time scale %q: %q is not a duration (write 90s, 5m, 1h)", text, to)
	}
	if err := s.check(); err != nil {
		return Scale{}, err
	}
	return s, nil
}

// check says why a scale that is not the zero Scale cannot be used.
func (s Scale) check() error {
	switch {
	case s.From <= 0:
		return fmt.Errorf("time scale %s=%s: the left side must be more than zero", s.From, s.To)
	case s.To < 0:
		return fmt.Errorf("time scale %s: the right side must not be negative", s)
	}
	return nil
}

// Wait returns how long d of the provider's waiting takes here.
func (s Scale) Wait(d time.Duration) time.Duration {
	if s.From <= 0 {
		return d
	}
	product := new(big.Int).Mul(big.NewInt(int64(d)), big.NewInt(int64(s.To)))
	product.Quo(product, big.NewInt(int64(s.From)))
	if !product.IsInt64() {
		return 1<<63 - 1
	}
	return time.Duration(product.Int64())
}

// String returns the form that [ParseScale] reads, "" for the zero Scale.
func (s Scale) String() string {
	if (s == Scale{}) {
		return ""
	}
	return short(s.From) + "=" + short(s.To)
}

// short writes a duration without the zero parts of time.Duration's own form.
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// UnmarshalText reads the form of [ParseScale], so that flags and YAML take it.
func (s *Scale) UnmarshalText(text []byte) error {
	parsed, err := ParseScale(string(text))
	if err != nil {
		return err
	}
	*s = parsed
	return nil
}

// MarshalText writes the form of [ParseScale].
func (s Scale) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

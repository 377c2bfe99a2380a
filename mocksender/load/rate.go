package load

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// Rate is a number of events per second.
type Rate float64

// maxRate is more than one process can send.
const maxRate Rate = 10e6

// ParseRate reads "500/s", "30/m", "1000/h", "5/100ms" or "500", which is per second.
func ParseRate(text string) (Rate, error) {
	count, per, found := strings.Cut(strings.TrimSpace(text), "/")
	n, err := strconv.ParseFloat(count, 64)
	if err != nil || math.IsNaN(n) || n < 0 {
		return 0, rateError(text)
	}
	unit := time.Second
	if found {
		if strings.Trim(per, "0123456789.") == per {
			per = "1" + per
		}
		if unit, err = time.ParseDuration(per); err != nil || unit <= 0 {
			return 0, rateError(text)
		}
	}
	r := Rate(n / unit.Seconds())
	if r > maxRate {
		return 0, fmt.Errorf("rate %q: at most %s", text, maxRate)
	}
	return r, nil
}

func rateError(text string) error {
	return fmt.Errorf("rate %q: want a number of events in a time, such as 500/s, 30/m or 5/100ms", text)
}

// String writes the rate per second, with two decimals at most; one below 1/s per minute or hour where that is a rounder number:
// "500/s", "52.5/s", "30/m".
func (r Rate) String() string {
	if r < 1 {
		for _, unit := range []struct {
			name  string
			scale Rate
		}{{"/m", 60}, {"/h", 3600}} {
			if n := r * unit.scale; r > 0 && n == Rate(math.Round(float64(n))) {
				return strconv.FormatFloat(float64(n), 'f', -1, 64) + unit.name
			}
		}
	}
	return strconv.FormatFloat(math.Round(float64(r)*100)/100, 'f', -1, 64) + "/s"
}

package k6

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
)

// options are the second argument of contract.
type options struct {
	to          string
	secret      mocksender.Secret
	policy      string
	overlays    []string
	events      []string // nil: all
	profile     payload.Profile
	header      http.Header
	timeout     time.Duration
	allow       []string
	mayLoad     []string
	traceparent bool
	seed        uint64
	seeded      bool
	time        time.Time
}

// readOptions reads what a script gives. The error lists every problem.
func readOptions(given map[string]any) (options, error) {
	var o options
	var problems []error
	known := o.fields()
	for _, name := range slices.Sorted(maps.Keys(given)) {
		read := known[name]
		if read == nil {
			problems = append(problems, fmt.Errorf("unknown option %q%s", name, contract.DidYouMean(name, slices.Sorted(maps.Keys(known)))))
		} else if given[name] == nil {
			continue // as an unset variable of the environment is
		} else if err := read(given[name]); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", name, err))
		}
	}
	return o, errors.Join(append(problems, o.allowed())...)
}

// fields are the options by name, as readers of their values.
func (o *options) fields() map[string]func(any) error {
	return map[string]func(any) error{
		"to":          text(&o.to),
		"secret":      text((*string)(&o.secret)),
		"policy":      text(&o.policy),
		"overlays":    texts(&o.overlays),
		"events":      texts(&o.events),
		"allowHosts":  texts(&o.allow),
		"mayLoad":     texts(&o.mayLoad),
		"traceparent": truth(&o.traceparent),
		"headers":     o.readHeader,
		"seed":        o.readSeed,
		"profile": func(v any) (err error) {
			o.profile, err = payload.ParseProfile(fmt.Sprint(v))
			return err
		},
		"timeout": func(v any) (err error) {
			if o.timeout, err = time.ParseDuration(fmt.Sprint(v)); err == nil && o.timeout <= 0 {
				err = fmt.Errorf("%s: want more than 0", o.timeout)
			}
			return err
		},
		"time": func(v any) (err error) {
			o.time, err = time.Parse(time.RFC3339, fmt.Sprint(v))
			return err
		},
	}
}

func text(to *string) func(any) error {
	return func(v any) error {
		s, ok := v.(string)
		if *to = s; !ok {
			return fmt.Errorf("want text, got %T", v)
		}
		return nil
	}
}

func texts(to *[]string) func(any) error {
	return func(v any) error {
		list, ok := v.([]any)
		if !ok {
			return fmt.Errorf("want a list of texts, got %T", v)
		}
		for _, item := range list {
			s, ok := item.(string)
			if !ok {
				return fmt.Errorf("want texts in the list, got %T", item)
			}
			*to = append(*to, s)
		}
		return nil
	}
}

func truth(to *bool) func(any) error {
	return func(v any) error {
		b, ok := v.(bool)
		if *to = b; !ok {
			return fmt.Errorf("want true or false, got %T", v)
		}
		return nil
	}
}

func (o *options) readHeader(v any) error {
	all, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("want an object, got %T", v)
	}
	o.header = http.Header{}
	for name, value := range all {
		o.header.Set(name, fmt.Sprint(value))
	}
	return nil
}

func (o *options) readSeed(v any) error {
	switch n := v.(type) {
	case int64:
		if n >= 0 {
			o.seed, o.seeded = uint64(n), true
			return nil
		}
	case float64:
		if n >= 0 && n <= 1<<53 && n == math.Trunc(n) {
			o.seed, o.seeded = uint64(n), true
			return nil
		}
	}
	return fmt.Errorf("%v: want a whole number from 0 to 2^53", v)
}

// allowed refuses to load a host that may be somebody else's, as the command load does.
func (o *options) allowed() error {
	if o.to == "" {
		return nil
	}
	u, err := url.Parse(o.to)
	if err != nil || u.Host == "" {
		return fmt.Errorf("to: %q is no URL", o.to)
	}
	host := u.Hostname()
	if mocksender.IsLoopback(host) || slices.Contains(o.mayLoad, host) {
		return nil
	}
	return fmt.Errorf("to: %s is not loopback, and load may hurt it; if it is yours to load: mayLoad: [%q]", host, host)
}

// key tells options apart that make different events.
func (o *options) key(name string) string {
	return strings.Join([]string{name, fmt.Sprintf("%+v", *o), o.secret.Reveal()}, "\x00")
}

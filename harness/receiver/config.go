package receiver

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// DefaultProbePath is where the receiver shows its effects.
const DefaultProbePath = "/_hookrig/effects"

// DefaultMaxBody is the largest body that is read, in bytes.
const DefaultMaxBody = 1 << 20

// Config describes a receiver.
type Config struct {
	// Providers are the senders that the receiver listens to. At least one is needed.
	Providers []Provider
	// MaxBody is the largest body that is read, in bytes; 0 means [DefaultMaxBody].
	MaxBody int64
	// ProbePath is where GET shows the effects; "" means [DefaultProbePath].
	ProbePath string
	// Store keeps the effects; nil means a new [Memory].
	Store Store
	// Flaw changes the steps before the receiver is built; nil changes nothing.
	Flaw func(*Steps)
	// Observe is called after every delivery was answered, from the goroutine that
	// answered it, and so from several at once; nil means no one looks.
	Observe func(Arrival)
}

// Provider is one sender: its contract, and how it proves that it is the sender.
type Provider struct {
	Contract *contract.Contract
	// Token says where the sender puts the shared token; the zero value means that it sends none.
	Token Token
	// Scheme verifies what else the sender authenticates by; nil means nothing else. One that looks
	// at the TLS session needs a server that asks for client certificates.
	Scheme signature.Scheme
	// Facts name the places in a payload that the receiver goes by. Places that
	// are left empty are taken from the contract, see [FactsOf].
	Facts Facts
}

// Token is authentication by a shared token in clear. Every place that is named must hold it.
type Token struct {
	Secret mocksender.Secret
	// Header is a header's name, or "".
	Header string
	// Body is a JSON pointer into the payload, or "".
	Body string
}

// Asked tells whether the sender authenticates at all.
func (t Token) Asked() bool { return t.Header != "" || t.Body != "" }

// New checks the configuration and builds a receiver. The error lists every problem.
func New(config Config) (*Receiver, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	r := &Receiver{
		steps: Correct(), store: config.Store, observe: config.Observe,
		maxBody: config.MaxBody, probePath: config.ProbePath,
	}
	if r.store == nil {
		r.store = NewMemory()
	}
	if r.maxBody == 0 {
		r.maxBody = DefaultMaxBody
	}
	if r.probePath == "" {
		r.probePath = DefaultProbePath
	}
	if config.Flaw != nil {
		config.Flaw(&r.steps)
	}
	var problems []error
	for _, provider := range config.Providers {
		desk, err := newDesk(provider)
		problems = append(problems, err)
		r.desks = append(r.desks, desk)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	return r, nil
}

func (c *Config) check() error {
	var problems []error
	if len(c.Providers) == 0 {
		problems = append(problems, errors.New("providers: none, at least one is needed"))
	}
	for i, p := range c.Providers {
		if p.Contract == nil {
			problems = append(problems, fmt.Errorf("providers[%d]: contract missing", i))
			continue
		}
		if p.Token.Asked() && p.Token.Secret == "" {
			problems = append(problems, fmt.Errorf("%s: secret missing, the sender authenticates with a token", p.Contract.Name()))
		}
		if p.Token.Body != "" && !strings.HasPrefix(p.Token.Body, "/") {
			problems = append(problems, fmt.Errorf("%s: token body place %q is no JSON pointer", p.Contract.Name(), p.Token.Body))
		}
	}
	if c.MaxBody < 0 {
		problems = append(problems, fmt.Errorf("max body: %d bytes, must not be negative", c.MaxBody))
	}
	if c.ProbePath != "" && !strings.HasPrefix(c.ProbePath, "/") {
		problems = append(problems, fmt.Errorf("probe path: %q must begin with /", c.ProbePath))
	}
	return errors.Join(problems...)
}

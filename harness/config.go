package harness

import (
	"crypto/tls"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/hookrig/hookrig/harness/fault"
	"github.com/hookrig/hookrig/harness/probe"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// Config describes a [Rig]: one provider against one receiver.
type Config struct {
	// Target is the receiver's URL. Required.
	Target string
	// Contract says which events there are and what fits. Required.
	Contract *contract.Contract
	// Policy is the provider's way to deliver. Required.
	Policy *policy.Policy
	// Secret is the endpoint's credential; empty when the policy does not authenticate.
	Secret mocksender.Secret
	// Seed determines the payloads. Zero is a seed too.
	Seed uint64
	// Time is the payload clock of event 0. Required: time is an argument.
	Time time.Time
	// Interval is the time between two events on the payload clock. Zero: all happen at Time.
	Interval time.Duration
	// Set changes single values of every payload.
	Set []payload.Setting
	// Profile says which of the valid payloads a scenario sends that asks for none of its own. "" is [payload.Typical];
	// [payload.Drift] is an error, since not all of its payloads are valid.
	Profile payload.Profile
	// Subjects is how many subjects the events are about, in turn. 0 gives each event one of its own.
	Subjects uint64
	// Examples takes the contract's own examples, as [payload.Options.Examples] does.
	Examples bool
	// Header is added to every request, and wins over the provider's own.
	Header http.Header
	// TimeScale compresses the waits between attempts. Zero: real time.
	TimeScale mocksender.Scale
	// TLS configures https targets. Nil: the system's roots.
	TLS *tls.Config
	// Guard says which hosts may be targets. Zero: loopback and private addresses only.
	Guard mocksender.Guard
	// Proxy is the proxy for all requests. Nil: none.
	Proxy *url.URL
	// Probe sees what the receiver did. Nil: nobody looks, and what depends on it is inconclusive.
	Probe *probe.Probe
	// RestartURL restarts the receiver when it is posted to. Empty: nobody can, and no scenario needs it.
	RestartURL string
	// Recorder gets every delivery. Nil: nothing is recorded.
	Recorder *Recorder
	// Observe sees every attempt once it has settled, before the next begins, as
	// [mocksender.Config.Observe] does. Nil: nobody looks.
	Observe func(mocksender.Delivery) error
	// Announce is told of every attempt before it begins, as [mocksender.Config.Announce] is. Nil: nobody looks.
	Announce func(mocksender.Delivery) error
	// Remake makes a message again as of another moment on the payload clock, for a policy that makes the body of each attempt
	// anew; nothing but the moment may differ. Nil: messages are the rig's own.
	Remake func(m mocksender.Message, at time.Time) (mocksender.Message, error)
	// Line has the faults that every delivery meets on its way. Nil: none. Not with Proxy.
	Line *fault.Line
	// Command is the command line that repeats the run, as words, without credentials
	// and selection ("hookrig", "verify", "--to", …). Empty: no repeat lines.
	Command []string
}

// check returns every problem that the parts do not find themselves.
func (c *Config) check() []error {
	var problems []error
	if c.Target == "" {
		problems = append(problems, errors.New("target: missing, the receiver's URL"))
	} else if err := c.Guard.Check(c.Target); err != nil {
		problems = append(problems, err)
	}
	if c.Contract == nil {
		problems = append(problems, errors.New("contract: missing"))
	}
	if c.Time.IsZero() {
		problems = append(problems, errors.New("time: missing, the payload clock of the first event"))
	}
	if c.Profile == payload.Drift {
		problems = append(problems, errors.New("profile: drift has payloads that the contract does not know; the theme tolerance sends them"))
	}
	if c.Policy == nil {
		return append(problems, errors.New("policy: missing"))
	}
	if err := c.Policy.CheckSecret(c.Secret); err != nil {
		problems = append(problems, err)
	}
	return problems
}

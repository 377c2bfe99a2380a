package probe

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/mocksender"
)

// DefaultTimeout bounds one look at the receiver.
const DefaultTimeout = 10 * time.Second

// maxReply is the longest answer of a probe that is read, in bytes.
const maxReply = 1 << 20

// Config describes a probe.
type Config struct {
	// URL is read with GET. Each {path} in it is replaced by the payload's value at
	// that gjson path ({data.customer.customer_id}); {@sha256} is the digest of the
	// body in hexadecimal, {@id} and {@type} are the event's.
	URL string
	// Count is a gjson path into the answer, to a number or to an array whose elements are counted.
	Count string
	// State says what the newest event should have left behind; the zero value asks nothing.
	State State
	// Header is sent with every look.
	Header http.Header
	// Timeout bounds one look; 0 means [DefaultTimeout].
	Timeout time.Duration
	// Transport makes the exchanges; nil means [http.DefaultTransport]. Redirects are never followed.
	Transport http.RoundTripper
}

// State compares the receiver's state with the payload.
type State struct {
	// Path is a gjson path into the answer.
	Path string
	// Equals is a gjson path into the payload, or @sha256 for the digest of the body in hexadecimal.
	Equals string
}

// Probe looks at a receiver. It is safe for concurrent use.
type Probe struct {
	template template
	config   Config
	client   http.Client
}

// New checks the configuration. The error lists every problem.
func New(config Config) (*Probe, error) {
	t, err := parseTemplate(config.URL)
	problems := []error{err}
	if config.Count == "" {
		problems = append(problems, errors.New("count: missing, a gjson path such as items.#"))
	}
	if (config.State.Path == "") != (config.State.Equals == "") {
		problems = append(problems, errors.New("state: path and equals need each other"))
	}
	if config.Timeout < 0 {
		problems = append(problems, fmt.Errorf("timeout: %v is negative", config.Timeout))
	}
	if err := errors.Join(problems...); err != nil {
		return nil, err
	}
	if config.Timeout == 0 {
		config.Timeout = DefaultTimeout
	}
	p := &Probe{template: t, config: config}
	p.client = http.Client{
		Transport:     config.Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return p, nil
}

// TellsApart tells whether the URL has a placeholder, without which the effects of all events are counted together.
func (p *Probe) TellsApart() bool { return len(p.template.places) > 0 }

// SeesState tells whether the probe was told how to read the state.
func (p *Probe) SeesState() bool { return p.config.State.Path != "" }

// Effects counts what the event of the messages did at the receiver so far. What is seen at one address is counted once, for
// messages that differ in nothing that it tells apart. An error
// means that the probe did not answer, or answered something that holds no count.
func (p *Probe) Effects(ctx context.Context, messages ...mocksender.Message) (int, error) {
	total, seen := 0, map[string]bool{}
	for i := range messages {
		address, err := p.template.fill(&messages[i])
		if err != nil {
			return 0, fmt.Errorf("probe: url: %w", err)
		}
		if seen[address] {
			continue
		}
		seen[address] = true
		n, err := p.effectsAt(ctx, address)
		if err != nil {
			return 0, err
		}
		total += n
	}
	return total, nil
}

func (p *Probe) effectsAt(ctx context.Context, address string) (int, error) {
	where, answer, err := p.look(ctx, address)
	if err != nil {
		return 0, err
	}
	n, err := count(answer.Get(p.config.Count))
	if err != nil {
		return 0, fmt.Errorf("probe %s: count %q: %w", where, p.config.Count, err)
	}
	return n, nil
}

// State returns the receiver's value and the payload's, as text. They are equal
// when the message's event is the newest that the receiver applied.
func (p *Probe) State(ctx context.Context, m mocksender.Message) (got, want string, err error) {
	if !p.SeesState() {
		return "", "", errors.New("probe: state: not configured")
	}
	expected, err := p.expected(&m)
	if err != nil {
		return "", "", err
	}
	address, err := p.template.fill(&m)
	if err != nil {
		return "", "", fmt.Errorf("probe: url: %w", err)
	}
	where, answer, err := p.look(ctx, address)
	if err != nil {
		return "", "", err
	}
	found := answer.Get(p.config.State.Path)
	if !found.Exists() {
		return "", "", fmt.Errorf("probe %s: state: path %q is not in the answer", where, p.config.State.Path)
	}
	return found.String(), expected, nil
}

// expected is what the payload says that the state should be.
func (p *Probe) expected(m *mocksender.Message) (string, error) {
	if p.config.State.Equals == "@sha256" {
		return valueAt(m, "@sha256")
	}
	value := gjson.GetBytes(m.Body, p.config.State.Equals)
	if !value.Exists() {
		return "", fmt.Errorf("probe: state: equals %q is not in the payload of %s", p.config.State.Equals, m.Event.Type)
	}
	return value.String(), nil
}

func (p *Probe) look(ctx context.Context, address string) (where string, answer gjson.Result, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, p.config.Timeout, fmt.Errorf("no answer within %v", p.config.Timeout))
	defer cancel()
	where, err = p.ask(ctx, address, func(r *http.Response) error {
		body, err := read(r.Body, maxReply)
		answer = gjson.ParseBytes(body)
		return err
	})
	return where, answer, err
}

// ask gets what is at an address and reads it. The error of both begins with where it was, which is safe to show.
func (p *Probe) ask(ctx context.Context, address string, read func(*http.Response) error) (where string, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return "", fmt.Errorf("probe: url: %w", err)
	}
	where = request.URL.Redacted()
	for name, values := range p.config.Header {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	response, err := p.client.Do(request)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err // the URL is said once
		}
		return where, fmt.Errorf("probe %s: %w", where, err)
	}
	defer func() { _ = response.Body.Close() }() // it was read as far as we want
	if response.StatusCode == http.StatusOK {
		err = read(response)
	} else {
		body, _ := io.ReadAll(io.LimitReader(response.Body, maxReply)) // the status says enough
		err = fmt.Errorf("answered %s, want 200: %s", response.Status, begin(body))
	}
	if err != nil {
		err = fmt.Errorf("probe %s: %w", where, err)
	}
	return where, err
}

// errTooLong says that an answer is over the limit that follows.
var errTooLong = errors.New("the answer is over")

// read reads JSON of at most so many bytes.
func read(r io.Reader, most int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, most+1))
	switch {
	case err != nil:
		return nil, err
	case int64(len(body)) > most:
		return nil, fmt.Errorf("%w %d bytes", errTooLong, most)
	case !gjson.ValidBytes(body):
		return nil, fmt.Errorf("the answer is not JSON: %s", begin(body))
	}
	return body, nil
}

func count(value gjson.Result) (int, error) {
	switch {
	case !value.Exists():
		return 0, errors.New("not in the answer")
	case value.IsArray():
		return int(value.Get("#").Int()), nil
	case value.Type != gjson.Number:
		return 0, fmt.Errorf("%s is neither a number nor an array", begin([]byte(value.Raw)))
	case value.Num < 0 || value.Num != math.Trunc(value.Num) || value.Num > math.MaxInt32:
		return 0, fmt.Errorf("%s is no count", value.Raw)
	}
	return int(value.Num), nil
}

// begin quotes the start of a foreign text, so that it is safe on a terminal.
func begin(body []byte) string {
	const longest = 80
	text := strings.TrimSpace(string(body))
	if len(text) > longest {
		return fmt.Sprintf("%q…", text[:longest])
	}
	return fmt.Sprintf("%q", text)
}

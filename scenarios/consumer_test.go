package scenarios_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// consumer is another correct receiver than the reference one, and as lenient as real ones are: it takes any JSON object
// with the right credential, looks at no media type, and checks no contract. It works off what it acknowledged
// later, and not in order: an effect shows at the first, second or third look at it.
type consumer struct {
	providers map[string]consumed // by path
	mu        sync.Mutex
	known     map[string]*work // by what makes two deliveries one event
	newest    map[string]*work // by subject, of those that were worked off
}

type consumed struct {
	receiver.Provider
	detector *receiver.Detector
}

// work is an event that was acknowledged; it is done after some looks.
type work struct {
	digest, subject, happened string
	looks                     byte
}

func newConsumer(t testing.TB, providers []receiver.Provider) *consumer {
	t.Helper()
	c := &consumer{providers: map[string]consumed{}, known: map[string]*work{}, newest: map[string]*work{}}
	for _, p := range providers {
		d, err := receiver.NewDetector(p.Contract)
		if err != nil {
			t.Fatal(err)
		}
		c.providers["/"+p.Contract.Name()] = consumed{p, d}
	}
	return c
}

// handle is for [startSocket].
func (c *consumer) handle(r socketRequest) (status int, body string) {
	u, err := url.Parse(r.target)
	if err != nil {
		return http.StatusBadRequest, ""
	}
	if u.Path == "/effects" && r.method == http.MethodGet {
		return http.StatusOK, c.look(u.Query().Get("digest"))
	}
	p, ok := c.providers[u.Path]
	switch {
	case !ok:
		return http.StatusNotFound, ""
	case r.method != http.MethodPost:
		return http.StatusMethodNotAllowed, ""
	case p.Token.Header != "" && r.get(p.Token.Header) != p.Token.Secret.Reveal(), p.Scheme != nil && p.forged(r):
		return http.StatusUnauthorized, ""
	case !gjson.ValidBytes(r.body) || !gjson.ParseBytes(r.body).IsObject():
		return http.StatusBadRequest, ""
	case p.Token.Body != "" && gjson.GetBytes(r.body, strings.ReplaceAll(p.Token.Body[1:], "/", ".")).String() != p.Token.Secret.Reveal():
		return http.StatusUnauthorized, ""
	}
	c.take(p, r.body)
	return http.StatusOK, ""
}

// forged tells that a signature is not the provider's, or not of now.
func (p consumed) forged(r socketRequest) bool {
	request := &http.Request{Method: r.method, Header: http.Header{}}
	for name, values := range r.header {
		request.Header[http.CanonicalHeaderKey(name)] = values
	}
	return signature.VerifyRequest(p.Scheme, request, r.body, time.Now()) != nil
}

// take remembers an event once.
func (c *consumer) take(p consumed, body []byte) {
	sum := sha256.Sum256(body)
	w := &work{digest: hex.EncodeToString(sum[:]), looks: sum[0] % 3}
	event := p.detector.Event(body)
	key := p.Contract.Name() + " " + event + " "
	facts, err := receiver.FactsOf(p.Contract, event)
	if id := gjson.GetBytes(body, facts.ID).String(); err == nil && facts.ID != "" {
		key += id
	} else {
		key += w.digest
	}
	if err == nil && facts.Subject != "" {
		w.subject = p.Contract.Name() + " " + gjson.GetBytes(body, facts.Subject).String()
		w.happened = gjson.GetBytes(body, facts.Time).String()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known[key] == nil {
		c.known[key] = w
	}
}

// look shows the effect of one event once it has been worked off, and the digest of its subject's newest.
func (c *consumer) look(digest string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	answer := struct {
		Items  []string `json:"items"`
		Digest string   `json:"digest,omitempty"`
	}{Items: []string{}}
	for _, w := range c.known {
		if w.digest != digest {
			continue
		}
		if w.looks > 0 {
			w.looks--
			continue
		}
		if old := c.newest[w.subject]; old == nil || w.happened >= old.happened {
			c.newest[w.subject] = w
		}
		answer.Items, answer.Digest = append(answer.Items, digest), c.newest[w.subject].digest
	}
	text, err := json.Marshal(answer)
	if err != nil {
		panic(err) // it is made of strings
	}
	return string(text)
}

package signature

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/hookrig/hookrig/mocksender"
)

// OAuth2Config says where an [OAuth2] gets its tokens.
type OAuth2Config struct {
	// TokenURL is the token endpoint. Required.
	TokenURL string
	// Credentials are client id and client secret as id:secret. Required.
	Credentials mocksender.Secret
	// Scope is what the token is asked for, separated by spaces. "": the endpoint's default.
	Scope string
	// Client makes the exchange with the token endpoint. Nil: one that follows no redirects, gives up
	// after [tokenLimit], and connects to no cloud metadata address.
	Client *http.Client
}

// OAuth2 is a bearer token (RFC 6750) by the client credentials grant (RFC 6749, section 4.4). The token
// is fetched before the first attempt, and again when it is about to expire or was refused with 401. Make one
// with [NewOAuth2].
type OAuth2 struct {
	config     OAuth2Config
	id, secret string
	fetching   chan struct{} // holds one place

	mu      sync.Mutex
	token   mocksender.Secret
	expires time.Time // zero: never
}

const (
	// tokenLimit is how long the token endpoint may take.
	tokenLimit = 30 * time.Second
	// tokenMargin is how long before its end a token is not used any more.
	tokenMargin = 30 * time.Second
	// maxTokenReply is how much of the token endpoint's reply is read, in bytes.
	maxTokenReply = 64 << 10
)

// NewOAuth2 checks config; it fetches nothing yet.
func NewOAuth2(config OAuth2Config) (*OAuth2, error) {
	u, err := url.Parse(config.TokenURL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("authentication: token URL %q: want http:// or https:// and a host", config.TokenURL)
	}
	id, secret, ok := strings.Cut(config.Credentials.Reveal(), ":")
	if !ok || id == "" {
		return nil, errors.New("authentication: scheme oauth2 wants its secret as client id:client secret")
	}
	if config.Client == nil {
		config.Client = tokenClient(u.Hostname())
	}
	return &OAuth2{config: config, id: id, secret: secret, fetching: make(chan struct{}, 1)}, nil
}

// tokenClient returns a client for the token endpoint at host, which the user named and so allowed.
func tokenClient(host string) *http.Client {
	guard := mocksender.Guard{Allow: []string{host}}
	dialer := net.Dialer{Control: func(_, address string, _ syscall.RawConn) error {
		a, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		return guard.Permit(host, a.Addr())
	}}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dialer.DialContext, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       tokenLimit,
	}
}

// GoString keeps the secret from being printed.
func (s *OAuth2) GoString() string { return "OAuth2(" + s.config.TokenURL + ")" }

// String names the token endpoint.
func (s *OAuth2) String() string { return s.GoString() }

// Prepare implements [mocksender.Preparer]: it fetches a token unless the one at hand is good for a while
// yet. Of several that come at once, one fetches and the others wait for it.
func (s *OAuth2) Prepare(ctx context.Context, at time.Time) error {
	select {
	case s.fetching <- struct{}{}:
		defer func() { <-s.fetching }()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if s.good(at) {
		return nil
	}
	reply, err := s.fetch(ctx)
	if err != nil {
		return fmt.Errorf("token endpoint %s: %w", s.config.TokenURL, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.token, s.expires = mocksender.Secret(reply.Token), time.Time{}
	if reply.ExpiresIn > 0 {
		s.expires = at.Add(time.Duration(reply.ExpiresIn) * time.Second)
	}
	return nil
}

// Answered implements [mocksender.Answered]: a token that a receiver refused is not used again (RFC 6750,
// section 3.1: the client may fetch another and try again).
func (s *OAuth2) Answered(a *mocksender.Attempt) {
	if a.Reply == nil || a.Reply.Status != http.StatusUnauthorized {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if equal(a.Header.Get("Authorization"), "Bearer "+s.token.Reveal()) { // another attempt may have fetched one meanwhile
		s.token = ""
	}
}

func (s *OAuth2) good(at time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.token != "" && (s.expires.IsZero() || at.Add(tokenMargin).Before(s.expires))
}

// tokenReply is the reply of RFC 6749, sections 5.1 and 5.2.
type tokenReply struct {
	Token     string `json:"access_token"`
	Type      string `json:"token_type"`
	ExpiresIn int64  `json:"expires_in"`
	Error     string `json:"error"`
}

func (s *OAuth2) fetch(ctx context.Context) (*tokenReply, error) {
	form := url.Values{"grant_type": {"client_credentials"}}
	if s.config.Scope != "" {
		form.Set("scope", s.config.Scope)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.config.TokenURL, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "application/json")
	r.SetBasicAuth(url.QueryEscape(s.id), url.QueryEscape(s.secret)) // escaped by RFC 6749, section 2.3.1
	response, err := s.config.Client.Do(r)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, maxTokenReply))
	if err != nil {
		return nil, err
	}
	reply := &tokenReply{}
	err = json.Unmarshal(body, reply)
	switch {
	case response.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("status %d (%.60q)", response.StatusCode, cmp.Or(reply.Error, "no error code"))
	case err != nil:
		return nil, fmt.Errorf("its reply is not JSON: %w", err)
	case reply.Token == "" || strings.ContainsAny(reply.Token, "\r\n\x00 "):
		return nil, errors.New("its reply has no usable access_token")
	case !strings.EqualFold(reply.Type, "bearer"):
		return nil, fmt.Errorf("token_type %.60q: only bearer tokens are known", reply.Type)
	}
	return reply, nil
}

// bearer returns the header of the token at hand.
func (s *OAuth2) bearer() (Static, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Static{Header: "Authorization", Value: "Bearer " + s.token}, s.token != ""
}

// Authenticate adds the Authorization header. [OAuth2.Prepare] comes first.
func (s *OAuth2) Authenticate(h http.Header, m *mocksender.Message, at time.Time) error {
	header, ok := s.bearer()
	if !ok {
		return errors.New("authentication: no token was fetched")
	}
	return header.Authenticate(h, m, at)
}

// Verify accepts the token that this value fetched last. Other tokens only their issuer can check.
func (s *OAuth2) Verify(h http.Header, body []byte, now time.Time) error {
	header, ok := s.bearer()
	if _, err := single(h, "Authorization"); err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("header Authorization: %w: no token was fetched to compare it with", ErrMismatch)
	}
	s.mu.Lock()
	expires := s.expires
	s.mu.Unlock()
	if err := header.Verify(h, body, now); err != nil {
		return err
	}
	if !expires.IsZero() && now.After(expires) {
		return fmt.Errorf("header Authorization: %w: the token expired", ErrStale)
	}
	return nil
}

package signature_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// issuer is a token endpoint on loopback. Its tokens are numbered and live for an hour.
func issuer(t *testing.T) (string, *atomic.Int32) {
	t.Helper()
	issued := new(atomic.Int32)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		if id != "rig" || secret != "s%3As%2F" || r.PostFormValue("grant_type") != "client_credentials" || r.PostFormValue("scope") != "hooks" {
			w.WriteHeader(http.StatusUnauthorized)
			_, _ = io.WriteString(w, `{"error":"invalid_client"}`)
			return
		}
		fmt.Fprintf(w, `{"access_token":"token-%d","token_type":"Bearer","expires_in":3600}`, issued.Add(1))
	}))
	t.Cleanup(server.Close)
	return server.URL, issued
}

func oauth2(t *testing.T, url string, secret mocksender.Secret) signature.Scheme {
	t.Helper()
	s, err := signature.For(policy.Authentication{Scheme: "oauth2", TokenURL: url, Scope: "hooks"}, secret)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestOAuth2TokenIsFetchedOnceAndSent(t *testing.T) {
	url, issued := issuer(t)
	s := oauth2(t, url, "rig:s:s/")
	for range 3 {
		a := posted(t, s, func(r *http.Request, body []byte) {
			if got := r.Header.Get("Authorization"); got != "Bearer token-1" {
				t.Errorf("authorization %q", got)
			}
			if err := signature.VerifyRequest(s, r, body, time.Now()); err != nil {
				t.Error(err)
			}
		})
		if a.Reply == nil || strings.Join(a.Credentials, " ") != "Authorization" {
			t.Errorf("failure %+v, credentials %v", a.Failure, a.Credentials)
		}
	}
	if issued.Load() != 1 {
		t.Errorf("%d tokens were fetched", issued.Load())
	}
	if text := fmt.Sprintf("%v %+v %#v", s, s, s); strings.Contains(text, "s:s/") || strings.Contains(text, "token-1") {
		t.Errorf("it prints its secret: %s", text)
	}
}

func TestOAuth2FetchesAnewBeforeTheEnd(t *testing.T) {
	url, issued := issuer(t)
	s := oauth2(t, url, "rig:s:s/").(mocksender.Preparer)
	for _, row := range []struct {
		after time.Duration
		want  int32
	}{{0, 1}, {59 * time.Minute, 1}, {time.Hour - 20*time.Second, 2}, {90 * time.Minute, 2}} {
		if err := s.Prepare(t.Context(), now.Add(row.after)); err != nil || issued.Load() != row.want {
			t.Errorf("after %v: %d tokens, %v", row.after, issued.Load(), err)
		}
	}
}

func TestOAuth2ConcurrentAttemptsShareOneFetch(t *testing.T) {
	url, issued := issuer(t)
	s := oauth2(t, url, "rig:s:s/").(mocksender.Preparer)
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if err := s.Prepare(t.Context(), now); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if issued.Load() != 1 {
		t.Errorf("%d tokens for 20 attempts", issued.Load())
	}
}

func TestOAuth2TokenEndpointThatFails(t *testing.T) {
	url, _ := issuer(t)
	other := func(h http.HandlerFunc) string {
		server := httptest.NewServer(h)
		t.Cleanup(server.Close)
		return server.URL
	}
	say := func(text string) string {
		return other(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
	}
	for _, row := range []struct{ url, secret, want string }{
		{url, "rig:guess", `status 401 ("invalid_client")`},
		{say("<html>"), "rig:x", "not JSON"},
		{say("{}"), "rig:x", "no usable access_token"},
		{say(`{"access_token":"a\nb","token_type":"bearer"}`), "rig:x", "no usable access_token"},
		{say(`{"access_token":"a","token_type":"mac"}`), "rig:x", `token_type "mac"`},
		{say(strings.Repeat(" ", 1<<20) + "{}"), "rig:x", "not JSON"},
		{other(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/latest/", http.StatusTemporaryRedirect)
		}), "rig:x", "status 307"},
		{"http://169.254.169.254/token", "rig:x", "never a target"},
	} {
		s := oauth2(t, row.url, mocksender.Secret(row.secret))
		err := s.(mocksender.Preparer).Prepare(t.Context(), now)
		if err == nil || !strings.Contains(err.Error(), row.want) || strings.Contains(err.Error(), "guess") {
			t.Errorf("%s: error is %v, want %q", row.url, err, row.want)
		}
		if err := s.Authenticate(http.Header{}, &message, now); err == nil {
			t.Errorf("%s: it authenticates without a token", row.url)
		}
	}
}

// A token that cannot be had is a fault of ours, and nothing is sent.
func TestOAuth2FailureEndsTheDelivery(t *testing.T) {
	url, _ := issuer(t)
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("something was sent") }))
	defer receiver.Close()
	p, err := policy.Named("svix")
	if err != nil {
		t.Fatal(err)
	}
	sender, err := mocksender.New(mocksender.Config{Policy: p, Auth: oauth2(t, url, "rig:guess")})
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	if d, err := sender.Deliver(t.Context(), mocksender.Delivery{ID: "d", URL: receiver.URL}); err == nil || len(d.Attempts) != 0 {
		t.Errorf("%d attempts, error %v", len(d.Attempts), err)
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	stopped := errors.New("stopped")
	cancel(stopped)
	if err := oauth2(t, url, "rig:s:s/").(mocksender.Preparer).Prepare(ctx, now); !errors.Is(err, stopped) && !errors.Is(err, context.Canceled) {
		t.Errorf("error is %v", err)
	}
}

func TestOAuth2Refuses(t *testing.T) {
	for url, secret := range map[string]mocksender.Secret{"gopher://x": "a:b", "https://": "a:b", "https://x/token": "ab"} {
		if _, err := signature.NewOAuth2(signature.OAuth2Config{TokenURL: url, Credentials: secret}); err == nil {
			t.Errorf("%s is accepted", url)
		}
	}
}

// A token that was revoked before its time is not used again: the next attempt has a new one.
func TestOAuth2RefetchesWhatWasRefused(t *testing.T) {
	url, issued := issuer(t)
	var got []string
	receiver := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got = append(got, r.Header.Get("Authorization")); len(got) == 1 {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	defer receiver.Close()
	p, err := policy.Named("standard-webhooks")
	if err != nil {
		t.Fatal(err)
	}
	sender, err := mocksender.New(mocksender.Config{Policy: p, Auth: oauth2(t, url, "rig:s:s/"), TimeScale: mocksender.Scale{From: 1, To: 0}})
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	for _, id := range []string{"a", "b"} {
		if d, err := sender.Deliver(t.Context(), mocksender.Delivery{ID: id, URL: receiver.URL, Message: message}); err != nil || d.Outcome != mocksender.Delivered {
			t.Fatalf("%s: %s, %v", id, d.Outcome, err)
		}
	}
	if want := "Bearer token-1 Bearer token-2 Bearer token-2"; strings.Join(got, " ") != want || issued.Load() != 2 {
		t.Errorf("authorizations %q of %d tokens, want %q", got, issued.Load(), want)
	}
}

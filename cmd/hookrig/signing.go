package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// signing is what sign and verify-signature have in common: the scheme, the secrets and the request.
type signing struct {
	*app
	policy  string
	secret  secretFlags
	older   []string
	headers []string
	at      string
	method  string
	to      string
	id      string
}

func (s *signing) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.policy, "policy", "", "how it is signed: `name` of a scheme or of a delivery policy, or a file of either")
	s.secret.register(cmd)
	f.StringArrayVar(&s.older, "old-secret", nil, "an older `secret`, while it is changed; repeatable, see --secret")
	f.StringArrayVarP(&s.headers, "header", "H", nil, "`'Name: value'` of the request; repeatable")
	f.StringVar(&s.at, "time", "", "the moment of sending or receiving, RFC 3339 (default: now)")
	f.StringVar(&s.method, "method", http.MethodPost, "HTTP `method` of the request, for schemes that sign it")
	f.StringVar(&s.to, "to", "http://localhost/", "`URL` of the request, for schemes that sign it")
	must(cmd.RegisterFlagCompletionFunc("policy", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return policy.Authentications(), cobra.ShellCompDirectiveDefault
	}))
}

// read checks the flags. The error lists every problem.
func (s *signing) read() (policy.Authentication, signature.Scheme, *mocksender.Outgoing, error) {
	a, err := s.authentication()
	problems := []error{err}
	secret, err := s.secret.read()
	problems = append(problems, err)
	older := make([]mocksender.Secret, len(s.older))
	for i, o := range s.older {
		older[i] = mocksender.Secret(o)
	}
	o := &mocksender.Outgoing{Method: s.method, Message: &mocksender.Message{Event: mocksender.Event{ID: s.id}}, At: s.now()}
	o.Header, err = readHeaders(s.headers)
	problems = append(problems, err)
	if s.at != "" {
		if o.At, err = time.Parse(time.RFC3339, s.at); err != nil {
			problems = append(problems, fmt.Errorf("--time %s: want RFC 3339, such as 2026-01-15T03:00:00Z", s.at))
		}
	}
	if o.URL, err = url.Parse(s.to); err != nil || o.URL.Host == "" {
		problems = append(problems, fmt.Errorf("--to %s: want a URL", s.to))
	}
	if err := errors.Join(problems...); err != nil {
		return a, nil, nil, usage(err)
	}
	if !a.Proves() {
		return a, nil, nil, usagef("--policy %s: signs nothing", s.policy)
	}
	if secret == "" {
		return a, nil, nil, usagef("--secret: missing, it is signed by %s (set HOOKRIG_SECRET, or --secret-file)", a)
	}
	scheme, err := signature.For(a, secret, older...)
	if err != nil {
		return a, nil, nil, usage(fmt.Errorf("--policy %s: %w", s.policy, err))
	}
	return a, scheme, o, nil
}

// authentication finds what --policy names: a shape, a policy, or a file of either.
func (s *signing) authentication() (policy.Authentication, error) {
	name := s.policy
	switch {
	case name == "":
		return policy.Authentication{}, fmt.Errorf("--policy: missing, how it is signed: %s, or a file", strings.Join(policy.Authentications(), ", "))
	case slices.Contains(policy.Authentications(), name) || !strings.ContainsAny(name, "./\\"):
		fact, err := policy.NamedAuthentication(name)
		return fact.Value, err
	}
	data, err := os.ReadFile(name)
	if err != nil {
		return policy.Authentication{}, fmt.Errorf("--policy %s: %w", name, cause(err))
	}
	if bytes.HasPrefix(data, []byte("policy:")) || bytes.Contains(data, []byte("\npolicy:")) {
		p, err := policy.Load(fileIn(name))
		if err != nil {
			return policy.Authentication{}, err
		}
		return p.Authentication.Value, nil
	}
	fact, err := policy.ParseAuthentication(name, data)
	return fact.Value, err
}

// body reads the bytes of the body as they are, from a file or from stdin.
func (s *signing) body(args []string) ([]byte, error) {
	if len(args) == 0 || args[0] == "-" {
		body, err := io.ReadAll(s.stdin)
		if err != nil {
			return nil, fmt.Errorf("stdin: %w", err)
		}
		return body, nil
	}
	body, err := os.ReadFile(args[0])
	if err != nil {
		return nil, usagef("%s: %w", args[0], cause(err))
	}
	return body, nil
}

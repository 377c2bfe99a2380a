package main

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

func newSign(a *app) *cobra.Command {
	s := &signing{app: a}
	cmd := &cobra.Command{
		Use:   "sign [FILE]",
		Short: "Print the headers that sign a body",
		Long: `sign signs the bytes of a file, or of stdin, as a provider does, and prints the headers that
the request has for it, one on a line, as curl takes them with -H @file. Every byte counts, a
line end at the end of the file too. The id of the event is drawn unless --id gives it.`,
		Example: `  hookrig sign body.json --policy stripe --secret-file whsec.txt
  hookrig sign body.json --policy standard-webhooks > headers.txt
  curl -H @headers.txt --data-binary @body.json http://localhost:8080/hooks`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return s.sign(cmd, args) },
	}
	s.register(cmd)
	cmd.Flags().StringVar(&s.id, "id", "", "`id` of the event, for schemes that sign it (default: drawn)")
	return cmd
}

func (s *signing) sign(cmd *cobra.Command, args []string) error {
	s.id = cmp.Or(s.id, "evt_"+strings.ToLower(rand.Text()))
	a, scheme, o, err := s.read()
	if err != nil {
		return err
	}
	if err := s.maySign(a); err != nil {
		return err
	}
	if o.Message.Body, err = s.body(args); err != nil {
		return err
	}
	if p, ok := scheme.(mocksender.Preparer); ok {
		if err := p.Prepare(cmd.Context(), o.At); err != nil {
			return usage(err)
		}
	}
	h, err := signature.Headers(scheme, o)
	if err != nil {
		return usage(err)
	}
	return s.printHeaders(h)
}

// maySign refuses what has no header to print, and what would print a secret that was not
// typed for this command: one that merely is in the environment must not get into a log.
func (s *signing) maySign(a policy.Authentication) error {
	switch a.Scheme {
	case "mtls":
		return usagef("--policy %s: the credential is in the TLS session, no header has it", s.policy)
	case "token", "header", "basic":
		if !s.typed["secret"] && !s.typed["secret-file"] {
			return usagef("--policy %s: the header holds the secret itself; give it by --secret or --secret-file to see it", s.policy)
		}
	}
	return nil
}

func (s *signing) printHeaders(h http.Header) error {
	if s.json() {
		return json.NewEncoder(s.stdout).Encode(h)
	}
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, value := range h[name] {
			s.print("%s: %s\n", name, value)
		}
	}
	return nil
}

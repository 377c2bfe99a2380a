package main

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
	"github.com/hookrig/hookrig/reports"
)

func newVerifySignature(a *app) *cobra.Command {
	s := &signing{app: a}
	var file, cert string
	cmd := &cobra.Command{
		Use:   "verify-signature [FILE]",
		Short: "Check the signature of a body, as a receiver does",
		Long: `verify-signature checks the bytes of a file, or of stdin, against the headers that came with
them, as a receiver does: every secret that is given may have signed, and a timestamp may be
five minutes from now, or from --time.

Exit codes: 0 it verifies, 1 it does not.`,
		Example: `  hookrig verify-signature body.json --policy stripe -H 'Stripe-Signature: t=1767225600,v1=5257a8…'
  hookrig sign body.json --policy svix > headers.txt
  hookrig verify-signature body.json --policy svix --headers headers.txt`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error { return s.verify(args, file, cert) },
	}
	s.register(cmd)
	f := cmd.Flags()
	f.StringVar(&file, "headers", "", "`file` of header lines, as sign prints them")
	f.StringVar(&cert, "cert", "", "PEM `file` of the client certificate that was shown (mTLS)")
	return cmd
}

func (s *signing) verify(args []string, file, cert string) error {
	if file != "" {
		lines, err := os.ReadFile(file)
		if err != nil {
			return usagef("--headers %s: %w", file, cause(err))
		}
		s.headers = append(s.headers, strings.FieldsFunc(string(lines), func(r rune) bool { return r == '\n' || r == '\r' })...)
	}
	a, scheme, o, err := s.read()
	if err != nil {
		return err
	}
	if a.Scheme == "oauth2" {
		return usagef("--policy %s: only who issued a token can check it", s.policy)
	}
	body, err := s.body(args)
	if err != nil {
		return err
	}
	request, err := arrivedRequest(o, body, cert)
	if err != nil {
		return err
	}
	return s.verdict(a, signature.VerifyRequest(scheme, request, body, o.At))
}

// arrivedRequest is the request as a server would see it.
func arrivedRequest(o *mocksender.Outgoing, body []byte, cert string) (*http.Request, error) {
	r, err := http.NewRequest(o.Method, o.URL.String(), bytes.NewReader(body)) //nolint:noctx // it is sent nowhere
	if err != nil {
		return nil, usage(err)
	}
	for name, values := range o.Header { // in any spelling
		r.Header[http.CanonicalHeaderKey(name)] = append(r.Header[http.CanonicalHeaderKey(name)], values...)
	}
	if o.URL.Scheme == "https" || cert != "" {
		r.TLS = &tls.ConnectionState{}
	}
	if cert == "" {
		return r, nil
	}
	data, err := os.ReadFile(cert)
	if err != nil {
		return nil, usagef("--cert %s: %w", cert, cause(err))
	}
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		c, err := x509.ParseCertificate(block.Bytes)
		if err == nil {
			r.TLS.PeerCertificates = append(r.TLS.PeerCertificates, c)
		}
	}
	if len(r.TLS.PeerCertificates) == 0 {
		return nil, usagef("--cert %s: no PEM certificate in it", cert)
	}
	return r, nil
}

// verdict says how it went.
func (s *signing) verdict(a policy.Authentication, err error) error {
	code := exitHeld
	if err != nil {
		code = exitFindings
	}
	if s.json() {
		text := struct {
			Verifies bool   `json:"verifies"`
			Why      string `json:"why,omitempty"`
		}{Verifies: err == nil}
		if err != nil {
			text.Why = err.Error()
		}
		return errors.Join(json.NewEncoder(s.stdout).Encode(text), ended(code))
	}
	if err != nil {
		s.print("%s\n", s.paint(red, fmt.Sprintf("does not verify: %s", reports.Escape(err.Error()))))
	} else {
		s.print("%s\n", s.paint(green, fmt.Sprintf("verifies (%s)", a)))
	}
	return ended(code)
}

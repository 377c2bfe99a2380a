package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// targetFlags say where to send, and how.
type targetFlags struct {
	to         string
	secret     secretFlags
	headers    []string
	policy     string
	scale      string
	timeout    time.Duration
	insecure   bool
	caFile     string
	cert, key  string
	allowHosts []string
	proxy      string
	dryRun     bool
}

func (t *targetFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&t.to, "to", "", "`URL` of the receiver")
	t.secret.register(cmd)
	f.StringArrayVarP(&t.headers, "header", "H", nil, "`'Name: value'` added to every request; repeatable")
	f.StringVar(&t.policy, "policy", "", "delivery policy: `name` or file (default: the contract's)")
	f.StringVar(&t.scale, "time-scale", "", "compress waiting, such as `1h=1s`; timeouts are never compressed")
	f.DurationVar(&t.timeout, "timeout", 0, "timeout of an exchange instead of the policy's")
	f.BoolVar(&t.insecure, "insecure", false, "accept any TLS certificate")
	f.StringVar(&t.caFile, "ca-file", "", "PEM `file` of the certificate authority to trust")
	f.StringVar(&t.cert, "cert", "", "PEM `file` of the client certificate (mTLS)")
	f.StringVar(&t.key, "key", "", "PEM `file` of the client certificate's key")
	f.StringSliceVar(&t.allowHosts, "allow-host", nil, "public `host` that may be sent to; repeatable")
	f.StringVar(&t.proxy, "proxy", "", "`URL` of the proxy to go through, http, https or socks5; that of the environment is never used")
	f.BoolVar(&t.dryRun, "dry-run", false, "print the plan, send nothing")
	cmd.MarkFlagsRequiredTogether("cert", "key")
	must(cmd.RegisterFlagCompletionFunc("policy", func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return policy.Names(), cobra.ShellCompDirectiveDefault
	}))
}

// target is what the flags come to.
type target struct {
	url    string
	secret mocksender.Secret
	header http.Header
	scale  mocksender.Scale
	tls    *tls.Config
	guard  mocksender.Guard
	proxy  *url.URL // nil: none
}

// read checks the flags. The error lists every problem.
func (t *targetFlags) read(ctx context.Context) (target, error) {
	out := target{url: t.to, guard: mocksender.Guard{Allow: t.allowHosts}}
	var problems []error
	collect := func(err error) { problems = append(problems, err) }
	var err error
	out.secret, err = t.secret.read()
	collect(err)
	out.header, err = readHeaders(t.headers)
	collect(err)
	if t.scale != "" {
		out.scale, err = mocksender.ParseScale(t.scale)
		collect(err)
	}
	if t.timeout < 0 {
		collect(fmt.Errorf("--timeout %s: must not be negative", t.timeout))
	}
	out.tls, err = t.readTLS()
	collect(err)
	out.proxy, err = t.readProxy(out.guard)
	collect(err)
	if t.to != "" {
		err := out.guard.Resolve(ctx, t.to)
		switch {
		case is[*mocksender.ForbiddenError](err):
			collect(fmt.Errorf("--to: %w (--allow-host)", err))
		case err != nil:
			collect(fmt.Errorf("--to: %w", err))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return out, usage(err)
	}
	return out, nil
}

func readHeaders(lines []string) (http.Header, error) {
	header := http.Header{}
	for _, line := range lines {
		name, value, ok := strings.Cut(line, ":")
		if !ok || strings.TrimSpace(name) == "" {
			return nil, fmt.Errorf("--header %q: want 'Name: value'", line)
		}
		name = strings.TrimSpace(name)
		header[name] = append(header[name], strings.TrimSpace(value)) // the spelling is kept on the wire
	}
	return header, nil
}

// readProxy returns nil if no proxy is wanted.
func (t *targetFlags) readProxy(guard mocksender.Guard) (*url.URL, error) {
	if t.proxy == "" {
		return nil, nil //nolint:nilnil // nil means none
	}
	u, err := url.Parse(t.proxy)
	if err != nil {
		return nil, errors.New("--proxy: not a URL") // the parser would quote it, and there may be a password in it
	}
	if err := mocksender.CheckProxy(u); err != nil {
		return nil, fmt.Errorf("--%w", err)
	}
	to, err := url.Parse(t.to)
	if err != nil || to.Hostname() == "" {
		return u, nil // said of --to
	}
	if err := guard.CheckBehindProxy(to.Hostname()); err != nil {
		return nil, fmt.Errorf("--proxy: %w (--allow-host %s)", err, to.Hostname())
	}
	return u, nil
}

func (t *targetFlags) readTLS() (*tls.Config, error) {
	if !t.insecure && t.caFile == "" && t.cert == "" {
		return nil, nil //nolint:nilnil // nil means the system's own settings
	}
	c := &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: t.insecure} //nolint:gosec // --insecure asks for it
	if t.caFile != "" {
		pem, err := os.ReadFile(t.caFile)
		if err != nil {
			return nil, fmt.Errorf("--ca-file: %w", err)
		}
		if c.RootCAs = x509.NewCertPool(); !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("--ca-file %s: no PEM certificate in it", t.caFile)
		}
	}
	if t.cert != "" {
		pair, err := tls.LoadX509KeyPair(t.cert, t.key)
		if err != nil {
			return nil, fmt.Errorf("--cert %s: %w", t.cert, err)
		}
		c.Certificates = []tls.Certificate{pair}
	}
	return c, nil
}

// policyFor is the policy of a contract with the flags' changes. A secret that it needs must be there.
func (t *targetFlags) policyFor(c *contract.Contract, secret mocksender.Secret) (*policy.Policy, error) {
	p, err := policyOf(c, t.policy)
	if err != nil {
		return nil, err
	}
	if err := needSecret(p, secret); err != nil {
		return nil, err
	}
	if t.timeout > 0 {
		return p.WithTimeout(t.timeout), nil
	}
	return p, nil
}

// needTarget is for the commands that cannot do without --to.
func (t *targetFlags) needTarget() error {
	if t.to == "" {
		return usagef("--to: missing, the URL of the receiver")
	}
	return nil
}

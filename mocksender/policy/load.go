package policy

import (
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/hookrig/hookrig/fixtures"
)

// Names lists the policies that hookrig brings, sorted.
func Names() []string { return fixtures.PolicyNames() }

// Named returns a policy that hookrig brings.
func Named(name string) (*Policy, error) {
	if !slices.Contains(Names(), name) {
		return nil, fmt.Errorf("unknown policy %q%s; there are %s", name, didYouMean(name, Names()), strings.Join(Names(), ", "))
	}
	return Load(fixtures.FS, "policies/"+name+".yaml")
}

// ForContract returns the policy that hookrig brings for the contract of that name. The error is
// [ErrNoPolicy] if there is none.
func ForContract(contract string) (*Policy, error) {
	for _, name := range Names() {
		p, err := Named(name)
		if err != nil {
			return nil, err
		}
		if slices.Contains(p.Contracts, contract) {
			return p, nil
		}
	}
	return nil, fmt.Errorf("contract %q: %w; name one of %s", contract, ErrNoPolicy, strings.Join(Names(), ", "))
}

// Find returns the policy that a user means by name: one that hookrig brings, or a file, whose name has a dot or a slash. Without
// a name it is the contract's own, or the advice of Standard Webhooks if there is none. In says in which file system a file is, and
// how it is called there. The error is that of [Named], [ForContract] or [Load].
func Find(name, contract string, in func(file string) (fs.FS, string)) (*Policy, error) {
	switch {
	case name == "":
		p, err := ForContract(contract)
		if errors.Is(err, ErrNoPolicy) {
			return Named("standard-webhooks")
		}
		return p, err
	case slices.Contains(Names(), name) || !strings.ContainsAny(name, "./\\"):
		return Named(name)
	}
	return Load(in(name))
}

// ErrNoPolicy says that a contract has no policy of its own.
var ErrNoPolicy = errors.New("no policy is made for it")

// Load reads a policy file from fsys. Faults of its content are a [*ParseError].
func Load(fsys fs.FS, name string) (*Policy, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("policy: %w", err)
	}
	return Parse(name, data)
}

// yamlFault takes the parser's messages apart: context, place, cause.
var yamlFault = regexp.MustCompile(`(?:\((.*)\) )?at L(\d+)\.C(\d+)(?:\S*): (.*)$`)

// Parse reads a policy from memory; name stands for the file in positions. The
// error is a [*ParseError] with every fault.
func Parse(name string, data []byte) (*Policy, error) {
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return nil, &ParseError{Problems: []string{syntaxProblem(name, err)}}
	}
	if len(doc.Content) == 0 {
		return nil, &ParseError{Problems: []string{name + ":1:1: an empty policy"}}
	}
	d := &decoder{file: name}
	p := d.policy(doc.Content[0])
	if err := d.err(); err != nil {
		return nil, err
	}
	return p, nil
}

func syntaxProblem(name string, err error) string {
	text := strings.Split(err.Error(), "\n")[0]
	m := yamlFault.FindStringSubmatch(text)
	if m == nil {
		return name + ":1:1: not YAML: " + text
	}
	cause := m[4]
	if m[1] != "" {
		cause += " " + m[1]
	}
	return fmt.Sprintf("%s:%s:%s: not YAML: %s", name, m[2], m[3], cause)
}

package policy

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"

	yaml "go.yaml.in/yaml/v4"

	"github.com/hookrig/hookrig/fixtures"
)

// Authentications lists the names that [NamedAuthentication] knows, sorted: the shapes of signatures
// that hookrig brings, and its policies.
func Authentications() []string {
	names := append(fixtures.AuthenticationNames(), Names()...)
	slices.Sort(names)
	return slices.Compact(names)
}

// NamedAuthentication returns a shape of signatures that hookrig brings, or the authentication of the
// policy of that name. A shape comes before a policy.
func NamedAuthentication(name string) (Fact[Authentication], error) {
	if slices.Contains(fixtures.AuthenticationNames(), name) {
		file := "authentication/" + name + ".yaml"
		data, err := fs.ReadFile(fixtures.FS, file)
		if err != nil {
			return Fact[Authentication]{}, fmt.Errorf("authentication: %w", err)
		}
		return ParseAuthentication(file, data)
	}
	if !slices.Contains(Names(), name) {
		return Fact[Authentication]{}, fmt.Errorf("unknown authentication %q%s; there are %s",
			name, didYouMean(name, Authentications()), strings.Join(Authentications(), ", "))
	}
	p, err := Named(name)
	if err != nil {
		return Fact[Authentication]{}, err
	}
	return p.Authentication, nil
}

// ParseAuthentication reads the shape of signatures from memory: a mapping with name, title and
// authentication; file stands for the file in positions. The error is a [*ParseError] with every fault.
func ParseAuthentication(file string, data []byte) (Fact[Authentication], error) {
	var doc yaml.Node
	var a Fact[Authentication]
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return a, &ParseError{Problems: []string{syntaxProblem(file, err)}}
	}
	if len(doc.Content) == 0 {
		return a, &ParseError{Problems: []string{file + ":1:1: no authentication in it"}}
	}
	var name, title string
	d := &decoder{file: file}
	d.mapping(doc.Content[0], "", fields{
		"name": d.text(&name), "title": d.text(&title), "authentication": fact(d, &a, d.authentication),
	}, "name", "authentication")
	return a, d.err()
}

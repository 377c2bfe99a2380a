package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	yaml "go.yaml.in/yaml/v4"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// cause is what the system said, without the operation and the path.
func cause(err error) error {
	if perr, ok := errors.AsType[*fs.PathError](err); ok {
		return perr.Err
	}
	return err
}

// configKey is one key of the file: the flag that it stands for, and what it holds.
type configKey struct {
	path string
	flag string
	form form
}

type form uint8

const (
	scalar   form = iota
	list          // one value or several
	pairs         // a mapping: "Name: value" for headers, name=value else
	equation      // a mapping of path and equals
)

// configKeys is the whole file. A key whose flag a command does not have is read
// by the commands that have it.
var configKeys = []configKey{
	{"contract", "contract", list},
	{"overlay", "overlay", list},
	{"seed", "seed", scalar},
	{"output", "output", scalar},
	{"color", "color", scalar},
	{"endpoint.url", "to", scalar},
	{"endpoint.secret", "secret", scalar},
	{"endpoint.secret_file", "secret-file", scalar},
	{"endpoint.old_secret", "old-secret", list},
	{"endpoint.headers", "header", pairs},
	{"endpoint.ca_file", "ca-file", scalar},
	{"endpoint.cert", "cert", scalar},
	{"endpoint.key", "key", scalar},
	{"endpoint.proxy", "proxy", scalar},
	{"allow_hosts", "allow-host", list},
	{"policy.name", "policy", scalar},
	{"policy.timeout", "timeout", scalar},
	{"policy.time_scale", "time-scale", scalar},
	{"fault", "fault", list},
	{"probe.url", "probe-url", scalar},
	{"probe.count", "probe-count", scalar},
	{"probe.state", "probe-state", equation},
	{"probe.restart", "restart-url", scalar},
	{"verify.only", "only", scalar},
	{"verify.skip", "skip", scalar},
	{"verify.strict", "strict", scalar},
	{"verify.wait", "wait", scalar},
	{"verify.procs", "procs", scalar},
	{"verify.reports", "report", pairs},
}

// fromFile sets what a file says and nobody set before.
func (a *app) fromFile(cmd *cobra.Command, file string) []error {
	data, err := os.ReadFile(file)
	if err != nil {
		return []error{fmt.Errorf("%s: %w", file, cause(err))}
	}
	var doc, more yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(data))
	switch err := d.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil // empty, or comments
	case err != nil:
		return []error{syntaxError(file, err)}
	}
	r := &configReader{app: a, cmd: cmd, file: file}
	r.mapping("", doc.Content[0])
	switch err := d.Decode(&more); {
	case err == nil:
		r.fail(&more, "a second document: want one")
	case !errors.Is(err, io.EOF):
		r.problems = append(r.problems, syntaxError(file, err))
	}
	return r.problems
}

// yamlPlace is how the parser says where it is: "… (while parsing x) at L1.C4-L3.C1: …".
var yamlPlace = regexp.MustCompile(`^.* at L(\d+)\.C(\d+)(?:-L\d+\.C\d+)?: `)

// syntaxError puts the parser's place first, as every other error has it.
func syntaxError(file string, err error) error {
	text := err.Error()
	if m := yamlPlace.FindStringSubmatch(text); m != nil {
		return fmt.Errorf("%s:%s:%s: not YAML: %s", file, m[1], m[2], strings.TrimPrefix(text, m[0]))
	}
	return fmt.Errorf("%s: not YAML: %w", file, err)
}

type configReader struct {
	*app
	cmd      *cobra.Command
	file     string
	problems []error
}

func (r *configReader) fail(n *yaml.Node, format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s:%d:%d: %w", r.file, n.Line, n.Column, fmt.Errorf(format, args...)))
}

func (r *configReader) mapping(prefix string, n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "%s: want a mapping", first(strings.TrimSuffix(prefix, "."), "the file"))
		return
	}
	seen := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		if line := seen[key.Value]; line > 0 {
			r.fail(key, "%s%s: a second time, the first is on line %d", prefix, key.Value, line)
			continue
		}
		seen[key.Value] = key.Line
		if value.Kind == yaml.AliasNode {
			value = value.Alias
		}
		r.entry(prefix, key, value)
	}
}

func (r *configReader) entry(prefix string, key, value *yaml.Node) {
	path := prefix + key.Value
	if path == "policy" && value.Kind == yaml.ScalarNode {
		path = "policy.name"
	}
	if path == "load" {
		r.loadProfiles(value)
		return
	}
	if i := slices.IndexFunc(configKeys, func(k configKey) bool { return k.path == path }); i >= 0 {
		r.set(&configKeys[i], value)
		return
	}
	if slices.ContainsFunc(configKeys, func(k configKey) bool { return strings.HasPrefix(k.path, path+".") }) {
		r.mapping(path+".", value)
		return
	}
	r.fail(key, "unknown key %q%s", path, contract.DidYouMean(path, knownKeys()))
}

func knownKeys() []string {
	known := []string{"load"}
	for _, k := range configKeys {
		known = append(known, k.path)
		if section, _, nested := strings.Cut(k.path, "."); nested && !slices.Contains(known, section) {
			known = append(known, section)
		}
	}
	return known
}

// set gives a value to its flag, unless that has one. The section of a command is for
// that command alone. Where the command has no such flag, the value is tried on a command that has: what is wrong in the file is said
// by every command.
func (r *configReader) set(k *configKey, value *yaml.Node) {
	values := r.values(k, value)
	flags := r.cmd.Flags()
	command, _, _ := strings.Cut(k.path, ".")
	mine := flags.Lookup(k.flag) != nil && (command != "verify" || r.cmd.Name() == command)
	if !mine {
		flags = r.another(k.flag)
	}
	flag := flags.Lookup(k.flag)
	if mine && taken(r.cmd, flag) {
		return
	}
	for _, v := range values {
		text := v.text
		if mine {
			text = r.expand(v.node, text)
		} else if reference.MatchString(text) {
			continue // its variable may be set where the value is needed
		}
		if err := flags.Set(k.flag, text); err != nil {
			r.fail(v.node, "%s: %w", k.path, wanted(flag, text, err))
		}
	}
}

// another returns the flags of a command that has the flag. Every key of the file
// stands for a flag of some command.
func (r *configReader) another(flag string) *pflag.FlagSet {
	for _, c := range r.cmd.Root().Commands() {
		if c != r.cmd && c.Flags().Lookup(flag) != nil {
			return c.Flags()
		}
	}
	panic("no command has a flag --" + flag)
}

// configValue is one text of the file that a flag is set to, and where it stands.
type configValue struct {
	text string
	node *yaml.Node
}

// values are the texts that the flag is set to, one after the other.
func (r *configReader) values(k *configKey, n *yaml.Node) []configValue {
	switch {
	case n.Kind == yaml.ScalarNode && k.form != pairs:
		return r.scalar(k.path, "", n)
	case n.Kind == yaml.SequenceNode && k.form == list:
		var all []configValue
		for _, item := range n.Content {
			all = append(all, r.scalar(k.path, "", item)...)
		}
		return all
	case n.Kind == yaml.MappingNode && k.form == equation:
		return r.equation(k.path, n)
	case n.Kind == yaml.MappingNode && k.form == pairs:
		separator := "="
		if k.flag == "header" {
			separator = ": "
		}
		var all []configValue
		for i := 0; i+1 < len(n.Content); i += 2 {
			key := n.Content[i].Value
			all = append(all, r.scalar(k.path+"."+key, key+separator, n.Content[i+1])...)
		}
		return all
	}
	r.fail(n, "%s: want %s", k.path, map[form]string{scalar: "one value", list: "a value or a list", pairs: "a mapping", equation: "a mapping of path and equals"}[k.form])
	return nil
}

// equation reads {path: …, equals: …}; the flag has them as path=equals.
func (r *configReader) equation(path string, n *yaml.Node) []configValue {
	sides := map[string]string{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Value != "path" && key.Value != "equals" {
			r.fail(key, "unknown key %q%s", path+"."+key.Value, contract.DidYouMean(key.Value, []string{"path", "equals"}))
			return nil
		}
		for _, v := range r.scalar(path+"."+key.Value, "", n.Content[i+1]) {
			sides[key.Value] = v.text
		}
	}
	if sides["path"] == "" || sides["equals"] == "" {
		r.fail(n, "%s: want path, a place in the probe's answer, and equals, one in the payload", path)
		return nil
	}
	return []configValue{{sides["path"] + "=" + sides["equals"], n}}
}

func (r *configReader) scalar(path, prefix string, n *yaml.Node) []configValue {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch {
	case n.Kind != yaml.ScalarNode:
		r.fail(n, "%s: want one value", path)
	case n.Value == "" || n.Tag == "!!null":
		r.fail(n, "%s: missing", path)
	default:
		return []configValue{{prefix + n.Value, n}}
	}
	return nil
}

var reference = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// expand replaces ${NAME} by the environment's value; an unset one is an error.
func (r *configReader) expand(n *yaml.Node, text string) string {
	return reference.ReplaceAllStringFunc(text, func(match string) string {
		name := match[2 : len(match)-1]
		value, ok := r.getenv(name)
		if !ok {
			r.fail(n, "the environment variable %s is not set", name)
		}
		return value
	})
}

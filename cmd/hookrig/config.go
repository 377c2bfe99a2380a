package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	yaml "go.yaml.in/yaml/v4"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// configure completes the flags that the command line left open: from HOOKRIG_…
// variables, then the project's file, then the user's. All problems come at once.
func (a *app) configure(cmd *cobra.Command) error {
	problems := a.fromEnvironment(cmd)
	files, err := a.configFiles(cmd)
	problems = append(problems, err)
	for _, file := range files {
		problems = append(problems, a.fromFile(cmd, file)...)
	}
	for _, choice := range []struct{ flag, value, words string }{
		{"output", a.shared.output, "human json"}, {"color", a.shared.color, "auto always never"},
	} {
		if words := strings.Fields(choice.words); !slices.Contains(words, choice.value) {
			problems = append(problems, fmt.Errorf("--%s %q: want %s%s", choice.flag, choice.value,
				strings.Join(words, " or "), contract.DidYouMean(choice.value, words)))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return usage(err)
	}
	return nil
}

// variable is the environment variable of a flag: --time-scale is HOOKRIG_TIME_SCALE.
func variable(flag string) string {
	return "HOOKRIG_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func (a *app) fromEnvironment(cmd *cobra.Command) (problems []error) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		value, ok := a.getenv(variable(f.Name))
		if !ok || value == "" || f.Changed || f.Name == "help" {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", variable(f.Name), err))
		}
	})
	return problems
}

// configFiles lists the files that apply, the one that wins first.
func (a *app) configFiles(*cobra.Command) ([]string, error) {
	if a.shared.config != "" {
		if _, err := os.Stat(a.shared.config); err != nil {
			return nil, fmt.Errorf("--config %s: %w", a.shared.config, cause(err))
		}
		return []string{a.shared.config}, nil
	}
	files := []string{"hookrig.yaml"}
	if folder, ok := a.getenv("XDG_CONFIG_HOME"); ok && folder != "" {
		files = append(files, filepath.Join(folder, "hookrig", "hookrig.yaml"))
	} else if home, ok := a.getenv("HOME"); ok && home != "" {
		files = append(files, filepath.Join(home, ".config", "hookrig", "hookrig.yaml"))
	}
	return slices.DeleteFunc(files, func(f string) bool { _, err := os.Stat(f); return err != nil }), nil
}

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
	scalar form = iota
	list        // one value or several
	pairs       // a mapping: "Name: value" for headers, name=value else
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
	{"endpoint.headers", "header", pairs},
	{"endpoint.ca_file", "ca-file", scalar},
	{"endpoint.cert", "cert", scalar},
	{"endpoint.key", "key", scalar},
	{"allow_hosts", "allow-host", list},
	{"policy.name", "policy", scalar},
	{"policy.timeout", "timeout", scalar},
	{"policy.time_scale", "time-scale", scalar},
	{"probe.url", "probe-url", scalar},
	{"probe.count", "probe-count", scalar},
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
	var doc yaml.Node
	if err := yaml.Unmarshal(data, &doc); err != nil {
		return []error{fmt.Errorf("%s: %w", file, err)}
	}
	if len(doc.Content) == 0 {
		return nil
	}
	r := &configReader{app: a, cmd: cmd, file: file}
	r.mapping("", doc.Content[0])
	return r.problems
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
		r.fail(n, "%s: want a mapping", strings.TrimSuffix(prefix, "."))
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		r.entry(prefix, n.Content[i], n.Content[i+1])
	}
}

func (r *configReader) entry(prefix string, key, value *yaml.Node) {
	path := prefix + key.Value
	if path == "policy" && value.Kind == yaml.ScalarNode {
		path = "policy.name"
	}
	if i := slices.IndexFunc(configKeys, func(k configKey) bool { return k.path == path }); i >= 0 {
		r.set(configKeys[i], value)
		return
	}
	if slices.ContainsFunc(configKeys, func(k configKey) bool { return strings.HasPrefix(k.path, path+".") }) {
		r.mapping(path+".", value)
		return
	}
	var known []string
	for _, k := range configKeys {
		known = append(known, k.path)
		if section, _, nested := strings.Cut(k.path, "."); nested {
			known = append(known, section)
		}
	}
	r.fail(key, "unknown key %q%s", path, contract.DidYouMean(path, known))
}

// set gives a value to its flag, unless that has one or the command lacks it.
func (r *configReader) set(k configKey, value *yaml.Node) {
	values := r.values(k, value)
	flag := r.cmd.Flags().Lookup(k.flag)
	if flag == nil || flag.Changed {
		return
	}
	for _, v := range values {
		if err := r.cmd.Flags().Set(k.flag, v); err != nil {
			r.fail(value, "%s: %w", k.path, err)
		}
	}
}

// values are the texts that the flag is set to, one after the other.
func (r *configReader) values(k configKey, n *yaml.Node) []string {
	switch {
	case n.Kind == yaml.ScalarNode && k.form != pairs:
		return []string{r.expand(n)}
	case n.Kind == yaml.SequenceNode && k.form == list:
		var all []string
		for _, item := range n.Content {
			if item.Kind != yaml.ScalarNode {
				r.fail(item, "%s: want text", k.path)
				continue
			}
			all = append(all, r.expand(item))
		}
		return all
	case n.Kind == yaml.MappingNode && k.form == pairs:
		separator := "="
		if k.flag == "header" {
			separator = ": "
		}
		var all []string
		for i := 0; i+1 < len(n.Content); i += 2 {
			all = append(all, n.Content[i].Value+separator+r.expand(n.Content[i+1]))
		}
		return all
	}
	r.fail(n, "%s: want %s", k.path, map[form]string{scalar: "one value", list: "a value or a list", pairs: "a mapping"}[k.form])
	return nil
}

var reference = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// expand replaces ${NAME} by the environment's value; an unset one is an error.
func (r *configReader) expand(n *yaml.Node) string {
	return reference.ReplaceAllStringFunc(n.Value, func(match string) string {
		name := match[2 : len(match)-1]
		value, ok := r.getenv(name)
		if !ok {
			r.fail(n, "the environment variable %s is not set", name)
		}
		return value
	})
}

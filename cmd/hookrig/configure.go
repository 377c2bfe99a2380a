package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// configure completes the flags that the command line left open: from HOOKRIG_…
// variables, then the project's file, then the user's. All problems come at once.
func (a *app) configure(cmd *cobra.Command) error {
	a.typed, a.profiles = map[string]bool{}, nil
	cmd.Flags().Visit(func(f *pflag.Flag) { a.typed[f.Name] = true })
	problems := []error{explainGroups(cmd.ValidateFlagGroups())}
	problems = append(problems, a.fromEnvironment(cmd)...)
	files, err := a.configFiles()
	problems = append(problems, err)
	for _, file := range files {
		problems = append(problems, a.fromFile(cmd, file)...)
	}
	problems = append(problems, oneOf("output", a.shared.output, "human", "json"), oneOf("color", a.shared.color, "auto", "always", "never"))
	if err := errors.Join(problems...); err != nil {
		return usage(err)
	}
	return nil
}

func oneOf(flag, value string, words ...string) error {
	if slices.Contains(words, value) {
		return nil
	}
	return fmt.Errorf("--%s %q: want %s%s", flag, value, strings.Join(words, " or "), contract.DidYouMean(value, words))
}

// rivals are flags that mean the same thing in two ways: a value for one of a
// higher rank leaves no room for the other of a lower.
var rivals = map[string]string{"secret": "secret-file", "secret-file": "secret", "count": "number"}

// taken tells that a flag has its value from a source of a higher rank.
func taken(cmd *cobra.Command, f *pflag.Flag) bool {
	rival := cmd.Flags().Lookup(rivals[f.Name])
	return f.Changed || rival != nil && rival.Changed
}

// variable is the environment variable of a flag: --time-scale is HOOKRIG_TIME_SCALE.
func variable(flag string) string {
	return "HOOKRIG_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

func (a *app) fromEnvironment(cmd *cobra.Command) (problems []error) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		value, ok := a.getenv(variable(f.Name))
		if !ok || value == "" || f.Name == "help" || taken(cmd, f) {
			return
		}
		if err := cmd.Flags().Set(f.Name, value); err != nil {
			problems = append(problems, fmt.Errorf("%s %w", variable(f.Name), wanted(f, value, err)))
		}
	})
	return problems
}

// configFiles lists the files that apply, the one that wins first.
func (a *app) configFiles() ([]string, error) {
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

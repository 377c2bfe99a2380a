package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// shared are the flags that every command has.
type shared struct {
	config         string
	contracts      []string
	overlays       []string
	output         string
	color          string
	quiet, verbose bool
}

func newRoot(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "hookrig",
		Short: "Test webhook receivers against their provider's contract",
		Long: `hookrig plays the provider of webhooks: it makes realistic events from a contract,
delivers them the way the provider does and judges how the receiver answers.

  hookrig verify --to http://localhost:8080/hooks --contract chargeover
  hookrig send customer.nightly --to http://localhost:8080/hooks --contract chargeover

Exit codes: 0 all held, 1 findings, 2 usage or configuration, 3 nobody there or nothing
checked, 4 hookrig's own fault, 99 a threshold missed, 130 interrupted.`,
		SilenceUsage:               true,
		SilenceErrors:              true,
		SuggestionsMinimumDistance: 2,
		PersistentPreRunE:          func(cmd *cobra.Command, _ []string) error { return a.configure(cmd) },
		Args:                       cobra.NoArgs,
		RunE:                       func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usage(explainFlag(cmd, err)) })
	f := root.PersistentFlags()
	s := &a.shared
	f.StringVar(&s.config, "config", "", "configuration `file` (default hookrig.yaml here, then the user's)")
	f.StringSliceVar(&s.contracts, "contract", []string{"chargeover", "zipit"}, "contract `name` or file, - for stdin; repeatable")
	f.StringSliceVar(&s.overlays, "overlay", nil, "OpenAPI Overlay `file` applied to the contract; repeatable")
	f.StringVar(&s.output, "output", "human", "`format` of what goes to stdout: human or json")
	f.StringVar(&s.color, "color", "auto", "colour: auto, always or never")
	f.BoolVarP(&s.quiet, "quiet", "q", false, "print results only")
	f.BoolVarP(&s.verbose, "verbose", "v", false, "print every exchange")
	must(root.RegisterFlagCompletionFunc("contract", a.completeContracts))
	must(root.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"human", "json"}, cobra.ShellCompDirectiveNoFileComp)))
	must(root.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp)))
	root.AddCommand(newEvents(a), newGenerate(a), newSend(a), newVerify(a), newLoad(a), newReceive(a), newValidate(a), newReport(a), newSign(a), newVerifySignature(a), newVersion(a))
	for _, cmd := range root.Commands() {
		cmd.Args = usageArgs(cmd.Args)
	}
	root.Args = unknownCommand
	return root
}

// must is for registrations that only a typing error here can make fail.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// usageArgs gives the errors of argument checks the right exit code.
func usageArgs(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if check == nil {
			return nil
		}
		if err := check(cmd, args); err != nil {
			return usagef("%s: %w (see %s --help)", cmd.Name(), err, cmd.CommandPath())
		}
		return nil
	}
}

// needArgs wants at least one argument.
func needArgs(missing string) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) == 0 {
			return errors.New(missing)
		}
		return nil
	}
}

func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	return usagef("unknown command %q%s", args[0], contract.DidYouMean(args[0], names))
}

// colored tells whether w wants colour: as asked, or what the terminal and the
// environment (NO_COLOR, CLICOLOR_FORCE) say.
func (a *app) colored(w any) bool {
	switch a.shared.color {
	case "always":
		return true
	case "never":
		return false
	}
	if v, ok := a.getenv("CLICOLOR_FORCE"); ok && v != "" && v != "0" {
		return true
	}
	if v, ok := a.getenv("NO_COLOR"); ok && v != "" {
		return false
	}
	return isTerminal(w)
}

func isTerminal(w any) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd())) //nolint:gosec // a descriptor fits an int
}

// width is the terminal's, or 0 where there is none.
func width(w any) int {
	columns, _ := size(w)
	return columns
}

// size is the terminal's, or 0 and 0 where there is none.
func size(w any) (columns, lines int) {
	if f, ok := w.(*os.File); ok {
		if columns, lines, err := term.GetSize(int(f.Fd())); err == nil { //nolint:gosec // a descriptor fits an int
			return columns, lines
		}
	}
	return 0, 0
}

// say prints talk to stderr, unless --quiet.
func (a *app) say(format string, args ...any) {
	if !a.shared.quiet {
		_, _ = fmt.Fprintf(a.stderr, format+"\n", args...) // nobody is left to tell
	}
}

func (a *app) sayErr(err error) {
	for line := range strings.SplitSeq(err.Error(), "\n") {
		_, _ = fmt.Fprintf(a.stderr, "hookrig: %s\n", line)
	}
}

func (a *app) json() bool { return a.shared.output == "json" }

package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// explainFlag says pflag's errors in the form that all others have, with the
// nearest flag for an unknown one.
func explainFlag(cmd *cobra.Command, err error) error {
	if unknown, ok := errors.AsType[*pflag.NotExistError](err); ok && unknown.GetSpecifiedShortnames() == "" {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
		name := "--" + unknown.GetSpecifiedName()
		return fmt.Errorf("unknown flag %s%s (see %s --help)", name, contract.DidYouMean(name, names), cmd.CommandPath())
	}
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		f := invalid.GetFlag()
		return fmt.Errorf("--%s %w", f.Name, wanted(f, invalid.GetValue(), err))
	}
	return err
}

// wanted says what a flag takes that refused a value.
func wanted(f *pflag.Flag, value string, err error) error {
	if invalid, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		err = invalid.Unwrap()
	}
	form := map[string]string{
		"duration": "a duration, such as 90s or 5m", "bool": "true or false", "int": "a number",
		"uint64": "a number, 0 or more", "int64": "a number", "stringToString": "name=value",
	}[f.Value.Type()]
	if form == "" {
		return fmt.Errorf("%q: %w", value, err)
	}
	return fmt.Errorf("%q: want %s", value, form)
}

// explainGroups says which flags go together, or do not.
func explainGroups(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	group := text[strings.IndexByte(text, '[')+1 : strings.IndexByte(text, ']')]
	flags := "--" + strings.Join(strings.Fields(group), " and --")
	if strings.Contains(text, "they must all be set") {
		return fmt.Errorf("%s: want both or neither", flags)
	}
	return fmt.Errorf("%s: want one of them", flags)
}

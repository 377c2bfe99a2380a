package main

import (
	"maps"
	"net/http"
	"slices"
	"strconv"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hookrig/hookrig/mocksender"
)

// unrepeated are the flags that change what is printed or written but not what is
// sent, and those that a repeat line states in its own way.
var unrepeated = []string{
	"color", "output", "quiet", "verbose", "report", "dry-run", "resume", "wait", "procs", "help",
	"to", "secret", "header", "seed", "time", "count", "number", "only", "skip",
	"metrics-listen", "proxy",
}

// repeat returns the words of a command line that sends the same again, wherever
// the values came from. A secret that was typed is in it and must be masked, as
// [shellLine] does; one from the environment or a file is read again from there.
func (a *app) repeat(cmd *cobra.Command, args []string, p *payloadFlags, to *target) []string {
	words := append([]string{"hookrig", cmd.Name()}, args...)
	if to.url != "" {
		words = append(words, "--to", mocksender.Delivery{URL: to.url}.Redacted().URL)
	}
	if to.proxy != nil {
		words = append(words, "--proxy", to.proxy.Redacted())
	}
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Changed && !slices.Contains(unrepeated, f.Name) {
			words = append(words, flagWords(f)...)
		}
	})
	if a.typed["secret"] {
		words = append(words, "--secret", to.secret.Reveal())
	}
	words = append(words, headerWords(to.header)...)
	return append(words, "--seed", strconv.FormatUint(p.seed, 10), "--time", p.time)
}

// flagWords are the words that give a flag its value.
func flagWords(f *pflag.Flag) []string {
	name := "--" + f.Name
	if list, ok := f.Value.(pflag.SliceValue); ok {
		var words []string
		for _, v := range list.GetSlice() {
			words = append(words, name, v)
		}
		return words
	}
	if f.Value.Type() == "bool" {
		if f.Value.String() == "true" {
			return []string{name}
		}
		return []string{name + "=" + f.Value.String()}
	}
	return []string{name, f.Value.String()}
}

// headerWords leaves the values of headers out that carry a credential by their name.
func headerWords(header http.Header) []string {
	shown := mocksender.Attempt{Header: header}.Redacted().Header
	var words []string
	for _, name := range slices.Sorted(maps.Keys(shown)) {
		for _, value := range shown[name] {
			words = append(words, "--header", name+": "+value)
		}
	}
	return words
}

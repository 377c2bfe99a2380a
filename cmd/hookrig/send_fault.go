package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/harness/fault"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/load"
)

// listFaults lists what --fault takes, with the parameters and their defaults.
func (s *sending) listFaults() error {
	w := &prose{w: s.stdout, width: readable}
	var rows [][]string
	once := []string{}
	for _, k := range fault.Kinds() {
		rows = append(rows, []string{k.Name, k.Summary})
		for _, p := range k.Params {
			switch {
			case p.Name == "attempts" && p.Default == "1":
				once = append(once, k.Name)
			case p.Name != "attempts" && p.Name != "share":
				rows = append(rows, []string{"", fmt.Sprintf("  %s=%s: %s", p.Name, p.Default, p.Summary)})
			}
		}
	}
	w.table(rows)
	w.line("")
	w.text("Most take attempts=1, 1-3, 2- or all, which of a delivery's attempts are hit (1 for " +
		strings.Join(once, ", ") + ", all for the others), and share=0.5, how many of those.")
	return w.err
}

// errFaultAndProxy says that there is room for one of them on the way to the receiver.
var errFaultAndProxy = errors.New("--fault and --proxy: want one of them, a fault stands where the proxy does")

// spoil puts the faults between a run under load and its receiver.
func (l *loadFlags) spoil(c *load.Config) error {
	if c.Proxy != nil && len(l.faults) > 0 {
		return usage(errFaultAndProxy)
	}
	line, err := fault.New(c.Seed, l.faults...)
	if err != nil {
		return usage(prefixed("--fault: ", err))
	}
	var way mocksender.Config
	line.Install(&way)
	if c.Intercept = way.Intercept; way.HTTP2 {
		c.Transport = "nethttp"
	}
	return nil
}

func completeFaults(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	var all []string
	for _, k := range fault.Kinds() {
		all = append(all, k.Name+"\t"+k.Summary)
	}
	return all, cobra.ShellCompDirectiveNoFileComp
}

// prefixed puts a prefix before every line of an error.
func prefixed(prefix string, err error) error {
	var all []error
	for line := range strings.SplitSeq(err.Error(), "\n") {
		all = append(all, errors.New(prefix+line))
	}
	return errors.Join(all...)
}

// names are the names of events.
func names(events []chosen) []string {
	all := make([]string, len(events))
	for i, e := range events {
		all[i] = e.event.Name
	}
	return all
}

package main

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/scenarios"
)

// eventLabel is a label of an event that a filter names in full; sets and patterns of events are Ginkgo's to judge.
var eventLabel = regexp.MustCompile(`(?:^|[\s(!|&,])event:([\w.:-]+)(?:$|[\s)|&,])`)

// checkEvents refuses filters that name an event that no contract has: they would select nothing, or leave nothing out.
func checkEvents(only, skip string, contracts []*contract.Contract) error {
	var known []string
	for _, c := range contracts {
		for _, e := range c.Events() {
			known = append(known, strings.TrimPrefix(scenarios.EventLabel(e.Name), "event:"))
		}
	}
	var problems []error
	for _, f := range []struct{ flag, filter string }{{"--only", only}, {"--skip", skip}} {
		for _, m := range eventLabel.FindAllStringSubmatch(f.filter, -1) {
			if !slices.Contains(known, m[1]) {
				problems = append(problems, fmt.Errorf("%s: no contract has the event %q%s", f.flag, m[1], contract.DidYouMean(m[1], known)))
			}
		}
	}
	return errors.Join(problems...)
}

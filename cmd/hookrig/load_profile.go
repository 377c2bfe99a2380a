package main

import (
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	yaml "go.yaml.in/yaml/v4"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// loadKeys are the keys of a profile under load, by the flags that they stand for.
var loadKeys = []configKey{
	{"rate", "rate", scalar},
	{"ramp", "ramp", scalar},
	{"steps", "steps", scalar},
	{"burst", "burst", scalar},
	{"replay_timing", "replay-timing", scalar},
	{"arrivals", "arrivals", scalar},
	{"duration", "duration", scalar},
	{"mix", "mix", pairs},
	{"thresholds", "threshold", list},
	{"abort_on_fail", "abort-on-fail", scalar},
	{"retries", "retries", scalar},
	{"retry_for", "retry-for", scalar},
	{"connections", "connections", scalar},
	{"max_connections", "max-connections", scalar},
	{"max_in_flight", "max-in-flight", scalar},
	{"transport", "transport", scalar},
	{"reports", "report", pairs},
}

// loadProfiles reads the profiles under load. Only the one that the command line names sets flags, but what is
// wrong in any of them is said.
func (r *configReader) loadProfiles(n *yaml.Node) {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "load: want a mapping of profiles, each with a name")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, profile := n.Content[i].Value, n.Content[i+1]
		if slices.Contains(r.profiles, name) {
			continue // from a file of a higher rank
		}
		r.profiles = append(r.profiles, name)
		if profile.Kind != yaml.MappingNode {
			r.fail(profile, "load.%s: want a mapping", name)
			continue
		}
		flags, mine := newLoad(&app{}).Flags(), r.cmd.Name() == "load" && r.cmd.Flags().Arg(0) == name
		if mine {
			flags = r.cmd.Flags()
		}
		r.loadProfile("load."+name+".", profile, flags, mine)
	}
}

func (r *configReader) loadProfile(prefix string, n *yaml.Node, flags *pflag.FlagSet, mine bool) {
	given := givenBefore(r.cmd)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := slices.IndexFunc(loadKeys, func(k configKey) bool { return k.path == key.Value })
		if at < 0 {
			r.fail(key, "unknown key %q%s", prefix+key.Value, contract.DidYouMean(key.Value, pathsOf(loadKeys)))
			continue
		}
		k := loadKeys[at]
		k.path = prefix + k.path
		for _, v := range r.values(&k, value) {
			text := v.text
			if mine {
				text = r.expand(v.node, text)
			} else if reference.MatchString(text) {
				continue // its variable may be set where the value is needed
			}
			if mine && given(k.flag) {
				continue
			}
			if err := flags.Set(k.flag, text); err != nil {
				r.fail(v.node, "%s: %w", k.path, wanted(flags.Lookup(k.flag), text, err))
			}
		}
	}
}

// givenBefore tells which flags have a value of a higher rank than the file's. A rate that is given in one way
// leaves no room for one in another way.
func givenBefore(cmd *cobra.Command) func(flag string) bool {
	given := map[string]bool{}
	cmd.Flags().Visit(func(f *pflag.Flag) { given[f.Name] = true })
	shaped := slices.ContainsFunc(shapeFlags, func(flag string) bool { return given[flag] })
	return func(flag string) bool { return given[flag] || shaped && slices.Contains(shapeFlags, flag) }
}

func pathsOf(keys []configKey) []string {
	paths := make([]string, len(keys))
	for i, k := range keys {
		paths[i] = k.path
	}
	return paths
}

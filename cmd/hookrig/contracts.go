package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// loadContracts reads the contracts that --contract names. The error lists every problem.
func (a *app) loadContracts() ([]*contract.Contract, error) {
	var all []*contract.Contract
	var problems []error
	for _, name := range a.shared.contracts {
		c, err := a.loadContract(name)
		problems = append(problems, err)
		all = append(all, c)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, usage(err)
	}
	return all, nil
}

// loadContract reads a contract by the name of a built-in one, from a file, or from stdin.
func (a *app) loadContract(name string) (*contract.Contract, error) {
	if name == "-" {
		data, err := io.ReadAll(a.stdin)
		if err != nil {
			return nil, fmt.Errorf("stdin: %w", err)
		}
		if len(a.shared.overlays) > 0 {
			return nil, errors.New("--overlay: not for a contract from stdin")
		}
		return contract.Parse("stdin", data)
	}
	if slices.Contains(fixtures.ContractNames(), name) {
		return contract.Load(a.withOverlays(fixtures.FS), "contracts/"+name+".yaml", a.overlayNames()...)
	}
	if _, err := os.Stat(name); err != nil {
		if strings.ContainsAny(name, "./\\") {
			return nil, fmt.Errorf("--contract %s: %w", name, cause(err))
		}
		return nil, fmt.Errorf("unknown contract %q%s: want %s, or a file", name,
			contract.DidYouMean(name, fixtures.ContractNames()), strings.Join(fixtures.ContractNames(), ", "))
	}
	base, file := fileIn(name)
	return contract.Load(a.withOverlays(base), file, a.overlayNames()...)
}

// fileIn returns a file system and the name of a file in it. A file below the
// current folder keeps its path, so that errors name it as the user did.
func fileIn(name string) (base fs.FS, file string) {
	if filepath.IsLocal(name) {
		return os.DirFS("."), filepath.ToSlash(filepath.Clean(name))
	}
	folder, file := filepath.Split(name)
	return os.DirFS(folder), file
}

// overlayFolder is where a file of --overlay appears beside the contract, which may
// be embedded, when its own path cannot be used.
const overlayFolder = "overlay"

func (a *app) overlayNames() []string {
	names := make([]string, len(a.shared.overlays))
	for i, file := range a.shared.overlays {
		names[i] = filepath.ToSlash(filepath.Clean(file))
		if _, err := fs.Stat(fixtures.FS, names[i]); err == nil || !filepath.IsLocal(file) {
			names[i] = fmt.Sprintf("%s/%d/%s", overlayFolder, i, filepath.Base(file))
		}
	}
	return names
}

func (a *app) withOverlays(base fs.FS) fs.FS {
	if len(a.shared.overlays) == 0 {
		return base
	}
	return overlaid{base, a.overlayNames(), a.shared.overlays}
}

// overlaid shows files under names of their own beside those of the base.
type overlaid struct {
	fs.FS
	names, files []string
}

// Open opens a file of the base, or one of the others.
func (o overlaid) Open(name string) (fs.File, error) {
	if i := slices.Index(o.names, name); i >= 0 {
		return os.Open(o.files[i])
	}
	return o.FS.Open(name)
}

// chosen is one event of one of the contracts.
type chosen struct {
	contract *contract.Contract
	event    contract.EventType
}

// chooseEvents finds events by name, by an unambiguous part, or by a pattern such
// as "billing:*". The error lists every name that fits nothing.
func chooseEvents(contracts []*contract.Contract, names []string) ([]chosen, error) {
	var all []chosen
	var problems []error
	for _, name := range names {
		found, err := chooseEvent(contracts, name)
		problems = append(problems, err)
		all = append(all, found...)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, usage(err)
	}
	return all, nil
}

func chooseEvent(contracts []*contract.Contract, name string) ([]chosen, error) {
	var found []chosen
	var unknown error
	for _, c := range contracts {
		if strings.ContainsAny(name, "*?[") {
			for _, e := range c.Events() {
				if ok, err := path.Match(name, e.Name); err != nil {
					return nil, fmt.Errorf("event pattern %q: %w", name, err)
				} else if ok {
					found = append(found, chosen{c, e})
				}
			}
			continue
		}
		e, err := c.Event(name)
		if err == nil {
			found = append(found, chosen{c, e})
			continue
		}
		unknown = nearer(unknown, err)
	}
	switch {
	case len(found) == 0 && unknown == nil:
		return nil, fmt.Errorf("no event matches %q", name)
	case len(found) == 0:
		return nil, unknown
	case strings.ContainsAny(name, "*?["):
		return found, nil
	}
	return found[:1], nil // the contract named first has precedence
}

// nearer keeps the error that helps more: one with a suggestion.
func nearer(a, b error) error {
	if u, ok := errors.AsType[*contract.UnknownEventError](b); a == nil || ok && (u.Suggestion != "" || len(u.Candidates) > 0) {
		return b
	}
	return a
}

// needSecret says what is missing when a policy authenticates and there is no
// secret to do it with.
func needSecret(p *policy.Policy, secret mocksender.Secret) error {
	if err := p.CheckSecret(secret); err != nil {
		return usagef("--%w (set HOOKRIG_SECRET, or --secret-file)", err)
	}
	return nil
}

// policyOf is the policy that --policy names, or what there is for the contract without it.
func policyOf(c *contract.Contract, name string) (*policy.Policy, error) {
	p, err := policy.Find(name, c.Name(), fileIn)
	if err != nil {
		return nil, usage(err)
	}
	return p, nil
}

func (a *app) completeContracts(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
	return fixtures.ContractNames(), cobra.ShellCompDirectiveDefault
}

// completeEvents completes the names of the contracts' events.
func (a *app) completeEvents(cmd *cobra.Command, _ []string, begun string) ([]string, cobra.ShellCompDirective) {
	if a.configure(cmd) != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	contracts, err := a.loadContracts()
	if err != nil {
		return nil, cobra.ShellCompDirectiveError
	}
	var names []string
	for _, c := range contracts {
		for _, e := range c.Events() {
			if strings.HasPrefix(e.Name, begun) {
				names = append(names, e.Name+"\t"+e.Summary)
			}
		}
	}
	return names, cobra.ShellCompDirectiveNoFileComp
}

// sayUnusable warns of the events that the contract describes wrongly, where others can be used all the same.
func (a *app) sayUnusable(contracts ...*contract.Contract) {
	for _, c := range contracts {
		var faults []error
		events := c.Events()
		for _, e := range events {
			if _, err := c.Payload(e.Name); err != nil {
				faults = append(faults, err)
			}
		}
		if len(faults) == len(events) {
			continue // told as an error
		}
		for _, err := range faults {
			a.say("hookrig: left out: %v", err)
		}
	}
}

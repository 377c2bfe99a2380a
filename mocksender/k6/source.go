package k6

import (
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/grafana/sobek"
	"go.k6.io/k6/js/common"
	"go.k6.io/k6/lib"
	"go.k6.io/k6/lib/fsext"

	"github.com/hookrig/hookrig/fixtures"
	"github.com/hookrig/hookrig/mocksender"
	"github.com/hookrig/hookrig/mocksender/contract"
	"github.com/hookrig/hookrig/mocksender/load"
	"github.com/hookrig/hookrig/mocksender/payload"
	"github.com/hookrig/hookrig/mocksender/policy"
	"github.com/hookrig/hookrig/mocksender/signature"
)

// source makes the events of one contract with one set of options, for all virtual users.
type source struct {
	contract *contract.Contract
	policy   *policy.Policy
	auth     mocksender.Authenticator
	options  options

	missing error // what only sending needs
	once    sync.Once
	lanes   *load.Lanes
	segment *segment
	err     error
}

// nowhere stands for a target when a script only asks for events.
const nowhere = "http://localhost/"

// source returns the one for a contract and options, which is made once.
func (x *Extension) source(env *common.InitEnvironment, rt *sobek.Runtime, name, given sobek.Value) (*source, error) {
	if env == nil {
		return nil, errors.New("hookrig.contract: want it in the init context, outside the functions that virtual users run")
	}
	if sobek.IsUndefined(name) || name.String() == "" {
		return nil, errors.New("hookrig.contract: name: missing, such as chargeover, zipit or a file")
	}
	fields := map[string]any{}
	if !sobek.IsUndefined(given) && !sobek.IsNull(given) {
		if err := rt.ExportTo(given, &fields); err != nil {
			return nil, fmt.Errorf("hookrig.contract: options: %w", err)
		}
	}
	o, err := readOptions(fields)
	if err != nil {
		return nil, fmt.Errorf("hookrig.contract: %w", err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	key := o.key(name.String())
	if s := x.made[key]; s != nil {
		return s, nil
	}
	s := &source{options: o}
	if err := s.read(scriptFiles{env}, name.String()); err != nil {
		return nil, fmt.Errorf("hookrig.contract: %w", err)
	}
	// k6 archive and k6 inspect, by which its operator begins, do not show the environment to scripts.
	if s.missing != nil && env.RuntimeOptions.IncludeSystemEnvVars.Bool {
		return nil, fmt.Errorf("hookrig.contract: %w", s.missing)
	}
	x.made[key] = s
	return s, nil
}

// read reads contract and policy. The error lists every problem but what is missing.
func (s *source) read(files scriptFiles, name string) (err error) {
	if s.contract, err = files.contract(name, s.options.overlays); err != nil {
		return err
	}
	in := func(file string) (fs.FS, string) { return files, files.place(file) }
	if s.policy, err = policy.Find(s.options.policy, s.contract.Name(), in); err != nil {
		return err
	}
	var problems []error
	for _, event := range s.options.events {
		_, err := s.contract.Event(event)
		problems = append(problems, err)
	}
	if s.options.timeout > 0 {
		s.policy = s.policy.WithTimeout(s.options.timeout)
	}
	if s.missing = s.policy.CheckSecret(s.options.secret); s.missing == nil && s.policy.Authenticates() {
		s.auth, err = signature.For(s.policy.Authentication.Value, s.options.secret)
		problems = append(problems, err)
	}
	if _, whole := s.auth.(mocksender.RequestAuthenticator); whole && s.options.to == "" {
		s.missing = errors.Join(s.missing, fmt.Errorf("to: missing, %s signs the URL too", s.policy.Name))
	}
	return errors.Join(problems...)
}

// names are the events that the source makes.
func (s *source) names() []string {
	if len(s.options.events) > 0 {
		return s.options.events
	}
	var names []string
	for _, e := range s.contract.Events() {
		names = append(names, e.Name)
	}
	return names
}

// prepare compiles the events when the first virtual user begins; before, k6 does not tell the instance's segment.
func (s *source) prepare(state *lib.State) error {
	s.once.Do(func() { s.err = s.compile(state) })
	return s.err
}

func (s *source) compile(state *lib.State) (err error) {
	if s.missing != nil {
		return fmt.Errorf("hookrig: %w", s.missing)
	}
	if s.segment, err = newSegment(state.Options.ExecutionSegment); err != nil {
		return err
	}
	if !s.options.seeded && !s.segment.whole() {
		return errors.New("hookrig: seed: missing, all instances of a test need the same one: contract(name, {seed: …})")
	}
	if !s.options.seeded {
		s.options.seed = randomSeed()
		state.Logger.Infof("hookrig: seed %d", s.options.seed)
	}
	if s.options.time.IsZero() {
		s.options.time = time.Now()
	}
	g, err := payload.New(s.contract, payload.Options{Seed: s.options.seed, Time: s.options.time.UTC().Truncate(time.Second),
		Secret: s.options.secret, Profile: s.options.profile, Signed: s.policy.SignedHeaders()})
	if err != nil {
		return err
	}
	c := load.Config{Target: s.options.to, Header: s.options.header, TLS: state.TLSConfig, Traceparent: s.options.traceparent, Seed: s.options.seed,
		Guard: mocksender.Guard{Allow: s.options.allow}}
	if c.Target == "" {
		c.Target = nowhere
	}
	for _, name := range s.names() {
		c.Events = append(c.Events, load.Event{Name: name, Generator: g, Policy: s.policy, Auth: s.auth})
	}
	s.lanes, err = load.NewLanes(c)
	return err
}

// randomSeed is below 2^53, so that a script can give it back.
func randomSeed() uint64 {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never an error
	return binary.BigEndian.Uint64(b[:]) >> 11
}

// scriptFiles reads files as k6's open does: relative to the script, and kept in an archive of the test.
type scriptFiles struct{ env *common.InitEnvironment }

// Open opens a built-in file, or one of the script's by its absolute path without the leading slash.
func (f scriptFiles) Open(name string) (fs.File, error) {
	if file, err := fixtures.FS.Open(name); err == nil {
		return file, nil
	}
	return f.env.FileSystems["file"].Open(fsext.FilePathSeparator + filepath.FromSlash(name))
}

// place is the name by which Open opens a script's file.
func (f scriptFiles) place(name string) string {
	return strings.TrimPrefix(filepath.ToSlash(f.env.GetAbsFilePath(name)), "/")
}

func (f scriptFiles) contract(name string, overlays []string) (*contract.Contract, error) {
	builtIn := "contracts/" + name + ".yaml"
	if _, err := fs.Stat(fixtures.FS, builtIn); err != nil {
		if !strings.ContainsAny(name, "./\\") {
			known := fixtures.ContractNames()
			return nil, fmt.Errorf("unknown contract %q%s: want %s, or a file", name, contract.DidYouMean(name, known), strings.Join(known, ", "))
		}
		builtIn = f.place(name)
	}
	places := make([]string, len(overlays))
	for i, overlay := range overlays {
		places[i] = f.place(overlay)
	}
	return contract.Load(f, builtIn, places...)
}

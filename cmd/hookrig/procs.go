package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/scenarios"
)

// A parallel run has three kinds of process, all of them this program: the one that
// the user started; Ginkgo's runner, which hands out the specs; and the workers,
// which Ginkgo's runner starts as test binaries. Runner and workers know what they
// are by jobVariable, and which of the two by the name that they were started under.
const (
	jobVariable = "HOOKRIG_JOB"
	workerName  = "worker.test" // Ginkgo takes nothing for a test binary that is not called so
)

// job is what runner and workers are told. It holds no secret of the endpoint's.
type job struct {
	Folder  string   // where the workers leave their records and results
	Cwd     string   // where the paths in Args begin
	Args    []string // of verify
	Command []string // repeats the run
	Procs   int
}

// workerResult is what a worker leaves behind beside its record.
type workerResult struct {
	Passed      bool
	Unreachable *harness.UnreachableError
	Fault       string
}

func (j *job) record(process int) string {
	return filepath.Join(j.Folder, fmt.Sprintf("record.%d", process))
}
func (j *job) result(process int) string {
	return filepath.Join(j.Folder, fmt.Sprintf("result.%d", process))
}

// parallel runs the specs in several processes and merges what they found, in the
// order of a serial run. It returns an error rather than a result that lacks something.
func (v *verifying) parallel(ctx context.Context, config scenarios.Config, to *target) (scenarios.Result, error) {
	listed, err := scenarios.List(config)
	if err != nil {
		return scenarios.Result{}, err
	}
	if len(listed) < 2 {
		return scenarios.Run(ctx, &outcome{}, config)
	}
	err = config.Rigs[0].WaitReady(ctx, v.wait)
	if u, ok := errors.AsType[*harness.UnreachableError](err); ok {
		return scenarios.Result{Run: config.Recorder.Close(v.now(), false), Unreachable: u}, nil
	}
	if err != nil {
		return scenarios.Result{Run: config.Recorder.Close(v.now(), ctx.Err() != nil), Interrupted: ctx.Err() != nil}, err
	}
	j, err := v.newJob(to)
	if err != nil {
		return scenarios.Result{}, err
	}
	defer func() { _ = os.RemoveAll(j.Folder) }() // a temporary folder that stays is no harm
	talk, err := j.run(ctx, to)
	if err != nil {
		return scenarios.Result{}, err
	}
	m := merger{job: j, listed: listed, recorder: config.Recorder, stopped: ctx.Err() != nil}
	result, err := m.merge()
	if err != nil {
		return result, fmt.Errorf("--procs %d: %w\n%s", j.Procs, err, lastLines(talk))
	}
	result.Interrupted = ctx.Err() != nil
	result.Run = config.Recorder.Close(v.now(), result.Interrupted || result.Unreachable != nil)
	return result, nil
}

// newJob makes the folder in which the processes meet.
func (v *verifying) newJob(to *target) (*job, error) {
	folder, err := os.MkdirTemp("", "hookrig-procs-")
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err == nil {
		err = os.Symlink(self, filepath.Join(folder, workerName))
	}
	cwd, err2 := os.Getwd()
	if err := errors.Join(err, err2); err != nil {
		return nil, err
	}
	command := v.repeat(v.cmd, nil, &v.payload, &v.given)
	for i := range command { // a secret that was typed goes by the environment
		command[i] = strings.ReplaceAll(command[i], cmp.Or(to.secret.Reveal(), secretMark), secretMark)
	}
	return &job{Folder: folder, Cwd: cwd, Args: v.workerArgs(to), Command: command, Procs: v.procs}, nil
}

// secretMark stands for the secret where a job would hold it.
const secretMark = "\x00secret\x00"

// workerArgs is the command line of a worker: every value, wherever it came from,
// so that a worker looks at no file and no variable but the secret's.
func (v *verifying) workerArgs(to *target) []string {
	args := []string{"verify", "--config", os.DevNull, "--to", to.url}
	v.cmd.Flags().VisitAll(func(f *pflag.Flag) {
		switch f.Name {
		case "config", "to", "secret", "secret-file", "seed", "time", "probe-url", "probe-count", "probe-state", "restart-url", "report", "procs", "wait", "output":
		default:
			if f.Changed {
				args = append(args, flagWords(f)...)
			}
		}
	})
	if v.probeURL != "" {
		args = append(args, "--probe-url", v.probeURL, "--probe-count", first(v.probeCount, defaultCount), "--probe-state", v.probeState, "--restart-url", v.restartURL)
	}
	if file := v.reports["ginkgo"]; file != "" { // the first worker writes it
		args = append(args, "--report", "ginkgo="+file)
	}
	return append(args, "--seed", fmt.Sprint(v.payload.seed), "--time", v.payload.time)
}

// grace is how long the workers may take to report after they were interrupted.
const grace = 30 * time.Second

// run starts the runner and waits for it. Its exit code says less than the workers'
// results, and is not looked at.
func (j *job) run(ctx context.Context, to *target) (talk string, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(j)
	if err != nil {
		return "", err
	}
	var out bytes.Buffer
	cmd := exec.CommandContext(ctx, self)
	cmd.Args = []string{"hookrig"}
	cmd.Dir, cmd.Stdout, cmd.Stderr = j.Folder, &out, &out
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(e string) bool {
		return strings.HasPrefix(e, "HOOKRIG_") || strings.HasPrefix(e, "GINKGO_")
	}), jobVariable+"="+string(text), harness.SecretVariable+"="+to.secret.Reveal())
	ownGroup(cmd)
	cmd.Cancel = func() error { return interruptGroup(cmd) }
	cmd.WaitDelay = grace
	err = cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); ok || ctx.Err() != nil {
		err = nil
	}
	return out.String(), err
}

// lastLines is the end of what the runner said.
func lastLines(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return strings.Join(lines[max(0, len(lines)-20):], "\n")
}

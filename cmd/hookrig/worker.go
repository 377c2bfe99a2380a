package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/onsi/ginkgo/v2/ginkgo/command"
	ginkgorun "github.com/onsi/ginkgo/v2/ginkgo/run"
	"github.com/onsi/ginkgo/v2/types"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/scenarios"
)

// help is what a process does that another hookrig started; see jobVariable.
func (a *app) help(ctx context.Context, text string, args []string) int {
	var j job
	if err := json.Unmarshal([]byte(text), &j); err != nil {
		a.sayErr(fmt.Errorf("%s: %w", jobVariable, err))
		return exitFault
	}
	if filepath.Base(args[0]) == workerName {
		return a.work(ctx, &j, args[1:])
	}
	return distribute(a.stderr, &j)
}

// distribute is Ginkgo's runner. It has no promise to stay as it is, which is why one
// process is the default.
func distribute(talk io.Writer, j *job) (code int) {
	defer func() {
		if r := recover(); r != nil {
			details, ok := r.(command.AbortDetails)
			if !ok {
				panic(r)
			}
			code = details.ExitCode
			if details.Error != nil {
				_, _ = fmt.Fprintln(talk, details.Error) // the code says it too
			}
		}
	}()
	ginkgorun.BuildRunCommand().Run([]string{
		fmt.Sprintf("--procs=%d", j.Procs), "--seed=1", "--no-color", "--succinct", "--output-interceptor-mode=none",
		filepath.Join(j.Folder, workerName),
	}, nil)
	return exitHeld
}

// worker is a process's part in a parallel run.
type worker struct {
	job      *job
	suite    types.SuiteConfig
	reporter types.ReporterConfig
}

// work runs this worker's share of the specs.
func (a *app) work(ctx context.Context, j *job, args []string) int {
	w := &worker{job: j}
	var err error
	w.suite, w.reporter, _, err = scenarios.WorkerConfig(args)
	if err == nil {
		err = os.Chdir(j.Cwd)
	}
	if err != nil {
		a.sayErr(err)
		return exitFault
	}
	secret, _ := a.getenv(harness.SecretVariable)
	for i := range j.Command {
		j.Command[i] = strings.ReplaceAll(j.Command[i], secretMark, secret)
	}
	a.worker = w
	a.getenv = func(name string) (string, bool) { return secret, name == harness.SecretVariable }
	code := run(ctx, a, j.Args)
	if code != exitHeld { // it did not get as far as to write its own
		err = w.leave(workerResult{Fault: "see below: " + fmt.Sprint(code)})
	}
	if err != nil {
		a.sayErr(err)
	}
	return code
}

// verify runs the specs and leaves the result. Findings are no error here.
func (w *worker) verify(ctx context.Context, config scenarios.Config) error {
	config.Suite, config.Reporter = &w.suite, &w.reporter
	result, err := scenarios.Run(ctx, &outcome{}, config)
	left := workerResult{Passed: result.Passed, Unreachable: result.Unreachable}
	if err != nil && ctx.Err() == nil {
		left.Fault = err.Error()
	}
	return w.leave(left)
}

func (w *worker) leave(r workerResult) error {
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return os.WriteFile(w.job.result(w.suite.ParallelProcess), text, 0o600)
}

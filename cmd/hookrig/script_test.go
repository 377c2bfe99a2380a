package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain builds the command as its users do, without the race detector, and puts
// it on the PATH of all tests.
func TestMain(m *testing.M) {
	if slow := os.Getenv(sinkVariable); slow != "" {
		fmt.Fprintln(os.Stderr, runSink(slow))
		os.Exit(1)
	}
	os.Exit(buildAndRun(m))
}

func buildAndRun(m *testing.M) int {
	folder, err := os.MkdirTemp("", "hookrig-test-")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(folder) }() // a temporary folder that stays is no harm
	if out, err := exec.Command("go", "build", "-ldflags=-w", "-o", filepath.Join(folder, "hookrig"), ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "go build: %v\n%s", err, out)
		return 1
	}
	if err := os.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH")); err != nil {
		panic(err)
	}
	return m.Run()
}

// testSecret is what all scripts authenticate with. No output may hold it.
const testSecret = "Zq7TestSecretNotInAnyOutput04242"

// TestScripts runs testdata/script, one file per command and per exit code. See
// commands for what the scripts can do besides testscript's own.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("HOOKRIG_SECRET", testSecret)
			env.Setenv("HOME", env.WorkDir)
			env.Values[receiversKey{}] = map[string]*liveReceiver{}
			env.Values[processesKey{}] = map[string]*process{}
			return nil
		},
		Cmds:                commands,
		RequireExplicitExec: true,
	})
}

var commands = map[string]func(ts *testscript.TestScript, neg bool, args []string){
	"exits":       exits,
	"receiver":    startReceiver,
	"arrived":     arrived,
	"interrupted": interrupted,
	"ended":       endedAtOnce,
	"nosecret":    noSecret,
	"lines":       countLines,
	"repeat":      repeatLine,
	"listening":   listening,
	"stopped":     stopped,
	"samerun":     sameRun,
	"samebody":    sameBody,
}

// exits CODE PROGRAM ARGS… runs a program that must end with the code.
func exits(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	if got := exitCodeOf(ts, err); got != want {
		ts.Fatalf("exit code %d, want %d\nstdout:\n%s\nstderr:\n%s", got, want, ts.ReadFile("stdout"), ts.ReadFile("stderr"))
	}
	noSecret(ts, false, nil)
}

func exitCodeOf(ts *testscript.TestScript, err error) int {
	if err == nil {
		return 0
	}
	exit, ok := errors.AsType[*exec.ExitError](err)
	if !ok {
		ts.Fatalf("%v", err)
	}
	return exit.ExitCode()
}

// noSecret FILE… checks that no output, and none of the files, holds the secret.
func noSecret(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range append([]string{"stdout", "stderr"}, args...) {
		if strings.Contains(ts.ReadFile(name), testSecret) {
			ts.Fatalf("%s holds the secret", name)
		}
	}
}

// lines N FILE checks how many lines a file or stdout has.
func countLines(ts *testscript.TestScript, _ bool, args []string) {
	if got := strings.Count(ts.ReadFile(args[1]), "\n"); strconv.Itoa(got) != args[0] {
		ts.Fatalf("%s has %d lines, want %s", args[1], got, args[0])
	}
}

// repeat CODE PATTERN takes the hookrig line that stdout shows after the pattern,
// and runs it in a shell as a user would paste it.
func repeatLine(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(`(?m)` + args[1] + `(hookrig .*)$`).FindStringSubmatch(ts.ReadFile("stdout"))
	if found == nil {
		ts.Fatalf("stdout has no line %q:\n%s", args[1], ts.ReadFile("stdout"))
	}
	ts.Logf("pasted: %s", found[1])
	exits(ts, false, []string{args[0], "sh", "-c", found[1]})
}

// interrupted NAME N PROGRAM ARGS… runs a program, sends it SIGINT when the receiver
// NAME got N requests, and wants exit code 130. Its output goes to out.txt and err.txt.
func interrupted(ts *testscript.TestScript, _ bool, args []string) {
	interrupt(ts, args, func(*exec.Cmd, <-chan struct{}) {})
}

// endedAtOnce RECEIVER N PROGRAM ARGS… is interrupted, and interrupts until the program has ended, as a person does who does not want to wait.
func endedAtOnce(ts *testscript.TestScript, _ bool, args []string) {
	interrupt(ts, args, func(cmd *exec.Cmd, over <-chan struct{}) {
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				_ = cmd.Process.Signal(os.Interrupt) // it may have ended
			case <-over:
				return
			}
		}
	})
}

// interrupt interrupts a program when the receiver has got N requests, and then does what more says.
func interrupt(ts *testscript.TestScript, args []string, more func(cmd *exec.Cmd, over <-chan struct{})) {
	r := receiverOf(ts, args[0])
	n, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	var out, talk strings.Builder
	program, err := exec.LookPath(args[2])
	ts.Check(err)
	cmd := exec.Command(program, args[3:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = ts.Getenv("WORK"), &out, &talk
	cmd.Env = append(os.Environ(), "HOOKRIG_SECRET="+testSecret, "HOME="+ts.Getenv("WORK"))
	ts.Check(cmd.Start())
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	select {
	case <-r.reached(n):
		ts.Check(cmd.Process.Signal(os.Interrupt))
		over := make(chan struct{})
		go more(cmd, over)
		err = <-done
		close(over)
	case err = <-done:
		ts.Fatalf("it ended before the receiver got %d requests: %v\n%s%s", n, err, out.String(), talk.String())
	}
	ts.Check(os.WriteFile(ts.MkAbs("out.txt"), []byte(out.String()), 0o600))
	ts.Check(os.WriteFile(ts.MkAbs("err.txt"), []byte(talk.String()), 0o600))
	if code := exitCodeOf(ts, err); code != exitInterrupted {
		ts.Fatalf("exit code %d, want %d\n%s%s", code, exitInterrupted, out.String(), talk.String())
	}
}

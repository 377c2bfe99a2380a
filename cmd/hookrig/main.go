// Command hookrig tests webhook receivers against their provider's contract: it
// makes realistic events, delivers them the way the provider does and judges how
// the receiver answers.
//
// This package is wiring only: one file per command, and what is shared by
// several commands in a file of its own.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, atOnce)
	a := &app{
		stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr,
		getenv: os.LookupEnv, now: time.Now,
	}
	var code int
	if job, ok := os.LookupEnv(jobVariable); ok {
		code = a.help(ctx, job, os.Args)
	} else {
		code = run(ctx, a, os.Args[1:])
	}
	stop()
	os.Exit(code)
}

// atOnce ends the program at the second signal, without a report: the first one lets what is under way end, for as long as a policy
// waits.
func atOnce() {
	again := make(chan os.Signal, 1)
	signal.Notify(again, os.Interrupt, syscall.SIGTERM)
	<-again
	os.Exit(exitInterrupted)
}

// app is what the commands know of the world around them.
type app struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	getenv         func(string) (string, bool)
	now            func() time.Time
	shared         shared // flags that every command has
	// typed are the flags that stood on the command line, set by configure.
	typed map[string]bool
	// profiles are the names under load in the configuration files, set by configure.
	profiles []string
	// worker is set in a process of a parallel run.
	worker *worker
}

// run executes one command line and returns its exit code.
func run(ctx context.Context, a *app, args []string) int {
	root := newRoot(a)
	root.SetArgs(args)
	root.SetIn(a.stdin)
	root.SetOut(a.stdout)
	root.SetErr(a.stderr)
	return a.exitCode(ctx, root.ExecuteContext(ctx))
}

package main

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"regexp"

	"github.com/rogpeppe/go-internal/testscript"
)

// process is a command in the background.
type process struct {
	cmd  *exec.Cmd
	out  bytes.Buffer
	talk *bufio.Scanner
}

type processesKey struct{}

var address = regexp.MustCompile(`^listening on (http://\S+)`)

// listening NAME PROGRAM ARGS… starts a program, waits until it says where it
// listens, and sets $NAME to that.
func listening(ts *testscript.TestScript, _ bool, args []string) {
	p := &process{}
	program, err := exec.LookPath(args[1])
	ts.Check(err)
	p.cmd = exec.Command(program, args[2:]...)
	p.cmd.Dir, p.cmd.Stdout = ts.Getenv("WORK"), &p.out
	p.cmd.Env = append(os.Environ(), "HOOKRIG_SECRET="+ts.Getenv("HOOKRIG_SECRET"), "HOME="+ts.Getenv("WORK"))
	talk, err := p.cmd.StderrPipe()
	ts.Check(err)
	ts.Check(p.cmd.Start())
	ts.Defer(func() { _ = p.cmd.Process.Kill() })
	p.talk = bufio.NewScanner(talk)
	for p.talk.Scan() {
		if m := address.FindStringSubmatch(p.talk.Text()); m != nil {
			ts.Setenv(args[0], m[1])
			ts.Value(processesKey{}).(map[string]*process)[args[0]] = p
			return
		}
	}
	ts.Fatalf("%v ended without listening", args[1:])
}

// stopped NAME sends SIGINT to a program that listens and waits for its end, with
// the exit code of an interruption. What it printed goes to out.txt.
func stopped(ts *testscript.TestScript, _ bool, args []string) {
	p := ts.Value(processesKey{}).(map[string]*process)[args[0]]
	ts.Check(p.cmd.Process.Signal(os.Interrupt))
	for p.talk.Scan() { // to its end, so that nothing of it is lost
	}
	err := p.cmd.Wait()
	ts.Check(os.WriteFile(ts.MkAbs("out.txt"), p.out.Bytes(), 0o600))
	if code := exitCodeOf(ts, err); code != exitInterrupted {
		ts.Fatalf("exit code %d, want %d\n%s", code, exitInterrupted, p.out.String())
	}
}

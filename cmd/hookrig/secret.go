package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/hookrig/hookrig/mocksender"
)

// secretFlags hold the credential that provider and receiver share.
type secretFlags struct {
	value, file string
}

func (s *secretFlags) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&s.value, "secret", "", "shared `secret`; it shows in process lists, HOOKRIG_SECRET or --secret-file do not")
	f.StringVar(&s.file, "secret-file", "", "`file` that holds the shared secret")
	cmd.MarkFlagsMutuallyExclusive("secret", "secret-file")
}

// read returns the secret, or "" when none was given.
func (s *secretFlags) read() (mocksender.Secret, error) {
	if s.file == "" {
		return mocksender.Secret(s.value), nil
	}
	data, err := os.ReadFile(s.file)
	if err != nil {
		var perr *fs.PathError
		if errors.As(err, &perr) {
			err = perr.Err
		}
		return "", usage(fmt.Errorf("--secret-file %s: %w", s.file, err))
	}
	return mocksender.Secret(strings.TrimSpace(string(data))), nil
}

// exampleSecret stands in payloads that are only looked at.
const exampleSecret = "0123456789abcdefghijklmnopqrstuv"

// orInvented returns the secret that was typed, for a command that prints it. One
// that merely is in the environment or a file must not get into a log by that; what
// stands for it is plain to see as made up.
func (s *secretFlags) orInvented(a *app) (mocksender.Secret, error) {
	if !a.typed["secret"] && !a.typed["secret-file"] {
		return exampleSecret, nil
	}
	return s.read()
}

// drawSecret makes a secret for a receiver of our own: 32 characters.
func drawSecret() mocksender.Secret { return mocksender.Secret((rand.Text() + rand.Text())[:32]) }

// brokenPipe makes a reader that has seen enough (head) no error.
func brokenPipe(err error) error {
	if errors.Is(err, syscall.EPIPE) {
		return nil
	}
	return err
}

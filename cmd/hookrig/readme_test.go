package main

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/harness/receiver"
)

// TestReadme runs every command block of the README as it stands, in a scratch
// folder, against a live reference receiver.
func TestReadme(t *testing.T) {
	t.Parallel() // it waits more than it works
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	handler, err := receiver.New(receiver.Config{Providers: providersOf(t)})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	environment := readmeEnvironment(t, server.URL)
	ran := 0
	scratch := t.TempDir() // for a block of commands and the files that stand before it
	for _, b := range blocks(string(text)) {
		switch b.language {
		case "yaml":
			b.save(t, scratch)
		case "sh":
			ran++
			t.Run(fmt.Sprintf("line %d", b.line), func(t *testing.T) {
				b.run(t, root, scratch, environment)
			})
			scratch = t.TempDir()
		}
	}
	if ran < 5 {
		t.Errorf("%d command blocks, the README has more", ran)
	}
}

// readmeEnvironment has what the README says that CI sets.
func readmeEnvironment(t *testing.T, url string) []string {
	t.Helper()
	folder := t.TempDir()
	// Nobody debugs what is built here, and make test has vetted it.
	return append(os.Environ(), "GOFLAGS="+os.Getenv("GOFLAGS")+" -vet=off -ldflags=-w", "HOOKS_URL="+url, "HOOKRIG_SECRET="+testSecret, "XDG_CONFIG_HOME="+folder,
		"BIN="+filepath.Join(folder, "built"))
}

// block is a fenced part of the README.
type block struct {
	language, text string
	line           int
}

func blocks(text string) []block {
	var all []block
	var open *block
	for i, line := range strings.Split(text, "\n") {
		fence, isFence := strings.CutPrefix(line, "```")
		switch {
		case isFence && open == nil:
			open = &block{language: fence, line: i + 1}
		case isFence:
			all = append(all, *open)
			open = nil
		case open != nil:
			open.text += line + "\n"
		}
	}
	return all
}

var fileName = regexp.MustCompile(`^# (\S+)\n`)

// save writes a file that begins with its name.
func (b *block) save(t *testing.T, folder string) {
	t.Helper()
	m := fileName.FindStringSubmatch(b.text)
	if m == nil {
		t.Fatalf("README.md:%d: the file does not begin with its name", b.line)
	}
	if err := os.WriteFile(filepath.Join(folder, m[1]), []byte(b.text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// run runs the commands. Those of Go and make want the checkout; the tests are not
// run by themselves, so of that one target it is only seen that it is there.
func (b *block) run(t *testing.T, root, scratch string, environment []string) {
	script, folder := b.text, scratch
	if strings.HasPrefix(script, "make ") || strings.HasPrefix(script, "go ") {
		folder = root
	}
	if script == "make test\n" {
		script = "make -n test\n"
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "-c", script)
	cmd.Dir, cmd.Env = folder, environment
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("README.md:%d: %v\n%s%s", b.line, err, b.text, out)
	}
	if strings.Contains(string(out), testSecret) {
		t.Errorf("README.md:%d: the output holds the secret", b.line)
	}
}

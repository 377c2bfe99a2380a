package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"github.com/hookrig/hookrig/reports"
)

// action is what the tests look at in action.yml.
type action struct {
	Inputs map[string]struct{ Description, Default string }
	Runs   struct {
		Steps []struct {
			ID  string
			Env map[string]string
			Run string
		}
	}
}

func readAction(t *testing.T) (a action, script string, environment map[string]string) {
	t.Helper()
	readYAML(t, "../../action.yml", &a)
	for _, s := range a.Runs.Steps {
		if s.ID == "verify" {
			return a, s.Run, s.Env
		}
	}
	t.Fatal("action.yml: no step verify")
	return a, "", nil
}

func readYAML(t *testing.T, name string, into any) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

var flagInScript = regexp.MustCompile(`(?:^|[\s("])--([a-z][a-z-]*)`)

// checkFlags wants every flag of a script to be one of verify's.
func checkFlags(t *testing.T, file, script string) {
	t.Helper()
	flags := flagInScript.FindAllStringSubmatch(script, -1)
	if len(flags) == 0 {
		t.Errorf("%s: no flags", file)
	}
	root := newRoot(&app{})
	verify, _, err := root.Find([]string{"verify"})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range flags {
		if verify.Flag(m[1]) == nil {
			t.Errorf("%s: hookrig verify has no flag --%s", file, m[1])
		}
	}
}

func TestActionFlagsExist(t *testing.T) {
	a, script, environment := readAction(t)
	checkFlags(t, "action.yml", script)
	all := script
	for _, s := range a.Runs.Steps {
		for _, value := range s.Env {
			all += value
		}
		if strings.Contains(s.Run, "${{") {
			t.Error("action.yml: an expression in a script: a value could be a command")
		}
	}
	for name, input := range a.Inputs {
		if !strings.Contains(all, "inputs."+name+" ") {
			t.Errorf("action.yml: the input %s is not used", name)
		}
		if input.Description == "" {
			t.Errorf("action.yml: the input %s says not what it is", name)
		}
	}
	for name := range environment {
		if name != "HOOKRIG_SECRET" && !strings.Contains(script, "$"+name) && !strings.Contains(script, "${"+name) {
			t.Errorf("action.yml: the variable %s is not used", name)
		}
	}
	for format := range strings.SplitSeq(a.Inputs["report"].Default, ",") {
		if !slices.Contains(reportFormats, format) {
			t.Errorf("action.yml: there is no report %s", format)
		}
	}
}

// The action's script, as a runner would run it, against the built-in receiver.
func TestActionScriptRuns(t *testing.T) {
	a, script, environment := readAction(t)
	folder := t.TempDir()
	env := append(readmeEnvironment(t, ""), "GITHUB_STEP_SUMMARY="+filepath.Join(folder, "summary"), "GITHUB_OUTPUT="+filepath.Join(folder, "output"))
	for variable, expression := range environment {
		name := strings.TrimSuffix(strings.TrimPrefix(expression, "${{ inputs."), " }}")
		if variable != "HOOKRIG_SECRET" {
			env = append(env, variable+"="+a.Inputs[name].Default)
		}
	}
	env = append(env, "ONLY=rule:acknowledge && event:customer.nightly")
	cmd := exec.CommandContext(t.Context(), "bash", "-eo", "pipefail", "-c", script)
	cmd.Dir, cmd.Env = folder, env
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, want := range map[string]string{
		"summary": "hookrig: PASS", "output": "exit-code=0", "hookrig-reports/junit.xml": "<testsuites", "hookrig-reports/report.html": "<h1>",
		"hookrig-reports/report.ndjson": `"kind":"summary"`,
	} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s does not hold %q: %v", name, want, err)
		}
	}
	record, err := os.Open(filepath.Join(folder, "hookrig-reports", "report.ndjson"))
	if err != nil {
		t.Fatal(err)
	}
	defer record.Close()
	if run, err := reports.Read(record); err != nil || len(run.Scenarios) != 1 {
		t.Errorf("%d scenarios in the record: %v", len(run.Scenarios), err)
	}
}

func TestGitLabTemplate(t *testing.T) {
	var template map[string]struct {
		Variables map[string]string
		Script    []string
	}
	readYAML(t, "../../.gitlab/hookrig.yml", &template)
	job := template[".hookrig"]
	checkFlags(t, ".gitlab/hookrig.yml", strings.Join(job.Script, "\n"))
	root := newRoot(&app{})
	verify, _, err := root.Find([]string{"verify"})
	if err != nil {
		t.Fatal(err)
	}
	for name := range job.Variables {
		flag := strings.ReplaceAll(strings.ToLower(strings.TrimPrefix(name, "HOOKRIG_")), "_", "-")
		if name != "HOOKRIG_VERSION" && verify.Flag(flag) == nil && verify.InheritedFlags().Lookup(flag) == nil {
			t.Errorf(".gitlab/hookrig.yml: %s is the variable of no flag", name)
		}
	}
}

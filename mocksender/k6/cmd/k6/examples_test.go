package main

import (
	"bytes"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// manifest is what examples/testrun.yaml has of a TestRun of k6's operator; any other member is a mistake here.
type manifest struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string
	Metadata   struct{ Name string }
	Spec       struct {
		Parallelism int32
		Script      struct {
			ConfigMap struct{ Name, File string } `yaml:"configMap"`
		}
		Arguments string
		Runner    struct {
			Image   string
			Env     []struct{ Name, Value string }
			EnvFrom []struct {
				SecretRef struct{ Name string } `yaml:"secretRef"`
			} `yaml:"envFrom"`
			Resources struct{ Limits, Requests map[string]string }
		}
	}
}

func readManifest(t *testing.T) (m manifest) {
	text, err := os.ReadFile("../../examples/testrun.yaml")
	if err != nil {
		t.Fatal(err)
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	d.KnownFields(true)
	if err := d.Decode(&m); err != nil {
		t.Fatal(err)
	}
	return m
}

// The operator first asks k6 archive and k6 inspect about the script, without the variables of a secret, and then runs it
// in each pod with its segment.
func TestTheManifestFitsItsScript(t *testing.T) {
	m := readManifest(t)
	if m.APIVersion != "k6.io/v1alpha1" || m.Kind != "TestRun" || m.Spec.Parallelism < 2 || len(m.Spec.Runner.EnvFrom) != 1 {
		t.Errorf("%+v", m)
	}
	script := filepath.Join("..", "..", "examples", m.Spec.Script.ConfigMap.File)
	text, err := os.ReadFile(script)
	if err != nil {
		t.Fatal(err)
	}
	environment := []string{"HOOKRIG_SECRET=" + token}
	for _, v := range m.Spec.Runner.Env {
		if !regexp.MustCompile(`__ENV\.` + v.Name + `\b`).Match(text) {
			t.Errorf("the script does not read %s", v.Name)
		}
		environment = append(environment, v.Name+"="+v.Value)
	}
	arguments := strings.Fields(m.Spec.Arguments)
	archive := filepath.Join(t.TempDir(), "script.tar")
	for name, args := range map[string][]string{
		"before 2026": append([]string{"archive", script, "-O", archive}, arguments...),
		"since":       append([]string{"archive", "-e", "HOOKS_URL=http://localhost/hooks", script, "-O", archive}, arguments...),
		"inspect":     {"inspect", "--execution-requirements", script},
	} {
		if code, said := k6(t.Context(), t, environment, args...); code != 0 {
			t.Errorf("%s: exit %d\n%s", name, code, said)
		}
	}
	if code, said := k6(t.Context(), t, nil, "inspect", "--execution-requirements", archive); code != 0 || !strings.Contains(said, `"totalDuration"`) {
		t.Errorf("the archive: exit %d\n%s", code, said)
	}
	r := &receiver{}
	server := httptest.NewServer(r)
	defer server.Close()
	environment = slices.DeleteFunc(environment, func(v string) bool { return strings.HasPrefix(v, "HOOKS_URL=") || strings.HasPrefix(v, "DURATION=") })
	environment = append(environment, "HOOKS_URL="+server.URL, "RATE=800", "DURATION=1s")
	args := append([]string{"run", "--quiet", "--execution-segment", "0:1/4", "--execution-segment-sequence", "0,1/4,2/4,3/4,1", "--address", ""}, arguments...)
	if code, said := k6(t.Context(), t, environment, append(args, script, "--tag", "instance_id=1")...); code != 0 && code != 99 { // a slow machine fails thresholds
		t.Errorf("exit %d\n%s", code, said)
	}
	if len(r.bodies) == 0 || r.unsigned > 0 {
		t.Errorf("%d events, %d of them without the token", len(r.bodies), r.unsigned)
	}
}

// What the README shows runs as it stands.
func TestTheReadmeRuns(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, script, _ := strings.Cut(string(text), "```js\n")
	script, _, _ = strings.Cut(script, "```")
	r := &receiver{}
	server := httptest.NewServer(r)
	defer server.Close()
	if code, said := start(t.Context(), t, script, server.URL); code != 0 || strings.Contains(said, "level=error") {
		t.Errorf("exit %d\n%s", code, said)
	}
	if len(r.bodies) != 101 || r.unsigned > 0 {
		t.Errorf("%d events, %d of them without the token, want 101 and 0", len(r.bodies), r.unsigned)
	}
}

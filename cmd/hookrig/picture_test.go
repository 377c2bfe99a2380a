package main

import (
	"os"
	"slices"
	"testing"

	"github.com/hookrig/hookrig/mocksender/endpoint"
	"github.com/hookrig/hookrig/mocksender/policy"
)

// TestPictureOfTheReadme holds the picture of an endpoint's life to the machine.
func TestPictureOfTheReadme(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	p, err := policy.Named("zipit")
	if err != nil {
		t.Fatal(err)
	}
	want := endpoint.Mermaid(endpoint.Transitions(endpoint.SettingsOf(p)))
	all := blocks(string(text))
	if i := slices.IndexFunc(all, func(b block) bool { return b.language == "mermaid" }); i < 0 || all[i].text != want {
		t.Errorf("the README's picture is not the machine's:\n%s", want)
	}
}

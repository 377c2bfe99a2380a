package main

import (
	"encoding/json"
	"fmt"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func newVersion(a *app) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version and what it was built from",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			v := readVersion()
			if a.json() {
				return json.NewEncoder(a.stdout).Encode(v)
			}
			_, err := fmt.Fprintf(a.stdout, "hookrig %s\nrevision %s\ngo       %s\ngofakeit %s\nginkgo   %s\nlibopenapi-validator %s\n",
				v.Hookrig, v.Revision, v.Go, v.Gofakeit, v.Ginkgo, v.Validator)
			return err
		},
	}
}

// versions are what makes a run repeatable: other versions may make other payloads.
type versions struct {
	Hookrig   string `json:"hookrig"`
	Revision  string `json:"revision"`
	Go        string `json:"go"`
	Gofakeit  string `json:"gofakeit"`
	Ginkgo    string `json:"ginkgo"`
	Validator string `json:"libopenapiValidator"`
}

func readVersion() versions {
	v := versions{Hookrig: "(devel)", Revision: "unknown"}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v.Go = info.GoVersion
	if info.Main.Version != "" {
		v.Hookrig = info.Main.Version
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			v.Revision = s.Value
		}
	}
	for _, d := range info.Deps {
		switch d.Path {
		case "github.com/brianvoe/gofakeit/v7":
			v.Gofakeit = d.Version
		case "github.com/onsi/ginkgo/v2":
			v.Ginkgo = d.Version
		case "github.com/pb33f/libopenapi-validator":
			v.Validator = d.Version
		}
	}
	return v
}

package contract

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"sync"
)

// Load reads the document called name from fsys. Local files that it refers to are read when they are first needed,
// and only from name's folder and below; fsys decides about symbolic links, which os.Root keeps inside and os.DirFS does not. Overlays are names of OpenAPI Overlay files in fsys, applied in order.
//
// The error is a *[LoadError] with the place of every problem. Load checks that the document is an OpenAPI 3.1 or 3.2
// document with webhooks; a broken reference is reported by what uses it, and all of them by [Contract.Check].
func Load(fsys fs.FS, name string, overlays ...string) (*Contract, error) {
	if !fs.ValidPath(name) {
		return nil, problem(Position{name, 1, 1}, "is not a path inside the file system: it must be relative, with slashes and without ..")
	}
	data, err := readFile(fsys, name)
	if err != nil {
		return nil, err
	}
	root, err := parseWithOverlays(fsys, name, data, overlays)
	if err != nil {
		return nil, err
	}
	return newContract(fsys, name, root)
}

// Parse reads a document from memory. name stands for the file in positions. References to other files are errors.
// The error is as that of [Load].
func Parse(name string, data []byte) (*Contract, error) {
	root, err := parseDocument(name, data)
	if err != nil {
		return nil, err
	}
	return newContract(nil, name, root)
}

// readFile reads a file; its error is a *LoadError that wraps nothing but says what the system said.
func readFile(fsys fs.FS, name string) ([]byte, error) {
	data, err := fs.ReadFile(fsys, name)
	if err == nil {
		return data, nil
	}
	var perr *fs.PathError
	if errors.As(err, &perr) {
		err = perr.Err
	}
	return nil, &LoadError{Problems: []Problem{{Position{name, 1, 1}, err.Error()}}, cause: err}
}

func newContract(fsys fs.FS, name string, root *Value) (*Contract, error) {
	main := newDocument(name, root)
	c := &Contract{main: main, files: &files{
		fsys: fsys, folder: path.Dir(path.Clean(name)),
		docs: map[string]func() (*document, error){path.Clean(name): func() (*document, error) { return main, nil }},
	}}
	if problems := structure(root); len(problems) > 0 {
		return nil, &LoadError{Problems: problems}
	}
	c.readEvents()
	c.opinion = sync.OnceValues(c.newSecondOpinion)
	return c, nil
}

var supported = regexp.MustCompile(`^3\.[12](\.[0-9]+)?(-.*)?$`)

// structure reports what keeps a document from being an OpenAPI document with webhooks.
func structure(root *Value) []Problem {
	if root.Kind != Object {
		return []Problem{{root.Pos, "an OpenAPI document is an object"}}
	}
	if v := root.Lookup("swagger"); v != nil {
		return []Problem{{v.Pos, "Swagger 2.0 has no webhooks; OpenAPI 3.1 or 3.2 is needed"}}
	}
	version := root.Lookup("openapi")
	if version == nil {
		return []Problem{{root.Pos, `openapi: missing; an OpenAPI 3.1 document begins with "openapi: 3.1.0"`}}
	}
	if !supported.MatchString(version.Text) {
		return []Problem{{version.Pos, fmt.Sprintf("OpenAPI %s is not read; 3.1 or 3.2 is needed", version.Text)}}
	}
	return webhookProblems(root)
}

// webhookProblems reports what is wrong with the shape of the webhooks, cheaply: nothing is followed.
func webhookProblems(root *Value) []Problem {
	webhooks := root.Lookup("webhooks")
	if webhooks == nil || webhooks.Kind == Object && len(webhooks.Fields) == 0 {
		pos := root.Pos
		if webhooks != nil {
			pos = webhooks.Pos
		}
		return []Problem{{pos, "has no webhooks"}}
	}
	if webhooks.Kind != Object {
		return []Problem{{webhooks.Pos, "webhooks must be an object of path items"}}
	}
	var problems []Problem
	for _, f := range webhooks.Fields {
		switch {
		case f.Value.Kind != Object:
			problems = append(problems, Problem{f.Value.Pos, fmt.Sprintf("webhook %q must be a path item (an object)", f.Name)})
		case f.Value.Lookup("$ref") == nil && len(methodsOf(f.Value)) == 0:
			problems = append(problems, Problem{f.Pos, fmt.Sprintf("webhook %q has no operation such as post", f.Name)})
		}
	}
	return problems
}

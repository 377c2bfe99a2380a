package contract

import (
	"errors"
	"io/fs"
	"path"
	"regexp"
	"strings"
	"sync"
)

// Load reads the document called name from fsys. Local files that it refers to are read when they are first needed,
// and only from name's folder and below; fsys decides about symbolic links, which os.Root keeps inside and os.DirFS does not. Overlays are names of OpenAPI Overlay files in fsys, applied in order.
//
// The error is a *[LoadError] with the place of every problem. Load checks that the document is an OpenAPI 3.0, 3.1
// or 3.2 document with webhooks, x-webhooks or callbacks; a broken reference is reported by what uses it, and all of them by [Contract.Check].
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
	return nil, &LoadError{Problems: []Problem{fault(Position{name, 1, 1}, "%v", err)}, cause: err}
}

func newContract(fsys fs.FS, name string, root *Value) (*Contract, error) {
	f := &files{fsys: fsys, folder: path.Dir(path.Clean(name)), legacy: isLegacy(root, false), docs: map[string]func() (*document, error){}}
	main := f.document(name, root)
	f.docs[path.Clean(name)] = func() (*document, error) { return main, nil }
	c := &Contract{main: main, files: f}
	if problems := structure(root); len(problems) > 0 {
		return nil, &LoadError{Problems: problems}
	}
	c.readEvents()
	if problems := c.unusable(); len(problems) > 0 {
		return nil, &LoadError{Problems: problems}
	}
	c.opinion = sync.OnceValues(c.newSecondOpinion)
	return c, nil
}

var supported = regexp.MustCompile(`^3\.[012](\.[0-9]+)?(-.*)?$`)

// isLegacy tells whether a document's schemas are those of OpenAPI 3.0; one that does not say is as the one that refers to it.
func isLegacy(root *Value, otherwise bool) bool {
	version := root.Lookup("openapi")
	if version == nil {
		return otherwise
	}
	return strings.HasPrefix(version.Text, "3.0")
}

// structure reports what keeps a document from being an OpenAPI document.
func structure(root *Value) []Problem {
	if root.Kind != Object {
		return []Problem{fault(root.Pos, "an OpenAPI document is an object")}
	}
	if v := root.Lookup("swagger"); v != nil {
		return []Problem{fault(v.Pos, "Swagger 2.0 has no webhooks; OpenAPI 3.0, 3.1 or 3.2 is needed")}
	}
	version := root.Lookup("openapi")
	if version == nil {
		return []Problem{fault(root.Pos, `openapi: missing; an OpenAPI 3.1 document begins with "openapi: 3.1.0"`)}
	}
	if !supported.MatchString(version.Text) {
		return []Problem{fault(version.Pos, "OpenAPI %s is not read; 3.0, 3.1 or 3.2 is needed", version.Text)}
	}
	for _, keyword := range []string{"webhooks", "x-webhooks"} {
		if v := root.Lookup(keyword); v != nil && v.Kind != Object {
			return []Problem{fault(v.Pos, "%s must be an object of path items", keyword)}
		}
	}
	return nil
}

// unusable reports why none of the document's events can be read. One that can is enough: the others say what is
// wrong with them when they are used, and so does a broken reference.
func (c *Contract) unusable() []Problem {
	var problems []Problem
	for _, e := range c.events {
		if e.operation.value != nil || e.item.value.Lookup("$ref") != nil {
			return nil
		}
		problems = append(problems, problemsOf(e.err)...)
	}
	if len(c.events) > 0 {
		return problems
	}
	pos := c.main.root.Pos
	if webhooks := c.main.root.Lookup("webhooks"); webhooks != nil {
		pos = webhooks.Pos
	}
	return []Problem{fault(pos, "has no webhooks, x-webhooks or callbacks, so nothing says what is sent to a receiver")}
}

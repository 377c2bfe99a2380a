package cmd_test

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// maxLines is the length at which a file wants to be two.
const maxLines = 350

// order is the architecture's list: a package may import those before it.
var order = []string{
	"fixtures",
	"mocksender",
	"mocksender/contract",
	"mocksender/payload",
	"mocksender/policy",
	"mocksender/signature",
	"mocksender/endpoint",
	"mocksender/load",
	"mocksender/provider",
	"harness/receiver",
	"harness/fault",
	"harness/probe",
	"harness", // composes those above
	"harness/matchers",
	"scenarios",
	"reports",
	"cmd",
}

// topLevel are the names that may stand at the top beside dotfiles. bin and out are built, never committed.
var topLevel = []string{
	"fixtures", "mocksender", "harness", "scenarios", "reports", "cmd",
	"go.mod", "go.sum", "Makefile", "README.md", "LICENSE", "action.yml",
	"bin", "out",
}

// modules are folders that are modules of their own, since they need what the main module must not.
var modules = []string{"mocksender/k6"}

// confined are libraries that live in one package, so that moving up is one change.
var confined = map[string]string{
	"github.com/pb33f":                        "mocksender/contract",
	"github.com/santhosh-tekuri/jsonschema":   "mocksender/contract",
	"github.com/brianvoe/gofakeit":            "mocksender/payload",
	"github.com/valyala/fasthttp":             "mocksender/load",
	"github.com/HdrHistogram/hdrhistogram-go": "mocksender/load",
}

// check returns the violations of the tree at root, sorted. Imports of the module's own
// packages bind the code that ships, not its tests; confined libraries bind both.
func check(root string) ([]string, error) {
	module, err := modulePath(root)
	if err != nil {
		return nil, err
	}
	packages, err := load(root)
	if err != nil {
		return nil, err
	}
	found, err := checkTop(root)
	if err != nil {
		return nil, err
	}
	for folder, pkg := range packages {
		found = append(found, pkg.check(folder, module)...)
	}
	slices.Sort(found)
	return found, nil
}

func modulePath(root string) (string, error) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		if name, ok := strings.CutPrefix(line, "module "); ok {
			return strings.TrimSpace(name), nil
		}
	}
	return "", errors.New("go.mod: names no module")
}

func checkTop(root string) ([]string, error) {
	entries, err := os.ReadDir(root)
	var found []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && !slices.Contains(topLevel, e.Name()) {
			found = append(found, e.Name()+": not a name for the top level")
		}
	}
	return found, err
}

// folder is the Go source of one folder.
type folder struct {
	fset  *token.FileSet
	files []file
}

type file struct {
	name   string // slash-separated, from the root
	test   bool
	lines  int
	syntax *ast.File
}

// load parses every Go file below root, except what the go command ignores too.
func load(root string) (map[string]*folder, error) {
	packages := make(map[string]*folder)
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		base := path.Base(name)
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (base == "testdata" || base == "bin" || base == "out" || strings.ContainsAny(base[:1], "._")):
			return fs.SkipDir
		case d.IsDir() && slices.Contains(modules, name):
			if _, err := os.Stat(filepath.Join(root, name, "go.mod")); err == nil {
				return fs.SkipDir
			}
			return nil
		case d.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		text, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		pkg := packages[path.Dir(name)]
		if pkg == nil {
			pkg = &folder{fset: token.NewFileSet()}
			packages[path.Dir(name)] = pkg
		}
		syntax, err := parser.ParseFile(pkg.fset, name, text, parser.ParseComments)
		pkg.files = append(pkg.files, file{
			name: name, test: strings.HasSuffix(name, "_test.go"), lines: bytes.Count(text, []byte("\n")), syntax: syntax,
		})
		return err
	})
	if err == nil && len(packages) == 0 {
		err = fmt.Errorf("%s: holds no Go files", root)
	}
	return packages, err
}

func (p *folder) check(name, module string) []string {
	var found []string
	place, known := placeOf(name)
	if !known {
		found = append(found, name+": the architecture has no such package")
	}
	for i := range p.files {
		f := &p.files[i]
		if !f.test && !ast.IsGenerated(f.syntax) && f.lines > maxLines {
			found = append(found, fmt.Sprintf("%s: %d lines, at most %d", f.name, f.lines, maxLines))
		}
		for _, spec := range f.syntax.Imports {
			if text := checkImport(place, module, f, spec); text != "" {
				found = append(found, fmt.Sprintf("%s:%d: %s", f.name, p.fset.Position(spec.Pos()).Line, text))
			}
		}
	}
	return append(found, p.checkDocs(name)...)
}

// placeOf is the entry of the order that a folder belongs to: its own, or the nearest
// above it. A new folder right below mocksender or harness is unknown, unless it is internal.
func placeOf(folder string) (place string, known bool) {
	for place = folder; place != "."; place = path.Dir(place) {
		if slices.Contains(order, place) {
			open := place != "mocksender" && place != "harness" || internal(folder)
			return place, place == folder || open
		}
	}
	return folder, false
}

// internal tells that a folder is a part of another package, which nobody else can import.
func internal(folder string) bool { return slices.Contains(strings.Split(folder, "/"), "internal") }

func checkImport(place, module string, f *file, spec *ast.ImportSpec) string {
	imported, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return err.Error()
	}
	for library, home := range confined {
		if within(imported, library) && place != home {
			return fmt.Sprintf("%s belongs in %s and nowhere else", imported, home)
		}
	}
	if f.test || !within(imported, module) {
		return ""
	}
	target := strings.TrimPrefix(strings.TrimPrefix(imported, module), "/")
	if why := forbidden(place, target); why != "" {
		return fmt.Sprintf("%s must not import %s: %s", place, target, why)
	}
	return ""
}

// forbidden says why a package at place may not import target, "" if it may.
func forbidden(place, target string) string {
	to, _ := placeOf(target)
	from, rank := slices.Index(order, place), slices.Index(order, to)
	switch {
	case place == to:
		return ""
	case place == "mocksender" && path.Dir(to) == "mocksender":
		return "mocksender holds nouns, its sub-packages use it"
	case path.Dir(place) == "harness" && to == "harness" && place != "harness/matchers":
		return "harness composes its sub-packages, only harness/matchers uses it"
	case place == "reports" && to == "scenarios":
		return "scenarios and reports stand side by side"
	case rank < 0 || rank > from:
		return "imports go up the architecture's list, never down"
	}
	return ""
}

// within tells that an import path is root or below it.
func within(imported, root string) bool {
	return imported == root || strings.HasPrefix(imported, root+"/")
}

// checkDocs wants a doc comment of every package, and an example that runs of every
// package that users can import. A folder with tests alone is no package.
func (p *folder) checkDocs(folder string) []string {
	var found []string
	name, documented := "", false
	var tests []*ast.File
	for _, f := range p.files {
		if f.test {
			tests = append(tests, f.syntax)
			continue
		}
		name = f.syntax.Name.Name
		documented = documented || strings.TrimSpace(f.syntax.Doc.Text()) != ""
	}
	if name == "" {
		return nil
	}
	if !documented {
		found = append(found, fmt.Sprintf("%s: package %s has no doc comment", folder, name))
	}
	runs := func(e *doc.Example) bool { return e.Output != "" || e.EmptyOutput }
	if name != "main" && !internal(folder) && !slices.ContainsFunc(doc.Examples(tests...), runs) {
		found = append(found, fmt.Sprintf("%s: package %s has no example that runs (func Example… with // Output:)", folder, name))
	}
	return found
}

package contract

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// document is one file, read once.
type document struct {
	file    string
	root    *Value
	anchors func() *anchorIndex
	// legacy tells that its schemas are those of OpenAPI 3.0 (https://spec.openapis.org/oas/v3.0.4.html#schema-object).
	legacy bool
}

// files reads documents below one folder, each once. It is safe for concurrent use.
type files struct {
	fsys   fs.FS // nil: no other file may be read
	folder string
	legacy bool // the main document is one of OpenAPI 3.0
	mu     sync.Mutex
	docs   map[string]func() (*document, error)
}

func (f *files) document(file string, root *Value) *document {
	d := &document{file: file, root: root, legacy: isLegacy(root, f.legacy)}
	d.anchors = sync.OnceValue(func() *anchorIndex { return indexAnchors(d) })
	return d
}

func (f *files) open(name string) (*document, error) {
	f.mu.Lock()
	once, ok := f.docs[name]
	if !ok {
		once = sync.OnceValues(func() (*document, error) { return f.read(name) })
		f.docs[name] = once
	}
	f.mu.Unlock()
	return once()
}

// opened lists the documents that were read so far, by name.
func (f *files) opened() []*document {
	f.mu.Lock()
	names := slices.Sorted(maps.Keys(f.docs))
	f.mu.Unlock()
	var list []*document
	for _, name := range names {
		if doc, err := f.open(name); err == nil {
			list = append(list, doc)
		}
	}
	return list
}

func (f *files) read(name string) (*document, error) {
	data, err := fs.ReadFile(f.fsys, name)
	if err != nil {
		var perr *fs.PathError
		if errors.As(err, &perr) {
			err = perr.Err
		}
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	root, err := parseDocument(name, data)
	if err != nil {
		return nil, err
	}
	return f.document(name, root), nil
}

// scheme is how an absolute URL begins (RFC 3986, section 3.1).
var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// follow returns the place that ref, written inside from, names. The error is a *LoadError at ref's position.
func (c *Contract) follow(from place, ref *Value) (place, error) {
	if ref.Kind != String {
		return place{}, problem(ref.Pos, "a reference must be a string")
	}
	file, fragment, _ := strings.Cut(ref.Text, "#")
	fragment, err := url.PathUnescape(fragment)
	if err != nil {
		return place{}, problem(ref.Pos, "reference %q: %v", ref.Text, err)
	}
	target, err := c.locate(from, file, fragment)
	var nested *LoadError
	switch {
	case errors.As(err, &nested): // the other file does not parse: its own position says more
		return place{}, &LoadError{Problems: append([]Problem{fault(ref.Pos, "reference %q: the file cannot be used", ref.Text)}, nested.Problems...)}
	case err != nil:
		return place{}, problem(ref.Pos, "reference %q: %v", ref.Text, err)
	}
	return target, nil
}

// locate finds the resource that file names, seen from the place from, and the fragment in it.
func (c *Contract) locate(from place, file, fragment string) (place, error) {
	if file == "" {
		return from.doc.fragment(from.doc.anchors().resourceOf(from.pointer), fragment)
	}
	if doc, root, ok := c.identified(from, file); ok {
		return doc.fragment(root, fragment)
	}
	name, err := c.files.localName(from.doc.file, file)
	if err != nil {
		return place{}, err
	}
	doc, err := c.files.open(name)
	if err != nil {
		return place{}, err
	}
	return doc.fragment("", fragment)
}

// identified finds a schema by its $id, in the file of the reference or in the contract's own file.
func (c *Contract) identified(from place, id string) (*document, string, bool) {
	base := from.doc.anchors().baseOf(from.pointer)
	for _, doc := range []*document{from.doc, c.main} {
		if doc == nil {
			continue
		}
		if root, ok := doc.anchors().byID[resolveURL(base, id)]; ok {
			return doc, root, true
		}
	}
	return nil, "", false
}

// localName turns the file part of a reference into a name below the contract's folder.
func (f *files) localName(from, ref string) (string, error) {
	if scheme.MatchString(ref) || strings.HasPrefix(ref, "//") {
		return "", errors.New("external reference over the network is refused; only files below the document's folder are read")
	}
	name, err := url.PathUnescape(ref)
	if err != nil {
		return "", err
	}
	if strings.HasPrefix(name, "/") || strings.ContainsAny(name, "\\\x00") {
		return "", errors.New("an absolute path is refused; only files below the document's folder are read")
	}
	full := path.Join(path.Dir(from), name)
	if f.folder != "." && !strings.HasPrefix(full, f.folder+"/") || !fs.ValidPath(full) {
		return "", errors.New("it leaves the document's folder, which is refused")
	}
	if f.fsys == nil {
		return "", errors.New("a document that was not read from a folder cannot refer to files")
	}
	return full, nil
}

// fragment finds a JSON pointer or an anchor in the resource whose root is at the pointer resource.
func (d *document) fragment(resource, fragment string) (place, error) {
	if fragment == "" {
		return d.find(resource)
	}
	if strings.HasPrefix(fragment, "/") {
		if resource != "" {
			if p, err := d.find(resource + fragment); err == nil {
				return p, nil
			}
		}
		return d.find(fragment)
	}
	return d.anchor(resource, fragment)
}

package payload

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	independent "github.com/google/jsonschema-go/jsonschema"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// section returns the lines below a top-level key of a YAML file, two blanks deep.
func section(t testing.TB, text, key string) string {
	t.Helper()
	_, rest, found := strings.Cut("\n"+text, "\n"+key+":\n")
	if !found {
		t.Fatalf("no %s: in the file", key)
	}
	end := len(rest)
	for i := 0; i < len(rest); {
		line, _, _ := strings.Cut(rest[i:], "\n")
		if line != "" && line[0] != ' ' {
			end = i
			break
		}
		i += len(line) + 1
	}
	return rest[:min(end, len(rest))]
}

func readFile(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "solve", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// schemasOf parses schemas, one a line ("  name: {…}"), into a contract. others are further components.
func schemasOf(t testing.TB, file, schemas, others string) []solvable {
	t.Helper()
	var names []string
	for line := range strings.Lines(schemas) {
		if name, _, ok := strings.Cut(strings.TrimPrefix(line, "  "), ":"); ok && strings.TrimSpace(line) != "" {
			names = append(names, name)
		}
	}
	var text strings.Builder
	text.WriteString("openapi: 3.1.0\ninfo: {title: t, version: '1'}\nwebhooks:\n")
	for _, name := range names {
		fmt.Fprintf(&text, "  %s: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/%s'}}}}, responses: {'200': {description: ok}}}}\n", name, name)
	}
	text.WriteString("components:\n  schemas:\n" + deeper(schemas) + deeper(others))
	c, err := contract.Parse(file, []byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	defs := map[string]json.RawMessage{}
	var out []solvable
	for _, name := range names {
		event, err := c.Payload(name)
		if err != nil {
			t.Fatal(err)
		}
		s, err := c.Resolve(event)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, solvable{name: name, c: c, s: s})
	}
	for _, name := range componentNames(others) {
		defs[name] = asJSON(t, component(t, c, name).Value)
	}
	for i := range out {
		out[i].text = standalone(t, out[i], defs)
		out[i].other = readIndependently(t, out[i])
	}
	return out
}

func deeper(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		b.WriteString("  " + line)
	}
	return b.String()
}

func componentNames(text string) (names []string) {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "  ") && line[2] != ' ' {
			name, _, _ := strings.Cut(line[2:], ":")
			names = append(names, name)
		}
	}
	return names
}

// component finds a component by way of a schema that refers to it.
func component(t testing.TB, c *contract.Contract, name string) *contract.Schema {
	t.Helper()
	s, err := c.Payload(c.Events()[0].Name)
	if err != nil {
		t.Fatal(err)
	}
	return referred(t, c, s, "#/components/schemas/"+name)
}

// referred follows a reference that stands in no document.
func referred(t testing.TB, c *contract.Contract, from *contract.Schema, ref string) *contract.Schema {
	t.Helper()
	s := *from
	s.Value = &contract.Value{Kind: contract.Object, Fields: []contract.Field{{Name: "$ref", Value: &contract.Value{Kind: contract.String, Text: ref}}}}
	target, err := c.Resolve(&s)
	if err != nil {
		t.Fatal(err)
	}
	return target
}

func asJSON(t testing.TB, v *contract.Value) []byte {
	t.Helper()
	data, err := encoding{}.appendValue(nil, plain(v))
	if err != nil {
		t.Fatal(err)
	}
	return []byte(strings.ReplaceAll(string(data), "#/components/schemas/", "#/$defs/"))
}

// decidingFormat is a format by which something is excluded or chosen: to the
// other validator formats are notes, which every value fits.
var decidingFormat = regexp.MustCompile(`"not":\{"format"|"oneOf":\[\{"format"`)

// standalone is the schema as a JSON Schema document of its own.
func standalone(t testing.TB, s solvable, defs map[string]json.RawMessage) []byte {
	t.Helper()
	all := map[string]json.RawMessage{}
	include(all, defs, s.name, asJSON(t, s.s.Value))
	text, err := json.Marshal(map[string]any{"$ref": "#/$defs/" + s.name, "$defs": all})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// ofOpenAPI tells that the schema means something else where OpenAPI is not known.
func (s solvable) ofOpenAPI() bool {
	return strings.Contains(string(s.text), "writeOnly") || strings.Contains(string(s.text), "nullable")
}

// readIndependently gives the schema to another validator, which knows nothing of
// OpenAPI, of patterns beyond RE2 and of formats.
func readIndependently(t testing.TB, s solvable) *independent.Resolved {
	t.Helper()
	var schema independent.Schema
	if err := json.Unmarshal(s.text, &schema); err != nil {
		t.Fatalf("%s: %v", s.name, err)
	}
	resolved, err := schema.Resolve(nil)
	if err != nil {
		if !strings.Contains(err.Error(), "error parsing regexp") {
			t.Errorf("%s: %v", s.name, err)
		}
		return nil
	}
	if decidingFormat.Match(s.text) || s.ofOpenAPI() {
		return nil
	}
	return resolved
}

// include adds a schema and the definitions that it refers to.
func include(all, defs map[string]json.RawMessage, name string, text []byte) {
	all[name] = text
	for other, def := range defs {
		named := strings.Contains(string(text), `"#/$defs/`+other+`"`) || strings.Contains(string(text), "#small-anchor")
		if _, there := all[other]; named && !there {
			include(all, defs, other, def)
		}
	}
}

// witnessOf returns the witness as JSON.
func witnessOf(t testing.TB, text string) string {
	t.Helper()
	c, err := contract.Parse("witness.yaml", []byte("openapi: 3.1.0\ninfo: {title: t, version: '1'}\nwebhooks: {a: {post: {responses: {'200': {description: ok}}}}}\nx-"+strings.TrimPrefix(text[strings.Index(text, "\nwitness:")+1:], "\n")))
	if err != nil {
		t.Fatal(err)
	}
	data, err := encoding{}.appendValue(nil, plain(c.Extension("x-witness")))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func fragmentsOf(lines string) (out []string) {
	for line := range strings.Lines(lines) {
		if fragment, ok := strings.CutPrefix(strings.TrimSpace(line), "- "); ok {
			out = append(out, fragment)
		}
	}
	return out
}

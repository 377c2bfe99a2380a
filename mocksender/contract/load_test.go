package contract_test

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// head begins a document whose webhook w has the schema that follows, at line 10, column 15 (after "schema: ").
const head = `openapi: 3.1.0
info: {title: Test, version: "1"}
webhooks:
  w:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema: `

func TestParseErrorsNameTheirPlace(t *testing.T) {
	for name, row := range map[string]struct{ file, text, want string }{
		"empty":            {"a.yaml", " \n", "a.yaml:1:1: the document is empty"},
		"only a comment":   {"a.yaml", "# nothing\n", "a.yaml:1:1: the document is empty"},
		"tab":              {"a.yaml", "openapi: 3.1.0\n\tinfo: x\n", "a.yaml:2:1: is not YAML: "},
		"open quote":       {"a.yaml", "openapi: \"3.1.0\nwebhooks: {}\n", "is not YAML: "},
		"two documents":    {"a.yaml", "openapi: 3.1.0\n---\nopenapi: 3.1.0\n", "a second YAML document begins here"},
		"duplicate key":    {"a.yaml", "openapi: 3.1.0\ninfo: {}\nopenapi: 3.1.1\n", `a.yaml:3:1: duplicate key "openapi" (first at a.yaml:1:1)`},
		"infinity":         {"a.yaml", "x: .inf\n", "a.yaml:1:4: .inf is no number in JSON"},
		"minus infinity":   {"a.yaml", "x: -.Inf\n", "a.yaml:1:4: -.Inf is no number in JSON"},
		"not a number":     {"a.yaml", "x:\n- .NaN\n", "a.yaml:2:3: .NaN is no number in JSON"},
		"huge exponent":    {"a.yaml", "x: 1e999999999\n", "a.yaml:1:4: 1e999999999 has an exponent beyond ±4096"},
		"complex key":      {"a.yaml", "x: {[a]: 1}\n", "a.yaml:1:5: a name must be a string"},
		"foreign tag":      {"a.yaml", "x: !thing 1\n", "a.yaml:1:4: tag !thing means nothing in JSON"},
		"bad merge":        {"a.yaml", "x: {<<: 1}\n", "a.yaml:1:9: a merge key (<<) needs an object"},
		"self alias":       {"a.yaml", "x: &a {b: *a}\n", "a.yaml:1:11: alias *a stands inside the value that it names"},
		"list":             {"a.yaml", "- 1\n", "a.yaml:1:1: an OpenAPI document is an object"},
		"no openapi":       {"a.yaml", "info: {}\n", "a.yaml:1:1: openapi: missing"},
		"swagger":          {"a.yaml", "swagger: '2.0'\n", "a.yaml:1:10: Swagger 2.0 has no webhooks"},
		"4.0":              {"a.yaml", "openapi: 4.0.0\nx: 1\n", "a.yaml:1:10: OpenAPI 4.0.0 is not read; 3.0, 3.1 or 3.2 is needed"},
		"no webhooks":      {"a.yaml", "openapi: 3.1.0\npaths: {}\n", "a.yaml:1:1: has no webhooks"},
		"empty webhooks":   {"a.yaml", "openapi: 3.1.0\nwebhooks: {}\n", "a.yaml:2:11: has no webhooks"},
		"webhook list":     {"a.yaml", "openapi: 3.1.0\nwebhooks: [a]\n", "a.yaml:2:11: webhooks must be an object"},
		"webhook string":   {"a.yaml", "openapi: 3.1.0\nwebhooks: {a: b}\n", `a.yaml:2:15: webhook "a" must be a path item`},
		"no operation":     {"a.yaml", "openapi: 3.1.0\nwebhooks: {a: {summary: x}}\n", `a.yaml:2:12: webhook "a" has no operation such as post`},
		"JSON syntax":      {"a.json", "{\n  \"openapi\": 3.1.0\n}", "a.json:2:17: is not JSON: "},
		"JSON end":         {"a.json", "{\n  \"openapi\": [", "a.json:2:15: is not JSON: the document ends too early"},
		"JSON trailing":    {"a.json", "{}\n{}", "a.json:2:1: is not JSON: something follows the document"},
		"JSON duplicate":   {"a.json", "{\"é\": 1,\n \"é\": 2}", `a.json:2:2: duplicate key "é" (first at a.json:1:2)`},
		"JSON single quot": {"a.json", "{'a': 1}", "a.json:1:2: is not JSON: "},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := contract.Parse(row.file, []byte(row.text))
			var load *contract.LoadError
			if !errors.As(err, &load) {
				t.Fatalf("got %v (%T), want a *LoadError", err, err)
			}
			if !strings.Contains(err.Error(), row.want) {
				t.Errorf("got  %s\nwant %s", err, row.want)
			}
		})
	}
}

func TestAllProblemsAtOnce(t *testing.T) {
	_, err := contract.Parse("a.yaml", []byte("a: .nan\nb: .inf\nb: 1\n"))
	var load *contract.LoadError
	if !errors.As(err, &load) || len(load.Problems) != 3 {
		t.Fatalf("want three problems, got %v", err)
	}
}

func TestAliasesCannotMultiplyWithoutBound(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [1,1,1,1,1,1,1,1,1,1]\n")
	for i := 1; i < 10; i++ {
		ref := strings.Repeat(string(rune('0'+i-1)), 1)
		b.WriteString("a" + string(rune('0'+i)) + ": &a" + string(rune('0'+i)) + " [" + strings.TrimSuffix(strings.Repeat("*a"+ref+" ,", 10), ",") + "]\n")
	}
	_, err := contract.Parse("a.yaml", []byte(b.String()))
	if err == nil || !strings.Contains(err.Error(), "alias") && !strings.Contains(err.Error(), "limit") {
		t.Fatalf("got %v", err)
	}
}

func TestDeepNestingIsAnError(t *testing.T) {
	for _, file := range []string{"a.json", "a.yaml"} {
		text := `{"x":` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + "}"
		if _, err := contract.Parse(file, []byte(text)); err == nil {
			t.Errorf("%s: no error", file)
		}
	}
}

func TestLoadNamesAMissingFile(t *testing.T) {
	_, err := contract.Load(fstest.MapFS{}, "missing.yaml")
	if !errors.Is(err, fs.ErrNotExist) || err.Error() != "missing.yaml:1:1: file does not exist" {
		t.Fatalf("got %v", err)
	}
	if _, err := contract.Load(fstest.MapFS{}, "../x.yaml"); err == nil || !strings.Contains(err.Error(), "not a path inside the file system") {
		t.Fatalf("got %v", err)
	}
}

func TestScalarsMeanWhatYAML12Says(t *testing.T) {
	c := parse(t, "x-v:\n"+
		"  dec: 012\n  hex: 0x1F\n  oct: 0o17\n  plus: +5\n  point: .5\n  trail: 5.\n  exp: 1E3\n  big: 123456789012345678901234567890\n  long: 0.10000000000000000000001\n  minus: -0\n"+
		"  under: 1_000\n  date: 2024-02-29\n  yes: yes\n  tilde: ~\n  quoted: \"12\"\n  tagged: !!str 12\n"+head+"{}\n")
	for name, want := range map[string]struct {
		kind contract.Kind
		text string
	}{
		"dec": {contract.Number, "12"}, "hex": {contract.Number, "31"}, "oct": {contract.Number, "15"}, "plus": {contract.Number, "5"},
		"point": {contract.Number, "0.5"}, "trail": {contract.Number, "5"}, "exp": {contract.Number, "1E3"}, "minus": {contract.Number, "-0"},
		"big":  {contract.Number, "123456789012345678901234567890"},
		"long": {contract.Number, "0.10000000000000000000001"}, "under": {contract.String, "1_000"}, "date": {contract.String, "2024-02-29"},
		"yes": {contract.String, "yes"}, "tilde": {contract.Null, "null"}, "quoted": {contract.String, "12"}, "tagged": {contract.String, "12"},
	} {
		if v := c.Extension("x-v").Lookup(name); v.Kind != want.kind || v.Text != want.text {
			t.Errorf("%s: got kind %d %q, want kind %d %q", name, v.Kind, v.Text, want.kind, want.text)
		}
	}
}

func TestAliasesAndMergeKeys(t *testing.T) {
	c := parse(t, "x-base: &base {a: 1, b: 2}\nx-both: {<<: *base, b: 3}\nx-list: {<<: [{a: 4}, *base]}\nx-alias: *base\n"+head+"{}\n")
	for ext, want := range map[string][2]string{"x-both": {"1", "3"}, "x-list": {"4", "2"}, "x-alias": {"1", "2"}} {
		v := c.Extension(ext)
		if got := [2]string{v.Lookup("a").Text, v.Lookup("b").Text}; got != want {
			t.Errorf("%s: got %v, want %v", ext, got, want)
		}
	}
}

func TestJSONKeepsSurrogatesAndOrder(t *testing.T) {
	c, err := contract.Parse("a.json", []byte(`{"openapi":"3.1.0","x-v":{"z":"\ud83d\ude00","a":1.50},"webhooks":{"w":{"post":{}}}}`))
	if err != nil {
		t.Fatal(err)
	}
	v := c.Extension("x-v")
	if v.Fields[0].Name != "z" || v.Fields[0].Value.Text != "😀" || v.Fields[1].Value.Text != "1.50" {
		t.Errorf("got %+v", v.Fields)
	}
	if got := v.Fields[1].Value.Pos.String(); got != "a.json:1:50" {
		t.Errorf("position %s", got)
	}
}

func TestOverlayKeepsItsOwnPositions(t *testing.T) {
	c, err := contract.Load(fstest.MapFS{
		"d.yaml": {Data: []byte(head + "{type: object, properties: {a: {type: string}}}\n")},
		"o.yaml": {Data: []byte("overlay: 1.0.0\nactions:\n- target: $.webhooks.w.post.requestBody.content['application/json'].schema.properties.a\n  update:\n    x-faker: {func: company}\n- target: $.info.title\n  remove: true\n")},
	}, "d.yaml", "o.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := c.Payload("w")
	if err != nil {
		t.Fatal(err)
	}
	faker := s.Properties[0].Schema.Faker
	if faker == nil || faker.Pos.String() != "o.yaml:5:14" || s.Pos.File != "d.yaml" || c.Title() != "" {
		t.Errorf("faker %+v, schema at %s, title %q", faker, s.Pos, c.Title())
	}
}

func TestOverlayFaultsNameTheirPlace(t *testing.T) {
	for overlay, want := range map[string]string{
		"overlay: 1.0.0\nactions:\n- target: $.nothing\n  update: {}\n":           `o.yaml:3:11: target "$.nothing" matches nothing`,
		"overlay: 1.1.0\nactions:\n- target: $.info.titel\n  update: {}\n":        `o.yaml:3:11: target "$.info.titel" matches nothing: $.info has no "titel" (did you mean "title"?)`,
		"overlay: 1.0.0\nactions:\n- target: $['inf'].a['x.y']\n  update: {}\n":   `matches nothing: $ has no "inf" (did you mean "info"?)`,
		"overlay: 1.0.0\nactions:\n- target: $.info[?@.a == 'b']\n  update: {}\n": `matches nothing`,
		"overlay: 1.0.0\nactions:\n- target: '$['\n  update: {}\n":                `o.yaml:3:11: target "$[" is no JSONPath`,
		"overlay: 1.0.0\nactions:\n- update: {}\n":                                `o.yaml:3:3: target: missing`,
		"overlay: 1.0.0\nactions:\n- target: $.info\n":                            `o.yaml:3:11: neither update nor remove`,
		"overlay: 1.0.0\n": "o.yaml:1:1: the overlay has no actions",
		"actions: []\n":    "o.yaml:1:1: overlay: missing",
	} {
		fsys := fstest.MapFS{"d.yaml": {Data: []byte(head + "{}\n")}, "o.yaml": {Data: []byte(overlay)}}
		if _, err := contract.Load(fsys, "d.yaml", "o.yaml"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// parse loads a document that must be good.
func parse(t testing.TB, text string) *contract.Contract {
	t.Helper()
	c, err := contract.Parse("d.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// mapFS is a file system in memory.
func mapFS(files map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

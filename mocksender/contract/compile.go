package contract

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/url"
	"strconv"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiled judges JSON against one schema of the document. It is safe for concurrent use.
type compiled struct {
	schema *jsonschema.Schema
	bundle *bundle
	engine *engine
	at     place
	// faults say why the schema cannot judge: it is itself no valid JSON Schema, or a reference is broken.
	faults []Problem
}

// compile makes the judge for the schema at p, once.
func (c *Contract) compile(p place, d direction) *compiled {
	type key struct {
		place     string
		direction direction
	}
	once, ok := c.compiled.Load(key{p.key(), d})
	if !ok {
		once, _ = c.compiled.LoadOrStore(key{p.key(), d}, sync.OnceValue(func() *compiled { return c.newCompiled(p, d) }))
	}
	return once.(func() *compiled)()
}

// engine compiles the schemas of one bundle, one at a time. What it has compiled is not changed by what it compiles later.
type engine struct {
	sync.Mutex
	*jsonschema.Compiler
}

func (e *engine) compile(location string) (*jsonschema.Schema, error) {
	e.Lock()
	defer e.Unlock()
	return e.Compile(location)
}

func (c *Contract) newCompiled(p place, d direction) *compiled {
	if k := c.bundled(p, d); k != nil {
		return k
	}
	out := &compiled{at: p}
	closure, err := c.closure(p)
	var broken *LoadError
	if errors.As(err, &broken) {
		out.faults = broken.Problems
		return out
	}
	out.bundle = newBundle(closure, d)
	out.engine = &engine{Compiler: newEngine()}
	for at, doc := range out.bundle.resources() {
		if err := out.engine.AddResource(at, doc); err != nil {
			out.faults = append(out.faults, fault(p.value.Pos, "%v", err))
			return out
		}
	}
	if len(closure.unitOf) > manySchemas {
		for _, unit := range closure.units {
			out.ready(unit)
		}
	}
	if out.schema, err = out.engine.compile(out.bundle.location(p)); err != nil {
		out.faults = out.schemaFaults(err)
		return out
	}
	if !out.bundle.isDynamic() {
		c.bundles.Store(out, d)
	}
	return out
}

// manySchemas is from how many on the parts of a schema are compiled before the whole.
const manySchemas = 1000

// ready compiles the largest parts below p that refer to nothing, and tells whether p itself refers to nothing. The engine
// looks for each schema among those that it is about to compile, one by one, which takes the square of their number; what is
// compiled already it finds at once. An error comes again with the whole.
func (k *compiled) ready(p place) (alone bool) {
	alone = p.value.Lookup("$ref") == nil && p.value.Lookup("$dynamicRef") == nil && p.value.Lookup("$dynamicAnchor") == nil && p.value.Lookup("$id") == nil
	var parts []place
	eachInline(p, func(sub place) {
		if k.ready(sub) {
			parts = append(parts, sub)
		} else {
			alone = false
		}
	})
	if !alone {
		for _, part := range parts {
			_, _ = k.engine.compile(k.bundle.location(part))
		}
	}
	return alone
}

// bundled makes the judge for a schema that lies in what another one needs, which costs next to nothing; nil if none does.
func (c *Contract) bundled(p place, d direction) (out *compiled) {
	c.bundles.Range(func(k, of any) bool {
		around := k.(*compiled)
		if _, there := around.bundle.unitOf[p.key()]; !there || of != d {
			return true
		}
		schema, err := around.engine.compile(around.bundle.location(p))
		if err == nil {
			out = &compiled{schema: schema, bundle: around.bundle, engine: around.engine, at: p}
		}
		return false
	})
	return out
}

// newEngine prepares a JSON Schema 2020-12 compiler that asserts formats and loads nothing.
func newEngine() *jsonschema.Compiler {
	engine := jsonschema.NewCompiler()
	engine.DefaultDraft(jsonschema.Draft2020)
	engine.AssertFormat()
	engine.UseLoader(nothing{})
	engine.UseRegexpEngine(compilePattern)
	for _, f := range openAPIFormats {
		engine.RegisterFormat(&jsonschema.Format{Name: f.name, Validate: f.check})
	}
	return engine
}

// nothing refuses to load: the bundle is complete.
type nothing struct{}

func (nothing) Load(url string) (any, error) {
	return nil, fmt.Errorf("%s is outside the document and is not loaded", url)
}

// schemaFaults explains why the engine refused the schema, each fault at its own place.
func (k *compiled) schemaFaults(err error) []Problem {
	var invalid *jsonschema.SchemaValidationError
	var details *jsonschema.ValidationError
	if !errors.As(err, &invalid) || !errors.As(invalid.Err, &details) {
		return []Problem{fault(k.at.value.Pos, "the schema cannot be compiled: %s", strings.ReplaceAll(err.Error(), bundleScheme, ""))}
	}
	base, _ := k.locate(invalid.URL)
	var faults []Problem
	for _, v := range k.leaves(details) {
		at := k.placeOf(base, invalid.URL, v.Instance)
		faults = append(faults, fault(at.Pos, "the schema itself is wrong: %s: %s", v.Rule, v.Message))
	}
	return faults
}

// placeOf finds the value of the document that stands at instance, a pointer into the engine's document at url.
func (k *compiled) placeOf(base place, url, instance string) *Value {
	if base.doc != nil {
		return base.value.nearest(instance)
	}
	file, _, _ := strings.Cut(url, "#")
	if p, ok := k.locate(file + "#" + instance); ok {
		return p.value
	}
	return k.at.value
}

// locate turns a URL of the engine back into a place, as near as the document has one.
func (k *compiled) locate(location string) (place, bool) {
	file, fragment, _ := strings.Cut(location, "#")
	fragment, err := url.PathUnescape(fragment)
	rest, ok := strings.CutPrefix(fragment, "/$defs/")
	if err != nil || !ok || k.bundle == nil {
		return place{}, false
	}
	index, below, _ := strings.Cut(rest, "/")
	i, err := strconv.Atoi(index)
	if err != nil || i >= len(k.bundle.units) || bundleURL(k.bundle.units[i].doc) != file {
		return place{}, false
	}
	unit := k.bundle.units[i]
	if below == "" {
		return unit, true
	}
	p := place{unit.doc, unit.pointer, unit.value}
	for way := throughNullable(p.value, tokens("/"+below)); len(way) > 0; way = throughNullable(p.value, way[1:]) {
		next := p.value.step(way[0])
		if next == nil {
			break
		}
		p = place{unit.doc, join(p.pointer, way[0]), next}
	}
	return p, true
}

// openAPIFormats are formats of the OpenAPI format registry that the engine lacks (https://spec.openapis.org/registry/format/).
var openAPIFormats = []struct {
	name  string
	check func(any) error
}{
	{"int32", func(v any) error { return checkInteger(v, 32) }},
	{"int64", func(v any) error { return checkInteger(v, 64) }},
	{"byte", checkBase64},
}

func checkInteger(v any, bits int) error {
	n, ok := v.(json.Number)
	if !ok || !computable(n.String()) {
		return nil
	}
	r, ok := new(big.Rat).SetString(n.String())
	if !ok || !r.IsInt() {
		return errors.New("not an integer")
	}
	limit := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
	if r.Num().Cmp(limit) >= 0 || r.Num().Cmp(new(big.Int).Neg(limit)) < 0 {
		return fmt.Errorf("does not fit %d bits", bits)
	}
	return nil
}

func checkBase64(v any) error {
	s, ok := v.(string)
	if !ok {
		return nil
	}
	_, err := base64.StdEncoding.DecodeString(s)
	return err
}

package payload

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/brianvoe/gofakeit/v7"
	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// nameResolver turns a reference of an expression into the key of a row, and says
// whether it can.
type nameResolver func(ref string) (key string, err error)

// rowNames are a record's own columns.
func rowNames(ref string) (string, error) { return ref, nil }

// expression is a compiled expr: it runs over values by reference.
type expression struct {
	program *vm.Program
	refs    []string // "total", "contact.first_name", "/data/customer/total"
	places  int
}

// compileExpr parses an expression with expr-lang and lists what it refers to.
func compileExpr(text string) (*expression, error) {
	tree, err := parser.Parse(text)
	if err != nil {
		return nil, err
	}
	refs := &references{}
	ast.Walk(&tree.Node, refs)
	program, err := expr.Compile(text, expr.AllowUndefinedVariables())
	if err != nil {
		return nil, err
	}
	return &expression{program: program, refs: refs.names(), places: 2}, nil
}

// references collects identifiers, record columns and at("/pointer") calls.
type references struct {
	plain   map[string]int
	columns []string
	at      []string
}

// Visit is called for each node after its children.
func (r *references) Visit(node *ast.Node) { //nolint:gocritic // the signature is that of ast.Visitor
	if r.plain == nil {
		r.plain = map[string]int{}
	}
	switch n := (*node).(type) {
	case *ast.IdentifierNode:
		r.plain[n.Value]++
	case *ast.MemberNode:
		record, ok := n.Node.(*ast.IdentifierNode)
		column, ok2 := n.Property.(*ast.StringNode)
		if ok && ok2 {
			r.plain[record.Value]--
			r.columns = append(r.columns, record.Value+"."+column.Value)
		}
	case *ast.CallNode:
		callee, ok := n.Callee.(*ast.IdentifierNode)
		if ok && callee.Value == "at" && len(n.Arguments) == 1 {
			r.plain["at"]--
			if pointer, ok := n.Arguments[0].(*ast.StringNode); ok {
				r.at = append(r.at, pointer.Value)
			}
		}
	}
}

func (r *references) names() []string {
	names := append(slices.Clone(r.columns), r.at...)
	for name, n := range r.plain {
		if n > 0 && name != "null" { // undefined, and so nil: whoever knows JSON writes null
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// run evaluates the expression over values by reference. Fractions are rounded to
// places, since binary floats are no money.
func (e *expression) run(values map[string]any) (any, error) { return e.evaluation().run(values) }

// evaluation is an expression with the memory that running it takes: one goroutine at a time.
type evaluation struct {
	*expression
	values  map[string]any // of the run that is under way
	env     map[string]any
	machine vm.VM
}

func (e *expression) evaluation() *evaluation {
	r := &evaluation{expression: e, env: make(map[string]any, len(e.refs)+1)}
	r.env["at"] = func(pointer string) any { return exprValue(r.values[pointer]) }
	return r
}

func (e *evaluation) run(values map[string]any) (any, error) {
	e.values = values
	for _, ref := range e.refs {
		record, column, ok := cutColumn(ref)
		if !ok {
			e.env[ref] = exprValue(values[ref])
			continue
		}
		row, _ := e.env[record].(map[string]any)
		if row == nil {
			row = map[string]any{}
			e.env[record] = row
		}
		row[column] = exprValue(values[ref])
	}
	v, err := e.machine.Run(e.program, e.env)
	if f, ok := v.(float64); ok && err == nil {
		if math.IsInf(f, 0) || math.IsNaN(f) {
			return nil, fmt.Errorf("the result is %v", f)
		}
		unit := float64(pow10(e.places))
		return math.Round(f*unit) / unit, nil
	}
	return v, err
}

// exprValue gives numbers the types that expr-lang computes with.
func exprValue(v any) any {
	if n, ok := v.(json.Number); ok {
		if i, whole := asInt(n); whole {
			return int(i)
		}
		return toFloat(n)
	}
	if i, ok := v.(int64); ok {
		return int(i)
	}
	return v
}

// exprMaker compiles an expression whose references are columns of the same row.
func (b *builder) exprMaker(s *spec, text *contract.Value, names nameResolver) maker {
	e, err := compileExpr(text.Text)
	if err != nil {
		b.fail(text.Pos, "x-faker: expr %q: %v", text.Text, err)
		return nil
	}
	if v := s.all.Lookup("places"); v != nil {
		e.places = int(b.intOption(s.all, "places", 2))
	}
	keys := make([]string, len(e.refs))
	for i, ref := range e.refs {
		if keys[i], err = names(ref); err != nil {
			b.fail(text.Pos, "x-faker: expr %q: %v", text.Text, err)
			return nil
		}
	}
	values, again := make(map[string]any, len(keys)), e.evaluation()
	return func(_ *gofakeit.Faker, row *cells) (any, error) {
		for i, key := range keys {
			v, ok := row.get(key)
			if !ok {
				return nil, fmt.Errorf("expr %q: unknown name %q", text.Text, e.refs[i])
			}
			values[e.refs[i]] = v
		}
		return again.run(values)
	}
}

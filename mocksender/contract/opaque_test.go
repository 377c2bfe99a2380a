package contract_test

import (
	"reflect"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// A package from which libopenapi's generic types can be reached compiles all of them, for a dozen seconds of CPU, and so
// does each package that imports it. The Contract keeps them behind an interface.
func TestNoImporterOfAContractSeesTheTypesOfLibopenapi(t *testing.T) {
	seen := map[reflect.Type]bool{}
	var walk func(u reflect.Type, way string)
	walk = func(u reflect.Type, way string) {
		if seen[u] {
			return
		}
		seen[u] = true
		if strings.HasPrefix(u.PkgPath(), "github.com/pb33f/libopenapi/") {
			t.Errorf("%s is %v", way, u)
			return
		}
		switch u.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Chan:
			walk(u.Elem(), way)
		case reflect.Map:
			walk(u.Key(), way)
			walk(u.Elem(), way)
		case reflect.Struct:
			for f := range u.NumField() {
				walk(u.Field(f).Type, way+"."+u.Field(f).Name)
			}
		case reflect.Func:
			for in := range u.NumIn() {
				walk(u.In(in), way+"()")
			}
			for out := range u.NumOut() {
				walk(u.Out(out), way+"()")
			}
		}
		for m := range u.NumMethod() {
			walk(u.Method(m).Type, way+"."+u.Method(m).Name)
		}
	}
	walk(reflect.TypeFor[*contract.Contract](), "Contract")
	if len(seen) < 20 {
		t.Errorf("only %d types were reached from a Contract", len(seen))
	}
}

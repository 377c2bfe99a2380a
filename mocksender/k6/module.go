package k6

import (
	"sync"
	"sync/atomic"

	"github.com/grafana/sobek"
	"go.k6.io/k6/js/common"
	"go.k6.io/k6/js/modules"
)

// Name is what scripts import.
const Name = "k6/x/hookrig"

// k6 finds extensions by what registers itself when it is linked in; there is no other way.
func init() { modules.Register(Name, New()) }

// Extension is what all virtual users of an instance share: contracts are read and compiled once, and every event is taken
// by one of them. Make one with [New].
type Extension struct {
	mu    sync.Mutex
	made  map[string]*source // by contract and options
	taken atomic.Uint64      // events whose numbers were looked at
}

// New makes an extension.
func New() *Extension { return &Extension{made: map[string]*source{}} }

// NewModuleInstance makes the module for one virtual user.
func (x *Extension) NewModuleInstance(vu modules.VU) modules.Instance {
	return &instance{extension: x, vu: vu}
}

// instance is the module of one virtual user.
type instance struct {
	extension *Extension
	vu        modules.VU
}

// Exports is contract alone.
func (m *instance) Exports() modules.Exports {
	named := map[string]any{"contract": m.contract}
	return modules.Exports{Default: named, Named: named}
}

// contract is contract(name, options) of a script: an object with next, deliver and events.
func (m *instance) contract(call sobek.FunctionCall) sobek.Value {
	rt := m.vu.Runtime()
	s, err := m.extension.source(m.vu.InitEnv(), rt, call.Argument(0), call.Argument(1))
	if err != nil {
		common.Throw(rt, err)
	}
	u := &user{vu: m.vu, source: s, extension: m.extension}
	object := rt.NewObject()
	for name, value := range map[string]any{"next": u.next, "deliver": u.deliver, "events": s.names()} {
		if err := object.Set(name, value); err != nil {
			common.Throw(rt, err)
		}
	}
	return object
}

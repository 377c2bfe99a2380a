package k6

import (
	"context"
	"net/url"
	"testing"

	"github.com/grafana/sobek"
	"go.k6.io/k6/js/common"
	"go.k6.io/k6/js/modules"
	"go.k6.io/k6/lib"
	"go.k6.io/k6/lib/fsext"
)

// script is a virtual user as the extension sees it, outside of a run of k6.
type script struct {
	modules.VU
	rt      *sobek.Runtime
	state   *lib.State
	context context.Context
}

func (s *script) Runtime() *sobek.Runtime  { return s.rt }
func (s *script) State() *lib.State        { return s.state }
func (s *script) Context() context.Context { return s.context }
func (s *script) InitEnv() *common.InitEnvironment {
	return &common.InitEnvironment{TestPreInitState: &lib.TestPreInitState{}, FileSystems: map[string]fsext.Fs{}, CWD: &url.URL{Path: "/"}}
}

// send reads a request as k6's http does, and adds its lengths up.
func (s *script) send(call sobek.FunctionCall) sobek.Value {
	length := len(call.Argument(0).String()) + len(call.Argument(1).Export().(sobek.ArrayBuffer).Bytes())
	headers := call.Argument(2).ToObject(s.rt).Get("headers").ToObject(s.rt)
	for _, name := range headers.Keys() {
		length += len(headers.Get(name).String())
	}
	return s.rt.ToValue(length)
}

// begin makes contract, of ChargeOver, and a function from the text.
func begin(t testing.TB, options, text string) func() sobek.Value {
	s := &script{rt: sobek.New(), state: &lib.State{}, context: t.Context()}
	s.rt.SetFieldNameMapper(common.FieldNameMapper{})
	module := New().NewModuleInstance(s)
	for name, value := range map[string]any{"hookrig": module.Exports().Default, "send": s.send} {
		if err := s.rt.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	v, err := s.rt.RunString(`'use strict'; const contract = hookrig.contract('chargeover', Object.assign({
		to: 'http://localhost/hooks', secret: '0123456789abcdefghijklmnopqrstuv', seed: 7, events: ['customer.nightly']}, ` + options + `)); () => {` + text + `}`)
	if err != nil {
		t.Fatal(err)
	}
	f, _ := sobek.AssertFunction(v) // it is one
	return func() sobek.Value {
		v, err := f(sobek.Undefined())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// What .next returns is an object as any other: a script may list, copy and change it, and no other event has the change.
func TestNextReturnsObjectsOfTheirOwn(t *testing.T) {
	got := begin(t, "{headers: {'X-Team': 'a'}}", `
		const one = contract.next('customer.nightly');
		const {id, type, number} = one;
		one.headers['X-Mine'] = id;
		one.headers['X-Team'] = 'b';
		delete one.headers['User-Agent'];
		one.note = 'mine';
		delete one.number;
		const two = contract.next('customer.nightly');
		return JSON.stringify([Object.keys(one), {...one.headers, 'X-Mine': one.headers['X-Mine'] === one.id}, 'note' in one, one.note,
			Object.keys(two), two.headers, two.method, two.url, two.type, number, two.number, type, id !== two.id, one.body instanceof ArrayBuffer,
			one.hasOwnProperty('url'), one.body.byteLength > 3000]);`)().String()
	want := `[["body","headers","method","url","id","type","params","note"],{"X-ChargeOver-Source":"example.chargeover.com",` +
		`"X-ChargeOver-Key":"0123456789abcdefghijklmnopqrstuv","Content-Type":"application/json","X-Team":"b","X-Mine":true},true,"mine",` +
		`["body","headers","method","url","id","type","number","params"],{"User-Agent":"hookrig","X-ChargeOver-Source":"example.chargeover.com",` +
		`"X-ChargeOver-Key":"0123456789abcdefghijklmnopqrstuv","Content-Type":"application/json","X-Team":"a"},` +
		`"POST","http://localhost/hooks","customer.nightly",0,1,"customer.nightly",true,true,true,true]`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A signature is its event's, whatever was made before.
func TestNextSignsEveryEvent(t *testing.T) {
	got := begin(t, "{policy: 'github'}", `
		const seen = {};
		for (let i = 0; i < 10; i++) { seen[contract.next('customer.nightly').headers['X-Hub-Signature-256']] = true; }
		return Object.keys(seen).length;`)().ToInteger()
	if got != 10 {
		t.Errorf("%d different signatures of 10 events", got)
	}
}

// Events with the same headers share their params, which cannot be changed by mistake. What a script does to an event's headers is
// in its params.
func TestParamsAreTheHeadersOfTheirEvent(t *testing.T) {
	got := begin(t, "{headers: {'X-Team': 'a'}}", `
		const team = (event) => event.params.headers['X-Team'];
		const fails = (change) => { try { change(); return false; } catch (e) { return e instanceof TypeError; } };
		const [one, two, three, four, five] = Array.from({length: 5}, () => contract.next('customer.nightly'));
		const shared = one.params;
		two.headers['X-Team'] = 'b';
		three.headers = {'X-Team': 'c'};
		four.params = {headers: {'X-Team': 'd'}};
		four.headers = {'X-Team': 'not sent'};
		const added = {...five.params, tags: {mine: 'yes'}};
		return JSON.stringify([team(one), team(two), team(three), team(four), team(five), two.params.headers === two.headers,
			shared === five.params, Object.keys(shared), Object.keys(added), Object.entries(shared.headers).toString() === Object.entries(one.headers).toString(),
			fails(() => { shared.headers['X-Team'] = 'e'; }), fails(() => { shared.tags = {}; }), fails(() => { delete shared.headers; }),
			!fails(() => { delete shared.tags; })]);`)().String()
	want := `["a","b","c","d","a",true,true,["headers"],["headers","tags"],true,true,true,true,true]`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A signature is in the params of its event alone.
func TestParamsAreSigned(t *testing.T) {
	got := begin(t, "{policy: 'github'}", `
		const [one, two] = [contract.next('customer.nightly'), contract.next('customer.nightly')];
		const name = 'X-Hub-Signature-256', signed = (event) => event.params.headers[name] === event.headers[name];
		return signed(one) && signed(two) && one.params.headers[name] !== two.params.headers[name];`)().ToBoolean()
	if !got {
		t.Error("the params of an event lack its signature")
	}
}

// Most of what k6's http costs is memory. An event needs some for its body, and little beside it.
func TestNextAllocatesLittle(t *testing.T) {
	for _, test := range []struct {
		options string
		most    float64
	}{{"{}", 18}, {"{policy: 'github'}", 36}} {
		read := begin(t, test.options, `const event = contract.next('customer.nightly'); return event.url.length + event.body.byteLength + (event.params ? 1 : 0);`)
		if got := testing.AllocsPerRun(200, func() { read() }); got > test.most {
			t.Errorf("%s: an event takes %.0f allocations, want %.0f at most", test.options, got, test.most)
		}
	}
}

// What .next costs, with what k6's http reads of it.
func BenchmarkNext(b *testing.B) {
	for name, options := range map[string]string{"token": "{}", "hmac": "{policy: 'github'}"} {
		b.Run(name, func(b *testing.B) {
			read := begin(b, options, `const event = contract.next('customer.nightly'); return send(event.url, event.body, event.params);`)
			b.ReportAllocs()
			for b.Loop() {
				read()
			}
		})
	}
}

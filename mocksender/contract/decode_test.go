package contract

import (
	"bytes"
	"encoding/json"
	"io"
	"reflect"
	"testing"
	"unicode/utf8"
)

// FuzzDecode compares the fast reader with encoding/json: what it reads, encoding/json reads as the same value.
func FuzzDecode(f *testing.F) {
	for _, text := range []string{
		`{"a":[1,-0,2.50,"x\u00e9\n",{"b":null}],"c":true,"":false}`, ` [ ] `, `{}`, `"ü😀"`, `0`, `-12.5`, "[1,\t2\r\n]", `{"a":1,"a":2}`,
		`1e5`, `01`, `-`, `1.`, `.5`, `[1,]`, `{"a":1,}`, `{"a" 1}`, `{a:1}`, `"\x"`, `"\ud800"`, "\"a\nb\"", `"a`, `tru`, `nullx`, `[1] 2`, "1\x00", `[[[[`, `"\`, ``, ` `,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if !utf8.Valid(body) {
			return
		}
		v, ok := decodeFast(body)
		dec := json.NewDecoder(bytes.NewReader(body))
		dec.UseNumber()
		var want any
		err := dec.Decode(&want)
		if _, more := dec.Token(); more != io.EOF {
			err = io.ErrUnexpectedEOF
		}
		if ok && (err != nil || !reflect.DeepEqual(v, want)) {
			t.Errorf("%q: read as %#v, encoding/json: %#v, %v", body, v, want, err)
		}
		if !ok && err == nil && len(body) < maxFastDepth && !bytes.ContainsAny(body, "eE") {
			t.Errorf("%q: left to encoding/json", body)
		}
	})
}

// BenchmarkDecode compares the two readers on a body as providers send it.
func BenchmarkDecode(b *testing.B) {
	body := []byte(`{"context_str":"customer","context_id":"1001","event":"nightly","data":{"customer":{"customer_id":1001,"company":"Alderwick Analytics Inc.","total":129.5,"url":"https:\/\/dev.example.com\/r\/x","paid":null,"tags":["a","b","c"],"note":"What nobody reads."}}}`)
	b.Run("fast", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			if _, ok := decodeFast(body); !ok {
				b.Fatal("left to encoding/json")
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(body)))
		for b.Loop() {
			dec := json.NewDecoder(bytes.NewReader(body))
			dec.UseNumber()
			var v any
			if err := dec.Decode(&v); err != nil {
				b.Fatal(err)
			}
		}
	})
}

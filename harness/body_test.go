package harness_test

import (
	"testing"

	"github.com/hookrig/hookrig/harness"
)

func TestWithoutCutsOneMember(t *testing.T) {
	for _, row := range []struct{ body, pointer, want string }{
		{`{"a":1,"b":2,"c":3}`, "/a", `{"b":2,"c":3}`},
		{`{"a":1,"b":2,"c":3}`, "/b", `{"a":1,"c":3}`},
		{`{"a":1,"b":2,"c":3}`, "/c", `{"a":1,"b":2}`},
		{`{"a":1}`, "/a", `{}`},
		{`{ "a" : 1 , "b" : 2 }`, "/a", `{  "b" : 2 }`},
		{`{"x":{"a":[{"a":1}],"key":"s"},"z":1.0}`, "/x/key", `{"x":{"a":[{"a":1}]},"z":1.0}`},
		{`{"a\/b":1,"c~":2}`, "/a~1b", `{"c~":2}`},
		{`{"a":"https:\/\/x","k":1}`, "/k", `{"a":"https:\/\/x"}`},
	} {
		got, err := harness.Without([]byte(row.body), row.pointer)
		if err != nil || string(got) != row.want {
			t.Errorf("%s without %s: got %s, %v, want %s", row.body, row.pointer, got, err, row.want)
		}
	}
	for _, row := range []struct{ body, pointer string }{
		{`{"a":1}`, "/b"}, {`[1]`, "/0"}, {`{"a":1}`, "/a/b"}, {`{"a":`, "/a"}, {``, "/a"}, {`{"b":tru,"a":1}`, "/a"},
	} {
		if got, err := harness.Without([]byte(row.body), row.pointer); err == nil {
			t.Errorf("%s without %s: got %s, want an error", row.body, row.pointer, got)
		}
	}
}

func TestReplacedChangesOneValue(t *testing.T) {
	for _, row := range []struct{ body, pointer, want string }{
		{`{"a":1,"b":2}`, "/a", `{"a":"x","b":2}`},
		{`{ "a" : {"b" : [1, 2] } }`, "/a/b", `{ "a" : {"b" : "x" } }`},
		{`{"u":"https:\/\/x","a":"old"}`, "/a", `{"u":"https:\/\/x","a":"x"}`},
	} {
		got, err := harness.Replaced([]byte(row.body), row.pointer, []byte(`"x"`))
		if err != nil || string(got) != row.want {
			t.Errorf("%s at %s: got %s, %v, want %s", row.body, row.pointer, got, err, row.want)
		}
	}
	if got, err := harness.Replaced([]byte(`{"a":1}`), "/b", []byte("1")); err == nil {
		t.Errorf("got %s, want an error", got)
	}
}

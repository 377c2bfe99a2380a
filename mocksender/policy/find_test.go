package policy_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hookrig/hookrig/mocksender/policy"
)

func TestFindTellsNamesFromFiles(t *testing.T) {
	own := fstest.MapFS{"there/own.yaml": {Data: []byte("policy: own\ntitle: Own\ntimeout: {value: 3s, grade: seen, source: s}\n" +
		"connect_timeout: {value: 1s, grade: seen, source: s}\nsuccess: {value: {statuses: [2xx]}, grade: seen, source: s}\n" +
		"retry: {value: {delays: []}, grade: seen, source: s}\nauthentication: {value: {scheme: none}, grade: seen, source: s}\n" +
		"disable: {value: null, grade: seen, source: s}\nheaders: {value: {}, grade: seen, source: s}\n")}}
	in := func(file string) (fs.FS, string) { return own, "there/" + file }
	for _, row := range []struct{ name, contract, want, fault string }{
		{"", "zipit", "zipit", ""},
		{"", "nobody's", "standard-webhooks", ""},
		{"chargeover", "zipit", "chargeover", ""},
		{"own.yaml", "zipit", "own", ""},
		{"zipitt", "zipit", "", `unknown policy "zipitt" (did you mean "zipit"?)`},
		{"./zipit", "zipit", "", "policy: open there/./zipit"},
	} {
		p, err := policy.Find(row.name, row.contract, in)
		switch {
		case row.fault != "":
			if err == nil || !strings.HasPrefix(err.Error(), row.fault) {
				t.Errorf("%q: error is %v, want %s", row.name, err, row.fault)
			}
		case err != nil || p.Name != row.want:
			t.Errorf("%q for %s: %v, %v, want %s", row.name, row.contract, p, err, row.want)
		}
	}
}

func TestCheckSecretWantsOneOfWhoAuthenticates(t *testing.T) {
	for _, row := range []struct{ policy, scheme, want string }{
		{"chargeover", "", "secret: missing, chargeover authenticates by token"},
		{"chargeover", "none", ""},
	} {
		p, err := policy.Named(row.policy)
		if err != nil {
			t.Fatal(err)
		}
		if row.scheme != "" {
			p.Authentication.Value.Scheme = row.scheme
		}
		if err := p.CheckSecret(""); (err == nil) != (row.want == "") || err != nil && !strings.HasPrefix(err.Error(), row.want) {
			t.Errorf("%s %s: error is %v, want %q", row.policy, row.scheme, err, row.want)
		}
		if err := p.CheckSecret("s"); err != nil {
			t.Errorf("%s %s with a secret: %v", row.policy, row.scheme, err)
		}
	}
}

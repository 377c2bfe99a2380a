package receiver

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
)

// missingTokenFlaw compares a token only where there is one.
func missingTokenFlaw() Flaw {
	return Flaw{
		Name: "token-optional", Summary: "accepts a delivery without any token",
		Themes: []string{"authentication"},
		Apply: excuses(
			func(h http.Header, name string) bool { return len(h.Values(name)) == 0 },
			func(v gjson.Result) bool { return !v.Exists() }),
	}
}

// emptyTokenFlaw takes an empty token for nothing to check.
func emptyTokenFlaw() Flaw {
	return Flaw{
		Name: "token-may-be-empty", Summary: "accepts an empty token",
		Themes: []string{"authentication"},
		Apply: excuses(
			func(h http.Header, name string) bool { v := h.Values(name); return len(v) == 1 && v[0] == "" },
			func(v gjson.Result) bool { return v.Type == gjson.String && v.Str == "" }),
	}
}

// excuses has a token of a kind pass where it should not, past all later steps: as if it were the right one.
func excuses(header func(http.Header, string) bool, body func(gjson.Result) bool) func(*Steps) {
	return func(s *Steps) {
		s.Header = func(x *Exchange) *Answer {
			if token := x.desk.token; token.Header != "" && header(x.Request.Header, token.Header) {
				x.Request.Header.Set(token.Header, token.Secret.Reveal())
				return nil
			}
			return checkHeaderToken(x)
		}
		s.Body = func(x *Exchange) *Answer {
			token := x.desk.token
			if token.Body == "" || !body(x.Document.Get(gjsonPath(token.Body))) {
				return checkBodyToken(x)
			}
			name := strconv.Quote(strings.TrimPrefix(token.Body, "/"))
			bare := strings.ReplaceAll(string(x.Body), ","+name+`:""`, "")
			x.Body = []byte("{" + name + ":" + strconv.Quote(token.Secret.Reveal()) + "," + bare[1:])
			x.Document = gjson.ParseBytes(x.Body)
			return nil
		}
	}
}

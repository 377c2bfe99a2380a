package contract_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

const parametrized = `openapi: 3.1.0
webhooks:
  w:
    parameters:
      - {name: X-Common, in: header, schema: {type: string}}
    post:
      parameters:
        - {name: x-common, in: header, required: true, schema: {type: integer}}
        - {name: Accept, in: header, required: true, schema: {type: string}}
        - {name: Content-Type, in: header, required: true, schema: {type: string}}
        - {name: Authorization, in: header, required: true, schema: {type: string}}
        - {name: X-Hub-Signature-256, in: header, required: true, schema: {type: string}}
        - {name: X-Key, in: header, required: true, schema: {type: string, x-faker: {same: event.secret}}}
        - {name: X-Scheme, in: header, required: true, schema: {type: string}}
        - {name: api_key, in: query, required: true, schema: {type: string}}
        - {name: page, in: query, required: true, schema: {type: integer}}
        - {name: ids, in: query, schema: {type: array, items: {type: integer}}}
        - {name: pipes, in: query, style: pipeDelimited, explode: false, schema: {type: array, items: {type: integer}}}
        - {name: filter, in: query, style: deepObject, schema: {type: object, required: [from], properties: {from: {type: integer}}}}
        - {name: free, in: query, schema: {type: object, properties: {left: {type: integer}}}}
        - {name: json, in: query, content: {application/json: {schema: {type: object, required: [a]}}}}
        - {name: bare, in: query}
        - {name: session, in: cookie, schema: {type: string}}
  broken: {post: {parameters: [{name: a, in: query, schema: {$ref: '#/nope'}}]}}
components: {securitySchemes: {s: {type: apiKey, in: header, name: x-scheme}}}
`

func TestParametersAreListed(t *testing.T) {
	list, err := parse(t, parametrized).Parameters("w")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range list {
		marks := ""
		for mark, set := range map[string]bool{"": p.Required, "credential": p.Credential, "json": p.JSON, "bare": p.Schema == nil} {
			if set && mark != "" {
				marks += " " + mark
			}
		}
		got = append(got, fmt.Sprintf("%s %s %s %v%s", p.In, p.Name, p.Style, p.Explode, marks))
	}
	want := `header x-common simple false
header Authorization simple false credential
header X-Hub-Signature-256 simple false credential
header X-Key simple false credential
header X-Scheme simple false credential
query api_key form true credential
query page form true
query ids form true
query pipes pipeDelimited false
query filter deepObject false
query free form true
query json form true json
query bare form true bare
cookie session form true`
	if strings.Join(got, "\n") != want {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
	if p := list[0]; !p.Required || p.Schema.Types[0] != "integer" || p.Pos.String() != "d.yaml:8:11" {
		t.Errorf("got %+v", p)
	}
}

func TestQueriesAreJudged(t *testing.T) {
	c := parse(t, parametrized)
	for query, want := range map[string]string{
		"api_key=k&page=1": "",
		"api_key=k&page=1&ids=1&ids=2&pipes=3|4&filter[from]=5&left=6&json={\"a\":1}&bare=x": "",
		"api_key=k&page=1&own=receiver": "",
		"api_key=k":                     `query parameter "page" is missing`,
		"api_key=k&page=s3cret":         `query parameter "page" does not fit its schema`,
		"api_key=k&page=1&ids=x&ids=1":  `query parameter "ids" does not fit its schema`,
		"api_key=k&page=1&pipes=x|2":    `query parameter "pipes" does not fit its schema`,
		"api_key=k&page=1&filter[to]=1": `query parameter "filter" does not fit its schema`,
		"api_key=k&page=1&left=x":       `query parameter "free" does not fit its schema`,
		"api_key=k&page=1&json=[]":      `query parameter "json" does not fit its schema`,
	} {
		var got []string
		for _, v := range c.CheckURL("w", &url.URL{RawQuery: query}) {
			got = append(got, v.Message)
		}
		if strings.Join(got, "\n") != want {
			t.Errorf("%s: got %q", query, got)
		}
	}
	if got := c.CheckURL("broken", &url.URL{}); len(got) != 1 || got[0].Rule != "schema" || got[0].Pos.Line != 24 {
		t.Errorf("broken: %+v", got)
	}
}

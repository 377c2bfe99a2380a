package receiver_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/hookrig/hookrig/harness/receiver"
	"github.com/hookrig/hookrig/mocksender/contract"
)

// shop has a token in both places and no event identifier; post has identifiers,
// times and subjects, and no token.
const shop = `
openapi: 3.1.0
info: {title: Shop, version: "1"}
webhooks:
  order.paid:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [kind, order, key]
              properties:
                kind: {const: order.paid}
                key: {type: string}
                order: {type: object, required: [number], properties: {number: {type: integer}}}
      responses: {"200": {description: taken}}
  order.sent:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [kind]
              properties: {kind: {enum: [order.sent]}, key: {type: string}}
      responses: {"204": {description: taken}}
`

const post = `
openapi: 3.1.0
info: {title: Post, version: "1"}
webhooks:
  parcel.moved:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              required: [id, at, type, parcel]
              properties:
                id: {type: string, x-faker: {same: event.id}}
                at: {type: string, x-faker: {time: event}}
                type: {const: parcel.moved}
                parcel: {type: object, properties: {number: {type: integer, x-faker: {sequence: {start: 1, step: 1}, scope: subject}}}}
      responses: {"200": {description: taken}}
`

func load(t testing.TB, name, text string) *contract.Contract {
	t.Helper()
	c, err := contract.Parse(name, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func config(t testing.TB) receiver.Config {
	return receiver.Config{Providers: []receiver.Provider{
		{Contract: load(t, "shop.yaml", shop), Token: receiver.Token{Secret: "s3cret", Header: "X-Key", Body: "/key"}},
		{Contract: load(t, "post.yaml", post)},
	}, MaxBody: 200}
}

func start(t testing.TB, c receiver.Config) *receiver.Server {
	t.Helper()
	s, err := receiver.Start("127.0.0.1:0", c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// send posts a body; headers are "Name: value" and replace the good ones.
func send(t testing.TB, url, body string, headers ...string) (int, http.Header, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Key", "s3cret")
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		request.Header.Set(name, value)
		if value == "" {
			request.Header.Del(name)
		}
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(answer)
}

const paid = `{"kind":"order.paid","key":"s3cret","order":{"number":7}}`

func TestAnswersAndEffects(t *testing.T) {
	for _, row := range []struct {
		reason, body string
		headers      []string
		status       int
		effects      int
	}{
		{"good", paid, nil, 200, 1},
		{"its own documented status", `{"kind":"order.sent","key":"s3cret"}`, nil, 204, 1},
		{"charset is allowed", paid, []string{"Content-Type: application/json; charset=utf-8"}, 200, 1},
		{"unknown keys are tolerated", `{"new":1,` + paid[1:], nil, 200, 1},
		{"unknown event type", `{"kind":"order.eaten","key":"s3cret"}`, nil, 200, 0},
		{"unknown event type without the token", `{"kind":"order.eaten","key":"x"}`, nil, 403, 0},
		{"wrong header token", paid, []string{"X-Key: wrong"}, 403, 0},
		{"longer header token", paid, []string{"X-Key: s3cret1"}, 403, 0},
		{"missing header token", paid, []string{"X-Key: "}, 403, 0},
		{"wrong body token", strings.Replace(paid, "s3cret", "wrong", 1), nil, 403, 0},
		{"body token of another type", strings.Replace(paid, `"s3cret"`, "7", 1), nil, 403, 0},
		{"missing body token", `{"kind":"order.paid","order":{"number":7}}`, nil, 403, 0},
		{"empty", "", nil, 400, 0},
		{"truncated", paid[:20], nil, 400, 0},
		{"not JSON", "<paid/>", nil, 400, 0},
		{"form", "a=1", []string{"Content-Type: application/x-www-form-urlencoded"}, 415, 0},
		{"no media type", paid, []string{"Content-Type: "}, 415, 0},
		{"another charset", paid, []string{"Content-Type: application/json; charset=latin1"}, 415, 0},
		{"too large", `{"x":"` + strings.Repeat("x", 200) + `",` + paid[1:], nil, 413, 0},
		{"broken contract", `{"kind":"order.paid","key":"s3cret","order":{"number":"7"}}`, nil, 422, 0},
		{"no event at all", `{"key":"s3cret"}`, nil, 422, 0},
		{"another provider's", `{"id":"1","at":"2026-01-01T00:00:00Z","type":"parcel.moved","parcel":{"number":3}}`, []string{"X-Key: "}, 200, 1},
	} {
		t.Run(row.reason, func(t *testing.T) {
			s := start(t, config(t))
			status, header, answer := send(t, s.URL+"/hooks", row.body, row.headers...)
			if n := len(s.Effects(receiver.Filter{})); status != row.status || n != row.effects {
				t.Errorf("got %d and %d effects, want %d and %d: %s", status, n, row.status, row.effects, answer)
			}
			if status >= 400 {
				var problem struct{ Title string }
				if json.Unmarshal([]byte(answer), &problem) != nil || problem.Title == "" || header.Get("Content-Type") != "application/problem+json" {
					t.Errorf("want a problem document, got %s %q", header.Get("Content-Type"), answer)
				}
			}
			if strings.Contains(answer, "s3cret") {
				t.Errorf("the answer tells the secret: %s", answer)
			}
		})
	}
}

func TestOtherMethodsAreRefusedWithAllow(t *testing.T) {
	s := start(t, config(t))
	response, err := http.Get(s.URL + "/hooks")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != 405 || response.Header.Get("Allow") != "POST" {
		t.Errorf("got %d, Allow %q", response.StatusCode, response.Header.Get("Allow"))
	}
}

func TestPathNamesTheProvider(t *testing.T) {
	s := start(t, config(t))
	moved := `{"id":"1","at":"2026-01-01T00:00:00Z","type":"parcel.moved","parcel":{"number":3}}`
	if status, _, _ := send(t, s.URL+"/post", moved); status != 200 {
		t.Errorf("got %d: the path names the provider, whatever the headers say", status)
	}
	if status, _, _ := send(t, s.URL+"/shop", moved, "X-Key: "); status != 403 {
		t.Errorf("got %d: the shop asks for a token", status)
	}
}

func TestOneEventOneEffectAlsoAtOnce(t *testing.T) {
	s := start(t, config(t))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { send(t, s.URL, paid) })
	}
	group.Wait()
	send(t, s.URL, strings.Replace(paid, "7", "8", 1))
	if n := len(s.Effects(receiver.Filter{Event: "order.paid"})); n != 2 {
		t.Errorf("%d effects of two events", n)
	}
	moved := `{"id":"1","at":"2026-01-01T00:00:00Z","type":"parcel.moved","parcel":{"number":3}}`
	send(t, s.URL+"/post", moved)
	send(t, s.URL+"/post", strings.Replace(moved, `"number":3`, `"number":3,"again":true`, 1))
	if n := len(s.Effects(receiver.Filter{ID: "1"})); n != 1 {
		t.Errorf("%d effects of one identifier", n)
	}
}

type shown struct {
	Items []receiver.Effect
	State struct {
		ID string
	}
}

func look(t *testing.T, url string) (out shown) {
	t.Helper()
	response, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if err := json.NewDecoder(response.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

func TestProbeShowsEffectsAndNewestState(t *testing.T) {
	s := start(t, config(t))
	for _, e := range [][3]string{{"b", "02", "3"}, {"a", "01", "3"}, {"c", "03", "4"}} {
		body := fmt.Sprintf(`{"id":%q,"at":"2026-01-%sT00:00:00Z","type":"parcel.moved","parcel":{"number":%s}}`, e[0], e[1], e[2])
		if status, _, answer := send(t, s.URL+"/post", body); status != 200 {
			t.Fatal(status, answer)
		}
	}
	base := s.URL + s.ProbePath()
	for _, row := range []struct {
		query string
		items int
		state string
	}{
		{"", 3, ""},
		{"?subject=3", 2, "b"},
		{"?parcel.number=3", 2, "b"},
		{"?id=a", 1, "b"},
		{"?id=c&event=parcel.moved&contract=post", 1, "c"},
		{"?id=zz", 0, ""},
		{"?digest=00", 0, ""},
	} {
		got := look(t, base+row.query)
		if len(got.Items) != row.items || got.State.ID != row.state {
			t.Errorf("%s: %d items, state %q; want %d, %q", row.query, len(got.Items), got.State.ID, row.items, row.state)
		}
	}
	response, err := http.Post(base, "application/json", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusMethodNotAllowed {
		t.Errorf("the probe answered a POST with %d", response.StatusCode)
	}
}

func TestObserverSeesRefusals(t *testing.T) {
	c := config(t)
	seen := make(chan receiver.Arrival, 2)
	c.Observe = func(a receiver.Arrival) { seen <- a }
	s := start(t, c)
	send(t, s.URL, paid)
	send(t, s.URL, "{")
	first, second := <-seen, <-seen
	if !first.New || first.Event != "order.paid" || first.Contract != "shop" || first.Status != 200 {
		t.Errorf("the first arrival is %+v", first)
	}
	if second.New || second.Status != 400 || len(second.Problems) != 1 {
		t.Errorf("the second arrival is %+v", second)
	}
}

func TestNewListsEveryProblem(t *testing.T) {
	_, err := receiver.New(receiver.Config{
		Providers: []receiver.Provider{
			{},
			{Contract: load(t, "shop.yaml", shop), Token: receiver.Token{Body: "key"}},
		},
		MaxBody: -1, ProbePath: "effects",
	})
	for _, want := range []string{"providers[0]: contract missing", "shop: secret missing", "no JSON pointer", "max body", "probe path"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to say %q", err, want)
		}
	}
	if _, err := receiver.New(receiver.Config{}); err == nil {
		t.Error("want an error without providers")
	}
	if _, err := receiver.Start("256.0.0.1:1", config(t)); err == nil {
		t.Error("want an error for an address that is none")
	}
}

func TestEachFlawShows(t *testing.T) {
	rows := map[string]struct {
		body    string
		header  string
		status  int
		effects int
	}{
		"any-token":            {`{"kind":"order.paid","key":"","order":{"number":7}}`, "X-Key: wrong", 200, 1},
		"token-header-only":    {`{"kind":"order.paid","key":"wrong","order":{"number":7}}`, "X-Key: s3cret", 200, 1},
		"token-body-only":      {paid, "X-Key: wrong", 200, 1},
		"counts-twice":         {paid, "X-Key: s3cret", 200, 2},
		"server-error":         {paid, "X-Key: s3cret", 500, 1},
		"crashes-on-malformed": {"{", "X-Key: s3cret", 500, 0},
	}
	for name, row := range rows { // the others need more than one request to show, and are the matrix's of package scenarios
		flaw, err := receiver.FlawNamed(name)
		if err != nil {
			t.Error(err)
			continue
		}
		c := config(t)
		c.Flaw = flaw.Apply
		s := start(t, c)
		status, _, _ := send(t, s.URL+"/shop", row.body, row.header)
		if row.effects > 0 {
			status, _, _ = send(t, s.URL+"/shop", row.body, row.header)
		}
		if n := len(s.Effects(receiver.Filter{})); status != row.status || n != row.effects {
			t.Errorf("%s: got %d and %d effects, want %d and %d", flaw.Name, status, n, row.status, row.effects)
		}
	}
	if _, err := receiver.FlawNamed("none"); err == nil || !strings.Contains(err.Error(), "any-token") {
		t.Errorf("got %v, want the names", err)
	}
	if f, err := receiver.FlawNamed("any-token"); err != nil || f.Summary == "" || len(f.Themes) == 0 {
		t.Errorf("got %+v, %v", f, err)
	}
}

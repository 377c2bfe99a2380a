package fault_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/harness/fault"
)

func TestOutageFailsThenPassesOn(t *testing.T) {
	var got []string
	target := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, fmt.Sprintf("%s %s %s %s %s", r.Method, r.URL.RequestURI(), r.Host, r.Header.Get("X-Key"), body))
		w.WriteHeader(http.StatusAccepted)
	}))
	defer target.Close()
	o, err := fault.StartOutage(fault.OutageConfig{Target: target.URL + "/hooks?a=1", Failures: 2})
	if err != nil {
		t.Fatal(err)
	}
	var statuses []int
	for range 3 {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.URL, strings.NewReader(`{"a":1}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("X-Key", "k")
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		statuses = append(statuses, response.StatusCode)
	}
	if fmt.Sprint(statuses) != "[503 503 202]" || o.Requests() != 3 {
		t.Errorf("answers %v of %d requests, want 503, 503, 202", statuses, o.Requests())
	}
	want := `POST /hooks?a=1 ` + strings.TrimPrefix(target.URL, "http://") + ` k {"a":1}`
	if len(got) != 1 || got[0] != want {
		t.Errorf("the target got %q, want once %q", got, want)
	}
	if err := o.Close(); err != nil {
		t.Error(err)
	}
}

func TestOutageRefusesBadConfiguration(t *testing.T) {
	for _, config := range []fault.OutageConfig{
		{Target: "::"}, {Target: "/path"}, {Target: "http://x", Failures: -1},
	} {
		if _, err := fault.StartOutage(config); err == nil {
			t.Errorf("%+v: want an error", config)
		}
	}
}

func ExampleStartOutage() {
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer receiver.Close()
	outage, err := fault.StartOutage(fault.OutageConfig{Target: receiver.URL, Failures: 1})
	if err != nil {
		panic(err)
	}
	defer func() { _ = outage.Close() }()
	for range 2 {
		response, err := http.Post(outage.URL, "application/json", strings.NewReader("{}"))
		if err != nil {
			panic(err)
		}
		_ = response.Body.Close()
		fmt.Println(response.Status)
	}
	// Output:
	// 503 Service Unavailable
	// 200 OK
}

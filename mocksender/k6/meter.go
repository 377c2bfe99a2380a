package k6

import (
	"context"
	"strconv"
	"time"

	"go.k6.io/k6/lib"
	"go.k6.io/k6/metrics"

	"github.com/hookrig/hookrig/mocksender/load"
)

// meter counts deliveries as k6's http counts requests: under the same names, with the same tags, and beside them the tag
// event. What one write and one read cannot tell apart, sending, waiting and receiving, is http_req_waiting as a whole.
type meter struct {
	state   *lib.State
	builtin *metrics.BuiltinMetrics
	event   string
	url     string
	tags    map[kind]metrics.TagsAndMeta
	counts  map[kind]int
	samples metrics.Samples
	last    time.Time
	written int
	read    int
}

// kind are deliveries that have the same tags.
type kind struct {
	status  int
	failure load.Failure
	taken   bool
}

func newMeter(state *lib.State, event, url string, count int) *meter {
	return &meter{state: state, builtin: state.BuiltinMetrics, event: event, url: url, tags: map[kind]metrics.TagsAndMeta{},
		counts: map[kind]int{}, samples: make(metrics.Samples, 0, samplesOfOne*count+samplesOfAll)}
}

// How many samples there are of each delivery, and of a call beside them.
const (
	samplesOfOne = 5
	samplesOfAll = 4
)

// add counts a delivery.
func (m *meter) add(d *load.Delivered) {
	k := kind{d.Status, d.Failure, taken(d)}
	t, ok := m.tags[k]
	if !ok {
		t = m.tagsOf(k)
		m.tags[k] = t
	}
	m.counts[k]++
	m.written, m.read, m.last = m.written+d.Written, m.read+d.Read, d.Sent.Add(d.Took)
	failed := 0.0
	if !k.taken {
		failed = 1
	}
	took := metrics.D(d.Took - d.Dialled)
	m.sample(m.builtin.HTTPReqDuration, &t, took)
	m.sample(m.builtin.HTTPReqWaiting, &t, took)
	m.sample(m.builtin.HTTPReqBlocked, &t, metrics.D(d.Dialled))
	m.sample(m.builtin.HTTPReqConnecting, &t, metrics.D(d.Dialled))
	m.sample(m.builtin.HTTPReqFailed, &t, failed)
}

func (m *meter) sample(metric *metrics.Metric, t *metrics.TagsAndMeta, value float64) {
	m.samples = append(m.samples, metrics.Sample{TimeSeries: metrics.TimeSeries{Metric: metric, Tags: t.Tags}, Time: m.last,
		Metadata: t.Metadata, Value: value})
}

// tagsOf makes the tags that k6's http would set.
func (m *meter) tagsOf(k kind) metrics.TagsAndMeta {
	t := m.state.Tags.GetCurrentValues()
	enabled := m.state.Options.SystemTags
	set := func(tag metrics.SystemTag, value string) { t.SetSystemTagOrMetaIfEnabled(enabled, tag, value) }
	set(metrics.TagURL, m.url)
	if _, named := t.Tags.Get(metrics.TagName.String()); !named {
		set(metrics.TagName, m.url)
	}
	set(metrics.TagMethod, "POST")
	set(metrics.TagStatus, strconv.Itoa(k.status))
	set(metrics.TagExpectedResponse, strconv.FormatBool(k.taken))
	if k.failure != "" {
		set(metrics.TagError, string(k.failure))
		set(metrics.TagErrorCode, strconv.Itoa(errorCode(k.failure)))
	} else {
		set(metrics.TagProto, "HTTP/1.1")
	}
	if k.status >= 400 {
		set(metrics.TagErrorCode, strconv.Itoa(1000+k.status))
	}
	t.SetTag("event", m.event)
	return t
}

// errorCode is k6's own code of a failure, https://grafana.com/docs/k6/latest/javascript-api/error-codes/.
func errorCode(f load.Failure) int {
	switch f {
	case load.Resolve:
		return 1101
	case load.Forbidden:
		return 1110
	case load.Refused:
		return 1212
	case load.ConnectTimeout:
		return 1211
	case load.Connect:
		return 1210
	case load.TLS:
		return 1300
	case load.Reset:
		return 1220
	case load.FirstByte, load.Timeout:
		return 1050
	}
	return 1000
}

// push hands everything to k6: what can be added up as one sample.
func (m *meter) push(ctx context.Context) {
	if len(m.counts) == 0 {
		return
	}
	for k, n := range m.counts {
		t := m.tags[k]
		m.sample(m.builtin.HTTPReqs, &t, float64(n))
	}
	own := m.state.Tags.GetCurrentValues()
	m.sample(m.builtin.DataSent, &own, float64(m.written))
	m.sample(m.builtin.DataReceived, &own, float64(m.read))
	metrics.PushIfNotDone(ctx, m.state.Samples, m.samples)
}

// sum is what a script gets.
func (m *meter) sum() map[string]any {
	statuses, failures := map[string]int{}, map[string]int{}
	sent, ok := 0, 0
	for k, n := range m.counts {
		sent += n
		if k.taken {
			ok += n
		}
		if k.failure != "" {
			failures[string(k.failure)] += n
		} else {
			statuses[strconv.Itoa(k.status)] += n
		}
	}
	return map[string]any{"sent": sent, "taken": ok, "statuses": statuses, "failures": failures}
}

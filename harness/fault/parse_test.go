package fault_test

import (
	"strings"
	"testing"

	"github.com/hookrig/hookrig/harness/fault"
)

func TestNewSaysEveryProblem(t *testing.T) {
	for text, want := range map[string]string{
		"lost-ak":                     `unknown fault "lost-ak" (did you mean "lost-ack"?)`,
		"":                            `unknown fault ""`,
		"reset,att=before":            `fault reset: unknown parameter "att" (did you mean "at"?): want at, attempts, share`,
		"reset,at":                    `fault reset: "at": want parameter=value`,
		"reset,at=end,share=2":        "fault reset: share=2: want a number from 0 to 1\nfault reset: at=end: want before, middle, after",
		"reset,at=before,at=after":    `fault reset: at: given twice`,
		"delay,by=soon":               `fault delay: by=soon: want a duration, such as 200ms or 2s`,
		"duplicate,times=1":           `fault duplicate: times=1: want a number from 2 to 1000`,
		"bandwidth,rate=fast":         `fault bandwidth: rate=fast: want bytes per second, such as 500, 64k or 2M`,
		"chunked,attempts=3-1":        `fault chunked: attempts=3-1: want 1, 1-3, 2- or all`,
		"outage,status=200":           `fault outage: status=200: want a number from 400 to 1000`,
		"new-connection,attempts=all": `fault new-connection: unknown parameter "attempts": it has none`,
	} {
		_, err := fault.New(0, text)
		if err == nil || err.Error() != want {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
	_, err := fault.New(0, "lost-ak", "chunked", "http-2")
	if err == nil || strings.Count(err.Error(), "\n") != 1 || !strings.Contains(err.Error(), "fault http-2: not together with others") {
		t.Errorf("want both problems, got %v", err)
	}
}

// Every fault is told apart, said in one line, and takes its own defaults.
func TestKinds(t *testing.T) {
	seen := map[string]bool{}
	for _, k := range fault.Kinds() {
		if seen[k.Name] || k.Summary == "" || len(k.Summary) > 80 {
			t.Errorf("%s: twice, or summary %q", k.Name, k.Summary)
		}
		seen[k.Name] = true
		text := k.Name
		for _, p := range k.Params {
			if p.Default == "" || p.Summary == "" {
				t.Errorf("%s: %+v", k.Name, p)
			}
			text += "," + p.Name + "=" + p.Default
		}
		line, err := fault.New(0, text)
		if err != nil || line.String() != text {
			t.Errorf("%s: %v, %v", text, line, err)
		}
	}
}

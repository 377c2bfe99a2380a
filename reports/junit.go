package reports

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hookrig/hookrig/harness"
)

// JUnit writes a run as the XML that CI systems read: a suite for each theme, a test case for each scenario, with the
// evidence of its findings. A failed scenario is a failure; one that is inconclusive or was skipped is skipped, and
// says why; a warning passes and is told in the output. JUnit knows no run that judged nothing or was stopped: such a
// run has a test case of its own that is an error, so that it is never green.
//
// The form is the one that the schema of Jenkins' xUnit plugin describes:
// https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
//
// The error is w's.
func JUnit(w io.Writer, run harness.Run) error {
	run = runWithoutSecrets(run)
	root := junitRoot{Name: strings.TrimSpace("hookrig " + sentence(run.Header.Command))}
	byScenario := map[string][]*harness.Finding{}
	for i := range run.Findings {
		byScenario[run.Findings[i].Scenario] = append(byScenario[run.Findings[i].Scenario], &run.Findings[i])
	}
	places := map[string]int{}
	for i := range run.Scenarios {
		s := &run.Scenarios[i]
		name := first(sentence(s.Theme), "scenarios")
		place, known := places[name]
		if !known {
			place = len(root.Suites)
			places[name] = place
			root.Suites = append(root.Suites, junitSuite{Name: name, Timestamp: junitTime(&run)})
		}
		root.Suites[place].add(junitCaseOf(s, byScenario[s.Text]), s.Duration)
	}
	if text := unjudged(&run); text != "" {
		suite := junitSuite{Name: "run", Timestamp: junitTime(&run)}
		suite.add(junitCase{Name: "the run came to a verdict", Class: "run", Error: &junitNote{Message: text, Type: "inconclusive"}}, 0)
		root.Suites = append(root.Suites, suite)
	}
	root.sum()
	return root.write(w)
}

// unjudged says why a run must not be green although no scenario failed.
func unjudged(run *harness.Run) string {
	if text := unchecked(run); text != "" {
		return text
	}
	if !run.Ended() {
		return "The run stopped before its end: what is missing was not judged."
	}
	return ""
}

type junitRoot struct {
	XMLName  xml.Name     `xml:"testsuites"`
	Name     string       `xml:"name,attr"`
	Tests    int          `xml:"tests,attr"`
	Failures int          `xml:"failures,attr"`
	Errors   int          `xml:"errors,attr"`
	Skipped  int          `xml:"skipped,attr"`
	Time     string       `xml:"time,attr"`
	Suites   []junitSuite `xml:"testsuite"`
}

type junitSuite struct {
	Name      string      `xml:"name,attr"`
	Tests     int         `xml:"tests,attr"`
	Failures  int         `xml:"failures,attr"`
	Errors    int         `xml:"errors,attr"`
	Skipped   int         `xml:"skipped,attr"`
	Time      string      `xml:"time,attr"`
	Timestamp string      `xml:"timestamp,attr,omitempty"`
	Cases     []junitCase `xml:"testcase"`
	took      time.Duration
}

type junitCase struct {
	Name    string     `xml:"name,attr"`
	Class   string     `xml:"classname,attr"`
	Time    string     `xml:"time,attr"`
	Error   *junitNote `xml:"error,omitempty"`
	Failure *junitNote `xml:"failure,omitempty"`
	Skipped *junitNote `xml:"skipped,omitempty"`
	Output  string     `xml:"system-out,omitempty"`
}

type junitNote struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

func (s *junitSuite) add(c junitCase, took time.Duration) {
	s.took += took
	c.Time = seconds(took)
	s.Tests++
	switch {
	case c.Error != nil:
		s.Errors++
	case c.Failure != nil:
		s.Failures++
	case c.Skipped != nil:
		s.Skipped++
	}
	s.Cases = append(s.Cases, c)
}

func (r *junitRoot) sum() {
	var took time.Duration
	for i := range r.Suites {
		s := &r.Suites[i]
		r.Tests += s.Tests
		r.Failures += s.Failures
		r.Errors += s.Errors
		r.Skipped += s.Skipped
		took += s.took
		s.Time = seconds(s.took)
	}
	r.Time = seconds(took)
}

func (r *junitRoot) write(w io.Writer) error {
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	encoder := xml.NewEncoder(w)
	encoder.Indent("", "  ")
	if err := encoder.Encode(r); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

func junitTime(run *harness.Run) string {
	if run.Header.Started.IsZero() {
		return ""
	}
	return run.Header.Started.UTC().Format("2006-01-02T15:04:05")
}

func junitCaseOf(s *harness.Scenario, findings []*harness.Finding) junitCase {
	c := junitCase{Name: sentence(s.Text), Class: strings.Trim(sentence(s.Theme)+"."+sentence(s.Event), ".")}
	note := &junitNote{Message: "no finding explains it", Type: "no-evidence"}
	var texts []string
	for i, f := range findings {
		if i == 0 || f.Verdict == s.Verdict && note.Type == "" {
			note = &junitNote{Message: brief(f.Summary), Type: sentence(f.Rule)}
		}
		texts = append(texts, explain(f))
	}
	note.Text = strings.Join(texts, "\n")
	switch s.Verdict {
	case harness.Pass:
	case harness.Warning:
		c.Output = note.Text
	case harness.Skipped, harness.Inconclusive:
		if len(findings) == 0 {
			note.Message = string(s.Verdict)
		}
		note.Type = ""
		c.Skipped = note
	default:
		c.Failure = note
	}
	return c
}

// explain is a finding as text: what was wanted, what came, and how to see it again.
func explain(f *harness.Finding) string {
	var b strings.Builder
	for _, part := range []struct{ name, text string }{
		{"verdict", string(f.Verdict)}, {"want", f.Want}, {"got", f.Got}, {"contract", place(f)}, {"why", f.Why}, {"source", f.Source},
		{"sent", f.Sent}, {"received", f.Received}, {"smallest", f.Smallest}, {"curl", f.Curl}, {"repeat", f.Repeat},
	} {
		lines := visibleLines(shorten(part.text, maxHTMLBlock))
		for i, line := range lines {
			if i > 0 {
				part.name = ""
			}
			fmt.Fprintf(&b, "%-9s %s\n", part.name, line)
		}
	}
	return b.String()
}

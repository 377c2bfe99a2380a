// Package reports writes a finished [harness.Run] for its readers: [Text] for a
// terminal, [HTML] for people to show each other, [Markdown] for a CI job page,
// [NDJSON] for machines and for later reports. [Recorder] writes the same NDJSON while the run goes on, [Read] reads
// it back.
//
// Every report is a pure function of the run: no clock, no network, no state.
// Whatever came from a receiver is escaped, and values that look like
// credentials are taken out although a record should hold none.
//
// [JUnit] is for CI systems and [JSON] for programs; [Merge] makes one run of the records of its parts.
//
// It judges nothing: verdicts come from [harness.Run.Verdict].
//
// Start with [Text].
package reports

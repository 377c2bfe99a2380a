package mocksender

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"syscall"
	"unicode"
)

// failure says what err means, by the phase in which it happened. partial is
// what was read of the reply, or nil.
func (w *wire) failure(err error, partial *Reply) *Failure {
	f := &Failure{Kind: w.kind(err), Text: err.Error(), Partial: partial}
	switch cause := context.Cause(w.req.Context()); {
	case errors.Is(cause, errFirstByte):
		f.Text = fmt.Sprintf("no first byte of a reply within %s", w.terms.FirstByte)
	case errors.Is(cause, errTimeout):
		f.Text = fmt.Sprintf("%s within %s", unfinished[f.Kind], w.terms.Timeout)
	}
	if partial != nil {
		f.Text += fmt.Sprintf(" (status %d and %d bytes of the body were read)", partial.Status, len(partial.Body))
	}
	f.Text = printable(f.Text)
	return f
}

// printable escapes what could move a terminal's cursor: causes quote receivers and their certificates.
func printable(text string) string {
	var b strings.Builder
	for _, r := range text {
		if unicode.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}

// unfinished says what was not reached when the policy's timeout was over.
var unfinished = map[FailureKind]string{
	FailureResolve: "no address", FailureConnect: "not connected", FailureRefused: "not connected",
	FailureTLS: "no TLS session", FailureTimeout: "no complete reply",
}

func (w *wire) kind(err error) FailureKind {
	cause := context.Cause(w.req.Context())
	var forbidden *ForbiddenError
	switch {
	case errors.As(err, &forbidden):
		return FailureForbidden
	case cause != nil && !errors.Is(cause, errTimeout):
		return FailureCancelled
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.conn == nil && w.tls:
		return FailureTLS
	case w.conn == nil:
		return connectKind(err)
	case cause != nil:
		return FailureTimeout
	}
	return brokenKind(err)
}

func connectKind(err error) FailureKind {
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		return FailureResolve
	case errors.Is(err, syscall.ECONNREFUSED):
		return FailureRefused
	}
	return FailureConnect
}

// brokenKind tells a connection that broke from an answer that is not HTTP.
// net/http has no types for most of these, so what is left over is protocol.
func brokenKind(err error) FailureKind {
	var network *net.OpError
	switch {
	case errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, io.ErrClosedPipe), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		strings.Contains(err.Error(), "server closed idle connection"):
		return FailureReset
	}
	return FailureProtocol
}

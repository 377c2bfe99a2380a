package load

import (
	"encoding/binary"
	"encoding/hex"
)

// traceparent appends the header of W3C Trace Context, https://www.w3.org/TR/trace-context/: the trace is the event of this run,
// by its seed, and the span its attempt.
func (s *shot) traceparent(dst []byte) []byte {
	trace := mix(s.seed ^ mix(s.number))
	dst = append(dst, "traceparent: 00-"...)
	dst = appendHex(appendHex(dst, trace), mix(trace)|1)              // all zero is no id
	dst = appendHex(append(dst, '-'), mix(trace+uint64(s.attempt))|1) //nolint:gosec // attempts are few
	return append(dst, "-01\r\n"...)
}

// appendHex appends 16 digits.
func appendHex(dst []byte, n uint64) []byte {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], n)
	return hex.AppendEncode(dst, b[:])
}

// mix is the finalizer of splitmix64, https://prng.di.unimi.it/splitmix64.c: it makes a random word of a number.
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

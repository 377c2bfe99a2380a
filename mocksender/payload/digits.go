package payload

import (
	"math/bits"
	"slices"
)

// room lengthens dst by n bytes, which the caller writes: byte by byte costs less than to append each.
func room(dst []byte, n int) []byte { return slices.Grow(dst, n)[:len(dst)+n] }

// twoDigits are the numbers below 100.
const twoDigits = "00010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899"

// putTwo writes a number below 100.
func putTwo(dst []byte, n int) {
	two := twoDigits[2*n : 2*n+2]
	_ = dst[1]
	dst[0], dst[1] = two[0], two[1]
}

// token is a string of random characters.
type token struct {
	alphabet string
	length   int
	key      uint64
	scope    scope
}

func (t token) append(dst []byte, s *Subject) []byte {
	word, n := s.word(t.scope, t.key), uint64(len(t.alphabet))
	dst = room(dst, t.length+2)
	text := dst[len(dst)-t.length-2:]
	text[0], text[t.length+1] = '"', '"'
	text = text[1 : t.length+1]
	rest := word
	for i := range text {
		if i%8 == 7 { // a fresh word before the bits of this one run out
			word = mix(word + 0x9e3779b97f4a7c15)
			rest ^= word
		}
		at, next := bits.Mul64(rest, n)
		text[i], rest = t.alphabet[at], next
	}
	return dst
}

// uuid is a random UUID in the shape of version 4 (RFC 9562).
type uuid struct {
	key   uint64
	scope scope
}

func (u uuid) append(dst []byte, s *Subject) []byte {
	hi := s.word(u.scope, u.key)
	dst = append(dst, '"')
	dst = appendUUID(dst, hi, mix(hi+0x9e3779b97f4a7c15))
	return append(dst, '"')
}

func appendUUID(dst []byte, hi, lo uint64) []byte {
	hi = hi&^0xf000 | 0x4000
	lo = lo&^(3<<62) | 2<<62
	dst = room(dst, 36)
	text := (*[36]byte)(dst[len(dst)-36:])
	text[8], text[13], text[18], text[23] = '-', '-', '-', '-'
	putHex(text[0:8], hi>>32)
	putHex(text[9:13], hi>>16)
	putHex(text[14:18], hi)
	putHex(text[19:23], lo>>48)
	putHex(text[24:28], lo>>32)
	putHex(text[28:36], lo)
	return dst
}

// putHex writes the last digits of a number.
func putHex(dst []byte, n uint64) {
	for i := len(dst) - 1; i >= 0; i-- {
		dst[i] = hexDigits[n&15]
		n >>= 4
	}
}

// digits is a string of decimal digits behind a prefix, with a Luhn check digit
// (ISO/IEC 7812-1) where one is asked for.
type digits struct {
	prefix template
	length int // digits, those of the prefix included
	luhn   bool
	key    uint64
	scope  scope
}

func (d digits) append(dst []byte, s *Subject) []byte {
	dst = append(dst, '"')
	start := len(dst)
	dst = d.prefix.appendText(dst, s)
	if start < len(dst) && dst[start] == '+' {
		start++
	}
	end := start + d.length
	if d.luhn {
		end--
	}
	if missing := end - len(dst); missing > 0 {
		dst = room(dst, missing)
		d.fill(dst[end-missing:], s)
	}
	if d.luhn {
		dst = append(dst, luhnDigit(dst[start:]))
	}
	return append(dst, '"')
}

// fill writes random digits, 14 of the first word and 15 of each that follows.
func (d digits) fill(text []byte, s *Subject) {
	word := s.word(d.scope, d.key)
	for n := min(14, len(text)); ; n = min(15, len(text)) {
		var digit uint64
		at := 0
		for ; at+2 <= n; at += 2 {
			digit, word = bits.Mul64(word, 100)
			putTwo(text[at:], int(digit)) //nolint:gosec // below 100
		}
		if at < n {
			digit, word = bits.Mul64(word, 10)
			text[at] = byte('0' + digit) //nolint:gosec // below 10
		}
		if text = text[n:]; len(text) == 0 {
			return
		}
		word = mix(word)
	}
}

// twice is what a doubled digit adds to a sum of Luhn's.
const twice = "\x00\x02\x04\x06\x08\x01\x03\x05\x07\x09"

func luhnDigit(digits []byte) byte {
	sum := 0
	for i := len(digits) - 1; i >= 0; i -= 2 {
		sum += int(twice[digits[i]-'0'])
	}
	for i := len(digits) - 2; i >= 0; i -= 2 {
		sum += int(digits[i] - '0')
	}
	return byte('0' + (10-sum%10)%10)
}

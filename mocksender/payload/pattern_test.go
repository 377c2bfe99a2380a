package payload_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hookrig/hookrig/mocksender/payload"
)

// TestPatternsBeyondRE2 makes text for patterns that RE2 does not take, which the contract's ECMA-262 engine accepts.
func TestPatternsBeyondRE2(t *testing.T) {
	for pattern, more := range map[string]string{
		`^[a-z]{1000,2000}$`:            "",
		`^.{1,1500}$`:                   ", minLength: 1200",
		`^.{0,65535}$`:                  "",
		`^[^\s]{1200}$`:                 "",
		`^x{3,1001}?y$`:                 "",
		`^(?:ab){2,1500}$`:              "",
		`^a{1500,}$`:                    "",
		`^((a{0,100}){0,100}){0,100}$`:  "",
		`^\x41{2}[{]{1,1100}$`:          "",
		`^(?<year>\d{4})-\k<year>$`:     "",
		`^(\d{3})([a-f])-\2\1$`:         "",
		`(?<=a)b$`:                      "",
		`foo(?=bar)`:                    "",
		`^(?=.*[A-Z])[A-Za-z]{2,1500}$`: "",
	} {
		schema := fmt.Sprintf("{type: string, pattern: '%s'%s}", pattern, more)
		c := parse(t, "openapi: 3.1.0\nwebhooks: {w: {post: {requestBody: {content: {application/json: {schema: "+schema+"}}}}}}\n")
		g := newGenerator(t, c, payload.Options{Seed: 7})
		for n := range uint64(5) {
			fits(t, pattern, c, g, n)
		}
	}
}

// TestTextThatCannotBe: the error says in words what no text was found for.
func TestTextThatCannotBe(t *testing.T) {
	for schema, want := range map[string]string{
		"{type: string, format: char, minLength: 10, maxLength: 60}":     "no text found that is of format char and is 10 to 60 characters long",
		"{type: string, pattern: '/^abc$/'}":                             `no text found that matches "/^abc$/"`,
		"{type: string, pattern: '^x', format: uuid, minLength: 2}":      `no text found that matches "^x" and is of format uuid and is at least 2 characters long`,
		"{type: string, pattern: '^ab?c{5}$', not: {pattern: '^a.*c$'}}": `no text found that matches "^ab?c{5}$" and does not match "^a.*c$"`,
	} {
		err := compileError(t, "openapi: 3.1.0\nwebhooks: {w: {post: {requestBody: {content: {application/json: {schema: "+schema+"}}}}}}\n")
		if !strings.Contains(err, want) || strings.Contains(err, "[") && !strings.Contains(want, "[") {
			t.Errorf("%s: %s", schema, err)
		}
	}
}

// TestEmailWithAPattern: an address has a part before the @, whatever its pattern lets out.
func TestEmailWithAPattern(t *testing.T) {
	c := parse(t, "openapi: 3.1.0\nwebhooks: {w: {post: {requestBody: {content: {application/json: {schema: {type: string, format: email, pattern: '@corp\\.example$'}}}}}}}\n")
	g := newGenerator(t, c, payload.Options{Seed: 7})
	for n := range uint64(20) {
		m, err := g.Message("w", n)
		if local, _, _ := strings.Cut(string(m.Body), "@"); err != nil || len(local) < 2 {
			t.Fatalf("%s, %v", m.Body, err)
		}
	}
}

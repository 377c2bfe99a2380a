package main

import (
	"strings"

	"github.com/hookrig/hookrig/harness"
	"github.com/hookrig/hookrig/mocksender"
)

// shellLine joins words to a line that can be pasted into a shell. Where the secret
// occurs, the line says "$HOOKRIG_SECRET".
func shellLine(words []string, secret mocksender.Secret) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = shellWord(w, secret.Reveal())
	}
	return strings.Join(quoted, " ")
}

func shellWord(w, secret string) string {
	if secret == "" || !strings.Contains(w, secret) {
		return quoteWord(w)
	}
	var b strings.Builder
	for i, piece := range strings.Split(w, secret) {
		if i > 0 {
			b.WriteString(`"$` + harness.SecretVariable + `"`)
		}
		if piece != "" {
			b.WriteString(quoteWord(piece))
		}
	}
	return b.String()
}

func quoteWord(w string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=@%+,", r)
	}
	if w != "" && strings.IndexFunc(w, func(r rune) bool { return !plain(r) }) < 0 {
		return w
	}
	return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'"
}

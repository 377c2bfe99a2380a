package payload

import (
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// content makes text that holds a document of a media type in an encoding.
func (g *solver) content(gl *goal, p textPlan) (any, error) {
	for try := range 32 {
		v := encodeContent(p.encoding, g.mediaText(p.media, max(0, p.low/2+try*p.low/16)))
		if fits(v, p.low, p.high) {
			return v, nil
		}
	}
	switch p.encoding {
	case "base64", "base64url":
		return g.woven(gl, p, formatPatterns["byte"])
	case "base16":
		return g.woven(gl, p, []string{"^([0-9a-f]{2})*$"})
	case "base32":
		return g.woven(gl, p, []string{"^([A-Z2-7]{8})*$"})
	}
	if p.media == "" || p.high < 0 {
		return g.words(p.low, p.high), nil
	}
	return nil, unsolved(gl.place(), "no %s found that is %d to %d characters long", first(p.media, p.encoding), p.low, p.high)
}

// mediaText is a small document of a media type, with at least about size bytes.
func (g *solver) mediaText(media string, size int) string {
	words := g.words(size, -1)
	media, _, _ = strings.Cut(strings.ToLower(media), ";")
	switch {
	case contract.IsJSON(media):
		return fmt.Sprintf(`{%q:%q}`, slug(g.f.Noun()), words)
	case media == "text/html":
		return "<p>" + words + "</p>"
	case strings.HasSuffix(media, "xml"):
		return "<note>" + words + "</note>"
	}
	return words
}

func encodeContent(encoding, text string) string {
	switch strings.ToLower(encoding) {
	case "base64":
		return base64.StdEncoding.EncodeToString([]byte(text))
	case "base64url":
		return base64.URLEncoding.EncodeToString([]byte(text))
	case "base32":
		return base32.StdEncoding.EncodeToString([]byte(text))
	case "base16":
		return hex.EncodeToString([]byte(text))
	}
	return text // 7bit, 8bit, binary and quoted-printable leave these words as they are
}

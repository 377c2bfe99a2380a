package payload

import (
	"cmp"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"mime/quotedprintable"
	"strings"

	"github.com/hookrig/hookrig/mocksender/contract"
)

// content makes text that holds a document of a media type in an encoding.
func (g *solver) content(gl *goal, p textPlan, name string) (any, error) {
	schemed := len(p.content) > 0 && contract.IsJSON(p.media)
	for try := range 32 {
		text := ""
		if schemed {
			var err error
			if text, err = g.document(p.content, name); err != nil {
				return nil, err
			}
		} else {
			text = g.mediaText(p.media, max(0, p.low/2+try*p.low/16))
		}
		if v := encodeContent(p.encoding, text); fits(v, p.low, p.high) {
			return v, nil
		}
	}
	if schemed {
		return nil, unsolved(gl.place(), "no document of its contentSchema found that is %s long", lengthText(p.low, p.high))
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

// document is JSON that satisfies all of the schemas.
func (g *solver) document(schemas []*contract.Schema, name string) (string, error) {
	var last error
	for range 8 {
		v, err := g.value(schemas, name)
		if err != nil {
			return "", err
		}
		last = nil
		for _, s := range schemas {
			last = cmp.Or(last, g.confirm(s, v))
		}
		if last == nil {
			data, err := encoding{}.appendValue(nil, v)
			return string(data), err
		}
	}
	return "", last
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
	case "quoted-printable":
		var b strings.Builder
		w := quotedprintable.NewWriter(&b)
		_, _ = io.WriteString(w, text) // a builder takes everything
		_ = w.Close()
		return b.String()
	}
	return text // 7bit, 8bit and binary leave it as it is
}

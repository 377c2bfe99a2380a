package probe

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/hookrig/hookrig/mocksender"
)

// template is a URL with placeholders: constants and places take turns, beginning
// and ending with a constant.
type template struct {
	constants []string
	places    []string
}

func parseTemplate(text string) (template, error) {
	var t template
	rest := text
	for {
		before, after, found := strings.Cut(rest, "{")
		if strings.Contains(before, "}") {
			return t, fmt.Errorf("url: %q has a } without a {", text)
		}
		t.constants = append(t.constants, before)
		if !found {
			break
		}
		place, behind, closed := strings.Cut(after, "}")
		if !closed {
			return t, fmt.Errorf("url: %q has a { without a }", text)
		}
		if err := checkPlace(place); err != nil {
			return t, fmt.Errorf("url: %w", err)
		}
		t.places = append(t.places, place)
		rest = behind
	}
	return t, t.checkURL()
}

func checkPlace(place string) error {
	switch {
	case place == "":
		return errors.New("{} names nothing")
	case strings.HasPrefix(place, "@") && place != "@sha256" && place != "@id" && place != "@type":
		return fmt.Errorf("unknown placeholder {%s} (there are {@sha256}, {@id}, {@type} and paths into the payload)", place)
	}
	return nil
}

// checkURL fills the places with a harmless text and looks at the result.
func (t template) checkURL() error {
	u, err := url.Parse(strings.Join(t.constants, "x"))
	switch {
	case err != nil:
		return fmt.Errorf("url: %w", err)
	case u.Scheme != "http" && u.Scheme != "https":
		return fmt.Errorf("url: scheme %q is neither http nor https", u.Scheme)
	case u.Host == "":
		return errors.New("url: has no host")
	}
	return nil
}

// fill makes the URL for a message. Values are escaped for the part of the URL that they are in.
func (t template) fill(m *mocksender.Message) (string, error) {
	var b strings.Builder
	escape := url.PathEscape
	for i, constant := range t.constants {
		b.WriteString(constant)
		if strings.Contains(constant, "?") {
			escape = url.QueryEscape
		}
		if i == len(t.places) {
			break
		}
		value, err := valueAt(m, t.places[i])
		if err != nil {
			return "", err
		}
		b.WriteString(escape(value))
	}
	return b.String(), nil
}

func valueAt(m *mocksender.Message, place string) (string, error) {
	switch place {
	case "@sha256":
		digest := sha256.Sum256(m.Body)
		return hex.EncodeToString(digest[:]), nil
	case "@id":
		return m.Event.ID, nil
	case "@type":
		return m.Event.Type, nil
	}
	value := gjson.GetBytes(m.Body, place)
	if !value.Exists() || value.IsObject() || value.IsArray() || value.Type == gjson.Null {
		return "", fmt.Errorf("{%s} is no text or number in the payload of %s", place, m.Event.Type)
	}
	return value.String(), nil
}

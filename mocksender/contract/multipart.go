package contract

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"strings"
)

// checkMultipart judges a body of parts, each of which is a member of the payload.
func (c *Contract) checkMultipart(m media, contentType string, body []byte) []Violation {
	root, err := readParts(body, boundaryOf(contentType, body))
	if err != nil {
		return []Violation{{Rule: "multipart", Message: "the body is not a multipart form: " + err.Error(), Pointer: m.at.pointer, Pos: m.at.value.Pos}}
	}
	return c.judgeForm(m, root)
}

// boundaryOf returns the boundary that the Content-Type names; without one, the one that the body begins with.
func boundaryOf(contentType string, body []byte) string {
	_, params, err := mime.ParseMediaType(contentType)
	if err == nil && params["boundary"] != "" {
		return params["boundary"]
	}
	first, _, _ := bytes.Cut(body, []byte("\n"))
	return strings.TrimPrefix(strings.TrimSpace(string(first)), "--")
}

func readParts(body []byte, boundary string) (*formNode, error) {
	if boundary == "" {
		return nil, errors.New("no boundary is named")
	}
	if !bytes.Contains(body, []byte("--"+boundary)) {
		return nil, errors.New("its boundary does not occur in it")
	}
	root := &formNode{}
	reader := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := reader.NextRawPart()
		if errors.Is(err, io.EOF) {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return nil, err
		}
		n := root.member(part.FormName())
		n.values = append(n.values, partReadings(part, content))
	}
}

// partReadings lists what a part can mean: JSON where it says so, a file as its text, and else what text can mean.
func partReadings(part *multipart.Part, content []byte) []any {
	switch v, violation := decode(content); {
	case IsJSON(part.Header.Get("Content-Type")) && violation == nil:
		return []any{v}
	case part.FileName() != "":
		return []any{string(content)}
	}
	return textReadings(string(content))
}

package contract

import "net/http"

type exchange struct{}

func (c *Contract) newExchange(e *event, withBodies bool) (*exchange, error) { return &exchange{}, nil }

func (c *Contract) checkExchange(e *event, header http.Header, body []byte) []Violation { return nil }

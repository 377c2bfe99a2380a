//go:build !linux

package load

import "errors"

// poller is Linux's: elsewhere each connection has a goroutine.
type poller struct{}

func newPoller() (*poller, error) { return nil, errors.ErrUnsupported }

func (p *poller) add(*rawLink, func()) {}

func (p *poller) run() {}

func (p *poller) close() {}

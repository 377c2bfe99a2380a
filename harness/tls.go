package harness

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
)

// errPlain says that a target is not spoken to by TLS.
var errPlain = errors.New("the target's answer came without TLS")

// Session asks the target with a GET, without credentials, as [Rig.WaitReady] does, and returns the TLS session that the
// answer came by; NegotiatedProtocol is "h2" when the receiver offers HTTP/2. Whatever it answers is no error.
func (r *Rig) Session(ctx context.Context) (tls.ConnectionState, error) {
	transport := Transport(r.config.Guard, r.config.TLS, r.config.Proxy)
	transport.Protocols = new(http.Protocols)
	transport.Protocols.SetHTTP1(true)
	transport.Protocols.SetHTTP2(true)
	defer transport.CloseIdleConnections()
	ctx, cancel := context.WithTimeout(ctx, r.policy.Timeout.Value)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, r.config.Target, http.NoBody)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	_ = response.Body.Close() // its body says nothing
	if response.TLS == nil {
		return tls.ConnectionState{}, errPlain
	}
	return *response.TLS, nil
}

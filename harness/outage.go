package harness

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"

	"github.com/hookrig/hookrig/harness/fault"
	"github.com/hookrig/hookrig/mocksender"
)

// Outage puts a fault in front of the target that answers the first failures
// requests with 503 and passes the rest on. Send to its URL with [Shipping], and
// close it.
func (r *Rig) Outage(failures int) (*fault.Outage, error) {
	return fault.StartOutage(fault.OutageConfig{
		Target: r.config.Target, Failures: int64(failures),
		Transport: Transport(r.config.Guard, r.config.TLS, r.config.Proxy),
	})
}

// Transport returns a transport for exchanges that are not deliveries, such as a
// probe's: it connects only where the guard permits, takes no proxy from the
// environment, and keeps no connection.
func Transport(guard mocksender.Guard, config *tls.Config, proxy *url.URL) *http.Transport {
	t := &http.Transport{DisableKeepAlives: true, DisableCompression: true}
	if config != nil {
		t.TLSClientConfig = config.Clone()
	}
	if proxy != nil {
		t.Proxy = func(r *http.Request) (*url.URL, error) { return proxy, guard.CheckBehindProxy(r.URL.Hostname()) }
	}
	t.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(address)
		if err != nil {
			return nil, err
		}
		d := net.Dialer{Control: func(_, address string, _ syscall.RawConn) error {
			a, err := netip.ParseAddrPort(address)
			if err != nil {
				return err
			}
			return guard.Permit(host, a.Addr())
		}}
		return d.DialContext(ctx, network, address)
	}
	return t
}

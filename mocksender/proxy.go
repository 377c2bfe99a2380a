package mocksender

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
)

// CheckProxy says why requests cannot go through a proxy at u; nil is none, and no problem.
func CheckProxy(u *url.URL) error {
	if u != nil && (u.Host == "" || !slices.Contains([]string{"http", "https", "socks5", "socks5h"}, u.Scheme)) {
		return fmt.Errorf("proxy %q: want http, https or socks5 and a host", u.Redacted())
	}
	return nil
}

// CheckBehindProxy refuses a host name that only the proxy will resolve, unless it is allowed: nobody here can say where it leads.
// The error is a [*ForbiddenError].
func (g Guard) CheckBehindProxy(host string) error {
	if _, err := netip.ParseAddr(host); err == nil || host == "localhost" || g.allows(host) {
		return nil
	}
	return &ForbiddenError{Host: host, Reason: "is resolved by the proxy and cannot be checked", Remedy: "allow the host by name to send there"}
}

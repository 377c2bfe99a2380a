package mocksender

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// Guard keeps a test rig from becoming a weapon. Loopback and private addresses
// may be targets; every other host must be allowed by name; addresses of cloud
// metadata services, link-local and multicast ones are always refused. The zero
// Guard allows loopback and private addresses. A Guard is safe for concurrent use.
type Guard struct {
	// Allow lists host names or addresses, without port, that may be targets although they are public.
	Allow []string
	// Resolver looks up host names, here and when the sender connects. Nil: the system's.
	Resolver *net.Resolver
}

// ForbiddenError says that a target must not be sent to.
type ForbiddenError struct {
	// Host is the host as the target names it, Address what it resolved to, or the zero Addr.
	Host    string
	Address netip.Addr
	// Reason says why, and Remedy what to do about it, or is empty.
	Reason, Remedy string
}

func (e *ForbiddenError) Error() string {
	text := e.Host
	if e.Address.IsValid() && e.Address.String() != e.Host {
		text += " (" + e.Address.String() + ")"
	}
	text += ": " + e.Reason
	if e.Remedy != "" {
		text += "; " + e.Remedy
	}
	return text
}

// metadata lists the addresses at which clouds hand out credentials and that no
// other rule refuses: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html,
// https://www.alibabacloud.com/help/en/ecs/user-guide/view-instance-metadata,
// https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16,
// https://docs.oracle.com/en-us/iaas/Content/Compute/Tasks/gettingmetadata.htm.
// The usual 169.254.169.254 is link-local.
func metadata(a netip.Addr) bool {
	switch a.String() {
	case "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "100.100.100.200", "168.63.129.16", "192.0.0.192":
		return true
	}
	return false
}

// Permit says whether a connection to address, on behalf of host, is allowed. The error is a [*ForbiddenError].
func (g Guard) Permit(host string, address netip.Addr) error {
	plain := embedded(address)
	refuse := func(reason, remedy string) error {
		return &ForbiddenError{Host: host, Address: address.WithZone(""), Reason: reason, Remedy: remedy}
	}
	switch {
	case metadata(plain):
		return refuse("is a cloud metadata address, which is never a target", "")
	case plain.IsLinkLocalUnicast():
		return refuse("is a link-local address (cloud metadata lives there), which is never a target", "")
	case plain.IsMulticast(), plain == netip.AddrFrom4([4]byte{255, 255, 255, 255}):
		return refuse("is a multicast address, which is never a target", "")
	case plain.IsLoopback(), plain.IsPrivate(), plain.IsUnspecified(), g.allows(host):
		return nil
	}
	return refuse("is neither loopback nor private", "allow the host by name to send there")
}

// embedded returns the IPv4 address that an IPv6 one stands for (mapped,
// NAT64 by RFC 6052, 6to4 by RFC 3056), or the address itself.
func embedded(a netip.Addr) netip.Addr {
	a = a.WithZone("").Unmap()
	if !a.Is6() {
		return a
	}
	b := a.As16()
	switch {
	case netip.MustParsePrefix("64:ff9b::/96").Contains(a):
		return netip.AddrFrom4([4]byte(b[12:16]))
	case netip.MustParsePrefix("2002::/16").Contains(a):
		return netip.AddrFrom4([4]byte(b[2:6]))
	}
	return a
}

// IsLoopback tells whether a host, given without its port, is this machine by its name or address.
func IsLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.Unmap().IsLoopback()
}

func (g Guard) allows(host string) bool {
	for _, name := range g.Allow {
		if strings.EqualFold(strings.Trim(name, "[]."), strings.Trim(host, "[].")) {
			return true
		}
	}
	return false
}

// Check says what can be said about a target without asking the network: the
// URL's form, and the address when the host is one. The error of a refused
// host is a [*ForbiddenError].
func (g Guard) Check(target string) error {
	u, err := parseTarget(target)
	if err != nil {
		return err
	}
	if address, err := netip.ParseAddr(u.Hostname()); err == nil {
		return g.Permit(u.Hostname(), address)
	}
	return nil
}

// Resolve is [Guard.Check], and asks for the host's addresses too: all of them
// must be permitted. A host that does not resolve is no error here: it may be up
// later. The sender checks once more at the moment it connects, since names change.
func (g Guard) Resolve(ctx context.Context, target string) error {
	if err := g.Check(target); err != nil {
		return err
	}
	u, _ := url.Parse(target)
	addresses, err := cmp.Or(g.Resolver, net.DefaultResolver).LookupNetIP(ctx, "ip", u.Hostname())
	if err != nil {
		return nil
	}
	for _, address := range addresses {
		if err := g.Permit(u.Hostname(), address); err != nil {
			return err
		}
	}
	return nil
}

// check reports entries of Allow that can never match.
func (g Guard) check() error {
	var problems []error
	for _, name := range g.Allow {
		if name == "" || strings.ContainsAny(name, "/ *@") {
			problems = append(problems, fmt.Errorf("allowed host %q: want a plain host name or address, without scheme, path or wildcard", name))
		} else if host, port, err := net.SplitHostPort(name); err == nil {
			problems = append(problems, fmt.Errorf("allowed host %q: leave out the port %s (write %q)", name, port, host))
		}
	}
	return errors.Join(problems...)
}

// parseTarget reads the URL of an endpoint.
func parseTarget(target string) (*url.URL, error) {
	u, err := url.Parse(target)
	switch {
	case err != nil && !strings.Contains(target, "://"): // which may be half of a password: it is not shown
		return nil, errors.New("endpoint URL: want http:// or https:// at its beginning")
	case err != nil:
		return nil, fmt.Errorf("endpoint URL: %w", err)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("endpoint URL %q: want http:// or https:// at its beginning", u.Redacted())
	case u.Hostname() == "":
		return nil, fmt.Errorf("endpoint URL %q: no host", u.Redacted())
	}
	return u, nil
}

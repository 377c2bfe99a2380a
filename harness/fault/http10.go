package fault

import "strings"

// http10 is the version that old proxies speak to their backends.
func http10() Kind {
	return Kind{
		Name: "http-1.0", Summary: "the request is HTTP/1.0, as from an old proxy",
		build: func(*values) behaviour {
			return behaviour{apply: func(x *exchange) { x.head[0] = strings.TrimSuffix(x.head[0], "1.1") + "1.0" }}
		},
	}
}

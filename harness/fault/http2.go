package fault

// http2 is the version that many senders use where the receiver offers it.
func http2() Kind {
	return Kind{
		Name: "http-2", Summary: "the request is HTTP/2, by prior knowledge where there is no TLS",
		build: func(*values) behaviour { return behaviour{http2: true} },
	}
}

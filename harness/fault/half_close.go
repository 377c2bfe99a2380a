package fault

// halfClose ends the sender's side of the connection behind the request (FIN), as some
// clients do, and waits for the reply.
func halfClose() Kind {
	return Kind{
		Name: "half-close", Summary: "the sender closes its side behind the request and waits for the reply",
		build: func(*values) behaviour {
			return behaviour{apply: func(x *exchange) { x.after = closed }}
		},
	}
}

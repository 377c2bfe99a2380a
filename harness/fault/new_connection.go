package fault

// newConnection uses no connection twice.
func newConnection() Kind {
	return Kind{
		Name: "new-connection", Summary: "each request has a connection of its own",
		build: func(*values) behaviour { return behaviour{fresh: true} },
	}
}

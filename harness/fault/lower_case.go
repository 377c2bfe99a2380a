package fault

import "strings"

// lowerCase spells header names as HTTP/2 and its gateways do.
func lowerCase() Kind {
	return Kind{
		Name: "lower-case", Summary: "header names are in lower case, as behind an HTTP/2 gateway",
		build: func(*values) behaviour {
			return behaviour{apply: func(x *exchange) {
				for i, line := range x.head[1:] {
					name, value, _ := strings.Cut(line, ":")
					x.head[i+1] = strings.ToLower(name) + ":" + value
				}
			}}
		},
	}
}

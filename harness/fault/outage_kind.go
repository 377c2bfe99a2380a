package fault

import (
	"fmt"
	"net/http"
)

// outage answers in the receiver's place, as a gateway does whose backend is away.
// For an outage that counts requests over all deliveries, see [StartOutage].
func outage() Kind {
	return Kind{
		Name: "outage", Summary: "a gateway answers, and the receiver gets nothing",
		Params: []Param{{"status", "503", "what it answers: 400 to 599"}},
		build: func(v *values) behaviour {
			status := v.count("status", http.StatusBadRequest)
			if status > 599 {
				v.fail("status=%d: want 400 to 599", status)
			}
			reply := fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n", status, http.StatusText(status))
			return behaviour{apply: func(x *exchange) { x.instead = reply }}
		},
	}
}

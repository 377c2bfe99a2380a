package fault

// chunked sends the body in chunks and says no length before it,
// https://www.rfc-editor.org/rfc/rfc9112#section-7.1.
func chunked() Kind {
	return Kind{
		Name: "chunked", Summary: "the body comes in chunks, without Content-Length",
		Params: []Param{{"size", "1000", "bytes of a chunk"}},
		build: func(v *values) behaviour {
			size := v.count("size", 1)
			return behaviour{apply: func(x *exchange) {
				x.chunk = size
				x.set("Content-Length", "Transfer-Encoding: chunked")
			}}
		},
	}
}

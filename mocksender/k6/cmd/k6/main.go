// K6 is k6 with the extension k6/x/hookrig.
package main

import (
	"go.k6.io/k6/cmd"

	_ "github.com/hookrig/hookrig/mocksender/k6" // registers itself
)

func main() { cmd.Execute() }

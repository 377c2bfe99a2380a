//go:build !unix

package main

import "os/exec"

// ownGroup does nothing: Ctrl-C reaches all processes of the console.
func ownGroup(*exec.Cmd) {}

func interruptGroup(*exec.Cmd) error { return nil }

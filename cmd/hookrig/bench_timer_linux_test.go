package main

import (
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// timerAlone measures how late a thread is on the sender's core that does nothing but sleep until the moments of the
// constant rate: no sender on this machine can be better than about that.
func timerAlone(lasting time.Duration) (p50, p99 time.Duration) {
	done := make(chan []time.Duration)
	go func() {
		runtime.LockOSThread() // and never unlock: the thread ends with its affinity
		var first unix.CPUSet
		first.Set(0)
		if unix.SchedSetaffinity(0, &first) != nil {
			close(done)
			return
		}
		var late []time.Duration
		for start, due := time.Now(), time.Duration(0); due < lasting; due += time.Second / steadyRate {
			if wait := due - time.Since(start); wait > 0 {
				rest := unix.NsecToTimespec(int64(wait))
				_ = unix.Nanosleep(&rest, nil) // a signal wakes it early, which is less late
			}
			late = append(late, time.Since(start)-due)
		}
		done <- late
	}()
	late := <-done
	if len(late) == 0 {
		return 0, 0
	}
	slices.Sort(late)
	return late[len(late)/2], late[len(late)*99/100]
}

package load

import (
	"encoding/binary"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// fdSleeper waits on a timer of the kernel through the runtime's poller, 0.03 ms late at the median where
// Go's own timers are 0.5 ms and more.
type fdSleeper struct {
	start time.Time
	base  int64 // the start on the kernel's monotonic clock, in ns
	file  *os.File
	fd    int
	lead  time.Duration // how much earlier the timer is set than is asked for, since it is always late
	// woken keeps a wake from being lost that comes before the timer is armed.
	woken atomic.Bool
}

// newSleeper returns the best sleeper for this system.
func newSleeper(start time.Time) sleeper {
	var now unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC, &now) != nil {
		return newTimerSleeper(start)
	}
	since := time.Since(start)
	fd, err := unix.TimerfdCreate(unix.CLOCK_MONOTONIC, unix.TFD_NONBLOCK|unix.TFD_CLOEXEC)
	if err != nil {
		return newTimerSleeper(start)
	}
	return &fdSleeper{start: start, base: now.Nano() - int64(since), fd: fd, file: os.NewFile(uintptr(fd), "timer")}
}

func (s *fdSleeper) until(at time.Duration) {
	early := at - s.lead
	s.set(max(s.base+int64(early), 1))
	if s.woken.Swap(false) {
		return
	}
	var ticks [8]byte
	if _, err := s.file.Read(ticks[:]); err != nil || binary.NativeEndian.Uint64(ticks[:]) == 0 {
		time.Sleep(time.Millisecond) // the timer is closed: do not spin
	}
	if s.woken.Swap(false) {
		return
	}
	s.learn(time.Since(s.start) - early)
	for time.Since(s.start) < at && !s.woken.Swap(false) {
		runtime.Gosched()
	}
}

// maxLead bounds what may be waited for by spinning.
const maxLead = 50 * time.Microsecond

// learn follows the least lateness of the timer, down at once and up slowly: to set it earlier by most of that makes it more
// precise, and hardly ever too early.
func (s *fdSleeper) learn(late time.Duration) {
	late = late * 3 / 4
	if late < s.lead {
		s.lead = max(0, late)
		return
	}
	s.lead = min(maxLead, s.lead+(late-s.lead)/128)
}

// set arms the timer for a moment of the monotonic clock.
func (s *fdSleeper) set(at int64) {
	spec := unix.ItimerSpec{Value: unix.NsecToTimespec(at)}
	_ = unix.TimerfdSettime(s.fd, unix.TFD_TIMER_ABSTIME, &spec, nil) // the arguments are valid
}

// wake makes the timer fire at once.
func (s *fdSleeper) wake() {
	s.woken.Store(true)
	s.set(1)
}

func (s *fdSleeper) close() { _ = s.file.Close() } // nothing is lost

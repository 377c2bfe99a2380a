//go:build !race

package load

import (
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// The system calls of a poller are made behind the runtime's back, which costs less than to tell it and is for calls that return
// soon: until then, it can neither stop the goroutine nor give its processor to another.

// send writes as much as the network takes at once.
func send(fd int, b []byte) (int, error) {
	return result(syscall.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)),
		unix.MSG_DONTWAIT|unix.MSG_NOSIGNAL, 0, 0))
}

// receive reads what has come.
func receive(fd int, b []byte) (int, error) {
	return result(syscall.RawSyscall6(unix.SYS_RECVFROM, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(b))), uintptr(len(b)),
		unix.MSG_DONTWAIT, 0, 0))
}

// look returns how many of the events have happened, and waits a moment for one.
func look(epoll int, events []unix.EpollEvent) (int, error) {
	return result(syscall.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(epoll), uintptr(unsafe.Pointer(unsafe.SliceData(events))), uintptr(len(events)),
		glance, 0, 0))
}

func result(n, _ uintptr, errno syscall.Errno) (int, error) {
	if errno != 0 {
		return -1, errno
	}
	return int(n), nil
}

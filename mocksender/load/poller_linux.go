package load

import (
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"net"
	"os"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// poller runs many connections on one goroutine. Each has a coroutine, which gives way while it waits for the network, so that
// the code that uses the connection reads as if it had a goroutine of its own; but a reply costs neither the runtime's scheduler
// nor its poller, which is a fifth of a delivery.
type poller struct {
	epoll int
	event int // an eventfd: other goroutines have something to say
	seats []*seat
	left  int // seats whose coroutine has not ended
	ready [64]unix.EpollEvent
	// soonest is no later than the first moment at which a seat has waited for too long. Zero: none ever will.
	soonest time.Time

	mu    sync.Mutex
	woken []*seat
}

// isEvent marks the poller's own event among those of connections, which are told by the index of their seat.
const isEvent = -1

func newPoller() (*poller, error) {
	p := &poller{epoll: -1, event: -1}
	var err error
	if p.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err == nil {
		p.event, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	}
	if err == nil {
		err = p.watch(p.event, isEvent, unix.EPOLLIN)
	}
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

func (p *poller) watch(fd, index int, events uint32) error {
	return unix.EpollCtl(p.epoll, unix.EPOLL_CTL_ADD, fd, &unix.EpollEvent{Events: events, Fd: int32(index)}) //nolint:gosec // there are fewer seats
}

func (p *poller) close() {
	for _, fd := range []int{p.epoll, p.event} {
		if fd >= 0 {
			_ = unix.Close(fd) // nothing is lost
		}
	}
}

// add gives a link a place here. run calls use, which is the only one to use the link from then on.
func (p *poller) add(l *rawLink, use func()) {
	s := &seat{p: p, index: len(p.seats), fd: -1}
	s.resume, _ = iter.Pull(func(yield func(struct{}) bool) {
		s.yield = yield
		use()
	})
	l.place = s
	p.seats = append(p.seats, s)
}

// run returns when all that use a link have returned. It is called once.
func (p *poller) run() {
	defer p.close()
	p.left = len(p.seats)
	for _, s := range p.seats {
		p.step(s)
	}
	for p.left > 0 {
		for i := range p.wait() {
			p.happened(&p.ready[i])
		}
		p.expire()
	}
}

// wait returns how many things have happened. Most waits are so short that the runtime is not told: it would give the processor to
// another thread, and want it back.
func (p *poller) wait() int {
	if n, _ := look(p.epoll, p.ready[:]); n > 0 {
		return n
	}
	n, _ := retried(func() (int, error) { return unix.EpollWait(p.epoll, p.ready[:], p.patience()) }) // both are valid
	return n
}

// glance is how long look waits, in ms.
const glance = 1

// step runs a seat's coroutine until it waits again.
func (p *poller) step(s *seat) {
	if _, more := s.resume(); !more {
		p.left--
	}
}

// patience is how long the poller may wait, in ms. -1: until something happens.
func (p *poller) patience() int {
	if p.soonest.IsZero() {
		return -1
	}
	return max(0, int(time.Until(p.soonest)/time.Millisecond)+1)
}

// happened resumes the seat that waited for what happened.
func (p *poller) happened(e *unix.EpollEvent) {
	if e.Fd == isEvent {
		p.wake()
		return
	}
	s := p.seats[e.Fd]
	s.over = s.over || e.Events&(unix.EPOLLHUP|unix.EPOLLRDHUP|unix.EPOLLERR) != 0
	s.readable = s.readable || s.over || e.Events&unix.EPOLLIN != 0
	if s.waits == forReply && s.readable || s.waits == forRoom && (s.over || e.Events&unix.EPOLLOUT != 0) {
		p.step(s)
	}
}

// wake resumes the seats whose functions apart have returned.
func (p *poller) wake() {
	var count [8]byte
	_, _ = unix.Read(p.event, count[:]) // it only has to be read
	p.mu.Lock()
	woken := p.woken
	p.woken = nil
	p.mu.Unlock()
	for _, s := range woken {
		p.step(s)
	}
}

// expire resumes those that have waited for too long.
func (p *poller) expire() {
	if p.soonest.IsZero() {
		return
	}
	now := time.Now()
	if now.Before(p.soonest) {
		return
	}
	p.soonest = time.Time{}
	for _, s := range p.seats {
		switch {
		case s.waits == forNothing || s.deadline.IsZero():
		case now.Before(s.deadline):
			p.bound(s.deadline)
		default:
			s.expired = true
			p.step(s)
		}
	}
}

// bound makes sure that the poller looks at its seats again at a moment.
func (p *poller) bound(at time.Time) {
	if !at.IsZero() && (p.soonest.IsZero() || at.Before(p.soonest)) {
		p.soonest = at
	}
}

// What a seat's coroutine can wait for.
const (
	forNothing = iota // of the network
	forReply
	forRoom // for more of a request
)

// seat is a place of a poller, and the one connection there: [place] and [wire].
type seat struct {
	p      *poller
	index  int
	resume func() (struct{}, bool)
	yield  func(struct{}) bool // nil before the poller runs

	fd       int    // -1: no connection
	out      []byte // what is still to be written
	waits    int
	readable bool // there may be something to read
	over     bool // nothing comes after that
	deadline time.Time
	expired  bool
}

// wire takes the connection over from the runtime, whose poller would look at each of its replies too.
func (s *seat) wire(conn net.Conn) (wire, error) {
	defer func() { _ = conn.Close() }() // its duplicate goes on
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return nil, fmt.Errorf("a connection of type %T cannot be polled: %w", conn, errors.ErrUnsupported)
	}
	raw, err := tcp.SyscallConn()
	if err != nil {
		return nil, err
	}
	var duplicated error
	if err := raw.Control(func(fd uintptr) { s.fd, duplicated = unix.FcntlInt(fd, unix.F_DUPFD_CLOEXEC, 0) }); err != nil {
		return nil, err
	}
	if duplicated != nil {
		s.fd = -1
		return nil, os.NewSyscallError("dup", duplicated)
	}
	s.out, s.readable, s.over, s.deadline = nil, false, false, time.Time{}
	const edges = unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLET
	if err := s.p.watch(s.fd, s.index, edges); err != nil {
		s.close()
		return nil, os.NewSyscallError("epoll_ctl", err)
	}
	return s, nil
}

func (s *seat) apart(f func()) {
	if s.yield == nil {
		f()
		return
	}
	go func() {
		f()
		s.p.mu.Lock()
		s.p.woken = append(s.p.woken, s)
		s.p.mu.Unlock()
		_, _ = unix.Write(s.p.event, binary.NativeEndian.AppendUint64(nil, 1)) // there is room: the poller reads it
	}()
	s.yield(struct{}{})
}

func (s *seat) send(message []byte) error {
	s.out = message // the next read writes it
	return nil
}

func (s *seat) until(at time.Time) {
	s.deadline = at
	s.p.bound(at)
}

func (s *seat) gone() bool { return speaks(s.fd) }

func (s *seat) close() {
	_ = unix.Close(s.fd) // whatever comes of it, the connection is of no more use
	s.fd = -1
}

func (s *seat) read(into []byte) (int, error) {
	if err := s.flush(); err != nil {
		return 0, err
	}
	for {
		if !s.readable {
			if err := s.wait(forReply); err != nil {
				return 0, err
			}
		}
		n, err := retried(func() (int, error) { return receive(s.fd, into) })
		s.readable = s.over || n == len(into) // else it was all there was
		if !errors.Is(err, syscall.EAGAIN) {
			return got(n, err)
		}
		s.readable = false
	}
}

// flush writes what is to be written. When that breaks, what the receiver said before is still read.
func (s *seat) flush() error {
	for len(s.out) > 0 {
		n, err := retried(func() (int, error) { return send(s.fd, s.out) })
		switch {
		case err == nil:
			s.out = s.out[n:]
		case errors.Is(err, syscall.EAGAIN):
			if err := s.wait(forRoom); err != nil {
				return err
			}
		default:
			s.out = nil
		}
	}
	return nil
}

// wait gives way until what is waited for has happened, or the deadline has passed.
func (s *seat) wait(what int) error {
	s.waits = what
	s.yield(struct{}{})
	s.waits = forNothing
	if s.expired {
		s.expired = false
		return os.ErrDeadlineExceeded
	}
	return nil
}

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"testing"
	"time"
)

// sinkVariable makes the test binary a receiver that costs as little as can be, in a process of its own. Its value is how long
// the answers take in one second of five.
const sinkVariable = "HOOKRIG_BENCH_SINK"

// slowEvery is how often the answers are slow for a second.
const slowEvery = 5

// runSink answers every request with 200 and looks at nothing but its length. It ends with its process.
func runSink(slow string) error {
	delay, err := time.ParseDuration(slow)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Println(listener.Addr())
	for begin := time.Now(); ; {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go drain(conn, begin, delay)
	}
}

func drain(conn net.Conn, begin time.Time, delay time.Duration) {
	defer conn.Close()
	r := bufio.NewReaderSize(conn, 8<<10)
	for {
		length := 0
		for {
			line, err := r.ReadSlice('\n')
			if err != nil {
				return
			}
			if len(line) <= 2 {
				break
			}
			if name, value, ok := bytes.Cut(line, []byte(":")); ok && len(name) == len("content-length") && bytes.EqualFold(name, []byte("content-length")) {
				length, _ = strconv.Atoi(string(bytes.TrimSpace(value)))
			}
		}
		if _, err := r.Discard(length); err != nil {
			return
		}
		if delay > 0 && int(time.Since(begin).Seconds())%slowEvery == slowEvery-1 {
			time.Sleep(delay)
		}
		if _, err := conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")); err != nil {
			return
		}
	}
}

// startSink starts a receiver on the second core, and returns its URL and process.
func startSink(t *testing.T, slow time.Duration) (url string, process *os.Process) {
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("taskset", "-c", "1", binary)
	cmd.Env = append(os.Environ(), sinkVariable+"="+slow.String())
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return "http://" + address[:len(address)-1] + "/hooks", cmd.Process
}

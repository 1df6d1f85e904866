package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// result is one row.
type result struct {
	perSecond float64
	cpuMicros float64
}

// load sends a request again and again over so many connections.
func (p *process) load(request []byte, connections int, each time.Duration) (result, error) {
	var done atomic.Bool
	time.AfterFunc(each, func() { done.Store(true) })
	before, begin := p.cpu(), time.Now()
	n, err := p.send(request, connections, func(int64) bool { return !done.Load() })
	took := time.Since(begin)
	return result{
		perSecond: float64(n) / took.Seconds(),
		cpuMicros: float64((p.cpu() - before).Microseconds()) / float64(n),
	}, err
}

// repeat sends a request so many times.
func (p *process) repeat(request []byte, connections, times int) error {
	_, err := p.send(request, connections, func(n int64) bool { return n < int64(times) })
	return err
}

func (p *process) send(request []byte, connections int, more func(sent int64) bool) (int64, error) {
	var sent atomic.Int64
	errs := make([]error, connections)
	var all sync.WaitGroup
	for i := range connections {
		all.Go(func() {
			conn, err := dial(p.address)
			if err != nil {
				errs[i] = err
				return
			}
			defer conn.Close()
			answers := bufio.NewReader(conn)
			for more(sent.Load()) {
				if errs[i] = exchange(conn, answers, request); errs[i] != nil {
					return
				}
				sent.Add(1)
			}
		})
	}
	all.Wait()
	return sent.Load(), errors.Join(errs...)
}

// exchange sends one request and reads its answer, which must be a good one.
func exchange(conn net.Conn, answers *bufio.Reader, request []byte) error {
	if _, err := conn.Write(request); err != nil {
		return err
	}
	length, good := 0, false
	for first := true; ; first = false {
		line, err := answers.ReadSlice('\n')
		if err != nil {
			return err
		}
		if first {
			good = bytes.HasPrefix(line, []byte("HTTP/1.1 200"))
		}
		if len(line) <= 2 {
			break
		}
		if name, value, ok := bytes.Cut(line, []byte(":")); ok && bytes.EqualFold(name, []byte("Content-Length")) {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return err
			}
		}
	}
	if good {
		_, err := answers.Discard(length)
		return err
	}
	text, _ := io.ReadAll(io.LimitReader(answers, int64(length)))
	return fmt.Errorf("refused: %s", text)
}

package main

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/store/bolt"
)

const (
	// dataWait is how long a command waits for a data directory that another has
	// open: for many of them, since each has it for a fraction of a second.
	dataWait = 10 * time.Second
	// dataPoll is how often it looks whether it is free.
	dataPoll = 25 * time.Millisecond
)

// patiently tries again while another process has the data directory open, for
// as long as dataWait; then the answer is that of the last try.
func patiently(try func() error) error {
	ctx, cancel := context.WithTimeout(context.Background(), dataWait)
	defer cancel()
	return whileInUse(ctx, pause, try)
}

func pause(ctx context.Context) {
	select {
	case <-ctx.Done():
	case <-time.After(dataPoll):
	}
}

// whileInUse is patiently with a context and a pause of the caller's.
func whileInUse(ctx context.Context, pause func(context.Context), try func() error) error {
	for {
		last := ctx.Err() != nil
		err := try()
		if last || !errors.Is(err, bolt.ErrInUse) {
			return err
		}
		pause(ctx)
	}
}

// runningOr has the server that runs on a data directory do something, or does
// it on the directory itself where none runs. Who has it open meanwhile may be
// a server that is about to listen: it is asked again, too.
func runningOr(dir string, running func() error, direct func(*rolecall.Server) error) error {
	return patiently(func() error {
		if err := running(); !errors.Is(err, errNotRunning) {
			return err
		}
		return openData(dir, direct)
	})
}

// startServer opens the data for a server. It waits as commands do, for one that
// has the data open; for another server it does not, which will not go away.
func startServer(cfg rolecall.Config) (server *rolecall.Server, err error) {
	err = patiently(func() error {
		server, err = rolecall.New(cfg)
		if errors.Is(err, bolt.ErrInUse) && serverRuns(cfg.Dir) {
			return errors.New(err.Error())
		}
		return err
	})
	return server, err
}

// serverRuns tells whether a server listens to commands on a data directory.
func serverRuns(dir string) bool {
	err := throughDir(dir, func(path string) error {
		conn, err := net.Dial("unix", path)
		if err != nil {
			return err
		}
		return conn.Close()
	})
	return err == nil
}

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/rolecall-iam/rolecall"
	"github.com/rolecall-iam/rolecall/store/bolt"
)

// newData is a data directory that a server was started on before.
func newData(t *testing.T) string {
	t.Helper()
	dir := t.TempDir() + "/data"
	s, err := rolecall.New(rolecall.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return dir
}

// hold opens a data directory as another process would have it.
func hold(t *testing.T, dir string) io.Closer {
	t.Helper()
	s, err := bolt.Open(bolt.Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func nothing(*rolecall.Server) error { return nil }

func TestACommandWaitsForTheDataToBeFree(t *testing.T) {
	dir := newData(t)
	other, waited := hold(t, dir), 0
	err := whileInUse(context.Background(), func(context.Context) {
		if waited++; waited == 3 {
			other.Close()
		}
	}, func() error { return openData(dir, nothing) })
	if err != nil || waited != 3 {
		t.Errorf("waited %d times, then %v", waited, err)
	}
}

func TestACommandGivesUpWithTheReasonThatItWaitedFor(t *testing.T) {
	dir := newData(t)
	other := hold(t, dir)
	defer other.Close()
	ctx, cancel := context.WithCancel(context.Background())
	tries := 0
	err := whileInUse(ctx, func(context.Context) { cancel() }, func() error { tries++; return openData(dir, nothing) })
	if want := "data directory " + dir + " is in use by another process"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if tries != 2 {
		t.Errorf("%d tries, want one more after the pause that was the last", tries)
	}
}

func TestACommandWaitsForNothingElse(t *testing.T) {
	wrong := errors.New("another reason")
	err := whileInUse(context.Background(), func(context.Context) { t.Error("it waits") }, func() error { return wrong })
	if !errors.Is(err, wrong) {
		t.Error(err)
	}
}

// Who waits for the data may find that it is a server that has it: then that
// does what was asked.
func TestAServerThatHasBegunToListenIsAsked(t *testing.T) {
	dir := newData(t)
	other := hold(t, dir)
	defer other.Close()
	asked := 0
	err := runningOr(dir, func() error {
		if asked++; asked < 3 {
			return errNotRunning
		}
		return nil
	}, nothing)
	if err != nil || asked != 3 {
		t.Errorf("asked %d times, then %v", asked, err)
	}
}

// Whoever makes several accounts at once in a script gets all of them.
func TestCommandsOnAStoppedDataDirectoryTakeTurns(t *testing.T) {
	dir := newData(t)
	const many = 4
	said := make(chan string, many)
	for i := range many {
		go func() {
			var out, errs bytes.Buffer
			run([]string{"account", "create", "--data", dir, "--account-id", fmt.Sprintf("11111111111%d", i)}, nil, &out, &errs)
			said <- errs.String()
		}()
	}
	for range many {
		if text := <-said; text != "" {
			t.Error(text)
		}
	}
}

// A second server on the same data is told so at once, and one that a command
// holds up starts behind it.
func TestAServerDoesNotWaitForAnother(t *testing.T) {
	dir := newData(t)
	first, err := rolecall.New(rolecall.Config{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if serverRuns(dir) {
		t.Error("a server is seen that does not listen")
	}
	socket, err := listenControl(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer socket.Close()
	_, err = startServer(rolecall.Config{Dir: dir})
	if err == nil || errors.Is(err, bolt.ErrInUse) || !strings.HasSuffix(err.Error(), "is in use by another process") {
		t.Errorf("%v: it would be waited for", err)
	}
}

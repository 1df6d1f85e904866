package script

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
)

// version is how the aws CLI says which it is.
var version = regexp.MustCompile(`^aws-cli/(\d+)\.(\d+)\.`)

// newerAWS finds an aws CLI that has `aws login`, 2.32 or later, which Debian 12
// has not: the one of the variable NEWER_AWS, that of this machine, or the one
// that .ci/newer-aws has unpacked.
var newerAWS = sync.OnceValues(func() (string, error) {
	candidates := []string{os.Getenv("NEWER_AWS"), "aws"}
	if cache, err := os.UserCacheDir(); err == nil {
		candidates = append(candidates, filepath.Join(cache, "rolecall-test", "aws", "bin", "aws"))
	}
	for _, candidate := range candidates {
		path, err := exec.LookPath(candidate)
		if err != nil {
			continue
		}
		said, err := exec.Command(path, "--version").Output()
		if err != nil {
			continue
		}
		if m := version.FindSubmatch(said); m != nil {
			major, _ := strconv.Atoi(string(m[1])) // digits
			minor, _ := strconv.Atoi(string(m[2]))
			if major > 2 || major == 2 && minor >= 32 {
				return path, nil
			}
		}
	}
	return "", errors.New("no aws CLI of version 2.32 or later, which has `aws login`: .ci/newer-aws unpacks one")
})
